"""The text of bytes whose encoding is declared wrongly or not at all."""

from __future__ import annotations

import codecs

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode(data: bytes) -> tuple[str, str]:
    """The text and the encoding that read it.

    A byte order mark decides; then UTF-8, which other encodings' bytes practically never satisfy; then GB18030. What
    the server or the page declares is not asked: it is often copied from a template. Bytes that neither reads are
    replaced by U+FFFD in the encoding that loses fewer.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), encoding.removesuffix("-sig")
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    readings = [(data.decode(encoding, "replace"), encoding) for encoding in ("utf-8", "gb18030")]
    return min(readings, key=lambda reading: reading[0].count("\ufffd"))
