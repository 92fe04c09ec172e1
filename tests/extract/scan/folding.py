"""Text as far as a picture tells its characters apart."""

from __future__ import annotations

import re
import unicodedata

_MARKS = str.maketrans("，。、；;：:.“”〔〕", ',,,,,,,,""[]')


def folded(text: str) -> str:
    """Without blanks; stops, commas and colons of one kind, brackets and quotes of one width."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text.translate(_MARKS)).translate(_MARKS))
