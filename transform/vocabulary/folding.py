"""The one way in which printed words are compared: `fold()`. What is stored stays as printed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−─", "-"))
_DROPPED = re.compile(
    r"[\s\u00ad\u200b-\u200f\u2060\ufeff“”‘’\"'「」『』]|</?(?:p|br|div|span|b|strong|font)\b[^>]*>|&nbsp;",
    re.IGNORECASE,
)


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """The text as words are compared: without blanks, quotation marks and the markup of paragraphs, and with one form
    for each width, compatibility form, dash and case. “三公”经费 and 三公 经费 are the same, 合计 and 小计 are not.

    Readers have made ordinary characters of radicals already.
    """
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).translate(_DASHES).casefold()
