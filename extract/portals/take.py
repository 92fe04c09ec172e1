"""Which of a portal's documents are taken, by what their titles say."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from extract.declared import Declared
from extract.titles import fiscal_year_of


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]

TITLES = (
    *("绩效目标", "绩效自评", "绩效评价", "绩效监控", "绩效运行", "绩效信息", "绩效公开", "预算绩效", "整体支出"),
    r"部门(?:[（(]?单位[）)]?)?\S{0,6}?[预决]算",
    r"单位\S{0,4}?[预决]算",
    r"[预决]算\S{0,8}?公开|公开\S{0,12}?[预决]算|预决算",
    r"收支[预决]?算?总表|收支[预决]算",
    r"[预决]算(草案|报告|报表|说明|总表|表|编制|批复|信息|公告)",
    r"年度?(部门|单位|本级|政府|财政|区级|县级|市级|省级|镇级|乡级|街道|收支|一般公共)*[预决]算",
    r"[“\"'‘]?三公[”\"'’]?经费",
)
"""What the titles of budget and performance filings say, wherever they are published."""
_CUT = re.compile(r"(…+|\.{2,}|。{2,}|⋯+)\s*$")


class Take(Declared):
    """Which of a portal's documents are taken: by title (any of the patterns) and fiscal year."""

    titles: tuple[Pattern, ...] = TITLES
    exclude: tuple[Pattern, ...] = ()
    years: tuple[int, ...] = ()
    """Empty: every year. A title that names no year is taken."""

    def wants(self, *titles: str) -> bool:
        """Whether any of the titles (attachment's name, article's title) is asked for, and none excluded."""
        return self._allows(*titles) and any(re.search(pattern, title) for pattern in self.titles for title in titles)

    def may_want(self, title: str) -> bool:
        """Whether a listed title is asked for, or is cut so that only its article says it whole."""
        return self.wants(title) or (is_cut(title) and self._allows(title))

    def _allows(self, *titles: str) -> bool:
        year = fiscal_year_of(*titles)
        return not any(re.search(pattern, title) for pattern in self.exclude for title in titles) and (
            not self.years or year is None or year in self.years
        )


def is_cut(title: str) -> bool:
    """Whether a list shows only the beginning of a title."""
    return bool(_CUT.search(title))
