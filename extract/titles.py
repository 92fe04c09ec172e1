"""The fiscal year that a title names."""

from __future__ import annotations

import re
import unicodedata

_YEAR = re.compile(
    r"(?<!\d)((?:199|20\d)\d)(?=\s*(?:年|[-—~至]))|(?<!\d)(20\d\d)(?=(?:部门|预算|决算|绩效|整体|项目|单位))"
)
_CHINESE_YEAR = re.compile(r"([一二]\s*[〇○零O0九]\s*[〇○零O0一二三四五六七八九]\s*[〇○零O0一二三四五六七八九])\s*年")
_DIGITS = str.maketrans("〇○零O一二三四五六七八九", "0000123456789")


def fiscal_year_of(*titles: str) -> int | None:
    """The one fiscal year named by the first title that names any; None if none does or it names several."""
    for title in titles:
        text = unicodedata.normalize("NFKC", title)
        years = {int(first or second) for first, second in _YEAR.findall(text)}
        years |= {int("".join(year.split()).translate(_DIGITS)) for year in _CHINESE_YEAR.findall(text)}
        if years:
            return years.pop() if len(years) == 1 else None
    return None
