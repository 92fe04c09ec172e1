"""The text of bytes whose encoding is declared wrongly or not at all."""

from __future__ import annotations

import codecs
from typing import NamedTuple

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


_TOLERATED_DAMAGE = 0.002
"""Share of undecodable bytes below which a text counts as damaged UTF-8 rather than as another encoding."""


class Decoded(NamedTuple):
    """A text and the encoding that read it; `lost` places could not be read and are U+FFFD in the text."""

    text: str
    encoding: str
    lost: int = 0

    @property
    def is_text(self) -> bool:
        """Whether so little was lost that the bytes are a text in this encoding."""
        if self.lost == 0:
            return True
        hanzi = any("\u4e00" <= character <= "\u9fff" for character in self.text)
        return hanzi and self.lost <= max(1, _TOLERATED_DAMAGE * len(self.text))


def decode(data: bytes) -> Decoded:
    """The text of bytes; it can always be had, `lost` and `is_text` say how well.

    A byte order mark decides; then UTF-8, which other encodings' bytes practically never satisfy, also where a few
    bytes are damaged; then GB18030. What the server or the page declares is not asked: it is often copied from a
    template. Bytes that neither reads are replaced in the encoding that loses fewer.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _read(data, encoding)
    utf8 = _read(data, "utf-8")
    if utf8.lost <= _TOLERATED_DAMAGE * len(utf8.text):
        return utf8
    return min(_read(data, "gb18030"), utf8, key=lambda reading: reading.lost)


def _read(data: bytes, encoding: str) -> Decoded:
    name = encoding.removesuffix("-sig")
    try:
        return Decoded(data.decode(encoding), name)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        return Decoded(text, name, text.count("\N{REPLACEMENT CHARACTER}"))
