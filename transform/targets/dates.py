"""Dates in targets: 2023年12月31日前, 第三季度前, 年底前, 2023.07-2024.01, 12月底前.

A date here is the last day of what is printed: a month, a quarter, a half or a year ends it. A date without a year is
one of the fiscal year; without a fiscal year it is recognised but has no day.
"""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass
from typing import Final

_YEAR: Final = r"(?:19|20)\d\d"
_MONTH: Final = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"

_DATE: Final = re.compile(
    rf"""
    (?<![\d.一二两三四五六七八九十几半])
    (?: (?P<digits>20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])) (?=$|[-~至到,;。、)前之以内底末完止])
      | (?P<number_year>{_YEAR}) [./-] (?P<number_month>1[0-2]|0?[1-9])
        (?: [./-] (?P<number_day>3[01]|[12]\d|0?[1-9]) 日? | (?=$|[-~至到,;。、)前之以内底末完]) ) (?![\d.%万亿元])
      | (?P<first_year>{_YEAR}) 年? [-~至到]+ (?P<last_year>{_YEAR}) (?:年度?|(?P<school_year>学年)|\Z)
      | (?: (?P<year>{_YEAR}) 年度? | (?P<relative>当年|本年度?|今年|次年|明年|翌年|预算年度) )?
        (?: (?: (?P<first_month>{_MONTH}) 月? [-~至到]+ )? (?P<month>{_MONTH}) 月份?
            (?: (?P<day>3[01]|[12]\d|0?[1-9]) (?:日|号) (?:\d{{1,2}}(?:时|点|:\d\d))?
              | (?P<third>上旬|中旬|下旬) | 月?[底末] )?
          | 第?(?P<quarter>[一二三四1-4])季度[底末]?
          | 前(?P<first_quarters>[一二三1-3])个?季度
          | (?P<half>[上下]半年)[底末]?
          | (?P<year_end>(?:年|(?<=年)|(?<=年度))[底末终](?!级))
          | (?P<whole_year>(?(year)|(?!)))
          | (?P<within_year>(?<![人学])年度?(?=[以之]?内))
        )
    )
    """,
    re.VERBOSE,
)
_JOIN: Final = re.compile(r"[-~至到]+")
_BY: Final = re.compile(r"(?:之前|以前|前|以内|之内|内|止|截止|为止)")
_BEFORE: Final = ("截至", "截止", "截止到", "截止至", "不晚于", "不迟于", "不得晚于", "早于", "≤", "<", "≤=", "<=")
_NOT_A_DAY: Final = ("期间", "起", "后", "以后", "以来")
_BASELINE: Final = re.compile(r"(?:比|较|同|优于|高于|低于|不低于|超过|不少于|以|按|每|自|从|上|对)\Z")

_NUMERALS: Final = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", 1)} | {
    "十一": 11,
    "十二": 12,
}


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date as it stands in a text. `by` says that the promise is to be kept until then; `exact` that it names at
    least a month or a year's end, not only a year; `baseline` that something is measured against it (比2022年)."""

    start: int
    end: int
    day: datetime.date | None
    by: bool
    exact: bool
    baseline: bool
    span: bool
    """It is a period with both ends printed."""


def dates_in(text: str, fiscal_year: int | None) -> list[PrintedDate]:
    """The dates in a folded text, in order. `day` is None where the year is not printed and no fiscal year is known,
    and for days that no calendar has."""
    found: list[PrintedDate] = []
    position = 0
    while match := _DATE.search(text, position):
        start, end = match.span()
        position = end
        if text.endswith(("每", "个", "每年"), 0, start):
            continue
        if text.endswith("年", 0, start) and text[start - 2 : start - 1].isdecimal() and not match["year"]:
            continue  # 25年12月: of which century, or for how long?
        last, span = match, match["first_month"] is not None or match["first_year"] is not None
        join = _JOIN.match(text, end)
        if join and (other := _DATE.match(text, join.end())) and other.end() > join.end():
            last, span, position = other, True, other.end()
        year_before = match["year"] or match["number_year"]
        day = _last_day(last, int(year_before) if year_before else None, fiscal_year)
        by = _BY.match(text, position)
        lead = text.endswith(_BEFORE, 0, start) or (
            last["whole_year"] is None and text.endswith(("到", "至"), 0, start)
        )
        found.append(
            PrintedDate(
                start=start,
                end=by.end() if by else position,
                day=day,
                by=by is not None or lead,
                exact=span or last["whole_year"] is None,
                baseline=(by is None and not lead and _BASELINE.search(text, 0, start) is not None)
                or text.startswith(_NOT_A_DAY, position)
                or match["school_year"] is not None,
                span=span,
            )
        )
        position = found[-1].end
    return found


def _last_day(match: re.Match[str], year_before: int | None, fiscal_year: int | None) -> datetime.date | None:
    if digits := match["digits"]:
        year_before, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
        return datetime.date(year_before, month, day) if day <= calendar.monthrange(year_before, month)[1] else None
    printed = match["year"] or match["number_year"] or match["last_year"]
    year = int(printed) if printed else year_before if year_before is not None else fiscal_year
    if year is None:
        return None
    if match["relative"] in ("次年", "明年", "翌年"):
        year += 1
    month, day = 12, 0
    if number := match["number_month"] or match["month"]:
        month = _NUMERALS.get(number) or int(number)
        number_day = match["number_day"] or match["day"]
        day = int(number_day) if number_day else {"上旬": 10, "中旬": 20}.get(match["third"] or "", 0)
    elif quarter := match["quarter"] or match["first_quarters"]:
        month = 3 * (_NUMERALS.get(quarter) or int(quarter))
    elif match["half"]:
        month = 6 if match["half"] == "上半年" else 12
    last = calendar.monthrange(year, month)[1]
    return datetime.date(year, month, day or last) if (day or last) <= last else None
