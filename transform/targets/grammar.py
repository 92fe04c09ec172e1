"""What a published target promises: from its text to typed, comparable readings.

The language, as filings write it:

    cell       one promise, or several parted by ；。， or joined by 、和及与
    promise    [date before which] [wording] [operator] number [unit] [operator] [wording]
             | date | 是 or 否 | wording
    operator   ≥ 不少于 以上 …; none is `=`
    number     72,239.50 · 十二 · 3万5千 · 10-15 · 60000≤Q＜80000 · 1/3 · 百分之九十
    unit       [scale] word [/word …]: % 家 万人次 亿美元 元/生/年

The reading goes from the inside out. Every number is found first; what stands before and after it says what it is: a
promise of its own, an attribute of something else (年产值超过1亿元的企业), a name (500强, 第26届), or a baseline
(比2022年). One own number is the reading; several in one cell are several promises if something parts them. Where two
readings stand, or none is sure, the target is `qualitative` and a finding says why: no number is better than a wrong
one.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Final

from transform.flags import Flag
from transform.records import Operator, Reading, TargetKind
from transform.targets.dates import PrintedDate, dates_in
from transform.targets.measures import ONE, UNITS, Measure, unit_of
from transform.targets.numerals import fold
from transform.targets.operators import LEADING, TRAILING, ends
from transform.targets.ownership import HIDDEN
from transform.targets.promises import Promise, Unread, scan
from transform.targets.wording import (
    DIVISOR_STAR,
    HOLDS_DATE,
    HOLDS_NUMBER,
    NO_HINT,
    Hint,
    bare_wording,
    damage,
    name_hint,
    plain_wording,
)

PARTING: Final = re.compile(
    r"[,;。、+]|(?<!参)与|(?<![涉普])及(?!时|格)|(?<![共平])和(?!谐)|并(?!购)|且|以及|其中|同时|[共另]"
)
GRADES: Final = re.compile(r"优秀?[:≥>≤<=\d].*良好?[:≥>≤<=\d]|为优.*为良")
NONE_OF: Final = re.compile(
    r"^(?:确保|保证|全年|力争|实现)?(?:无|不发生|未发生|不出现|未出现|杜绝|没有|避免).{0,16}?"
    r"(?:事故|投诉|违规|违纪|差错|事件|纠纷|上访|信访|案件|隐患|故障|流失|超支|拖欠|污染|损失|伤亡|死亡|失误|泄露|泄密|返贫|举报|遗漏|舆情|问题|违法|浪费)"
)
ZERO_OF: Final = re.compile(
    r"^(?:(?:实现|确保|保持)?零(?:重大|安全|生产|负面|有效)*"
    r"(?:事故|投诉|违规|违纪|差错|事件|伤亡|死亡|失误|泄露|泄密|上访|返贫|拖欠|纠纷|案件|故障|举报)[、,和]?)+$"
    r"|^[^,;。]{1,12}(?:为|降至|降为)零$"
)
BOUND: Final = re.compile(
    r"不超(?:过|出)?(?:年度|年初|批复|项目)?预算|预算(?:以内|之内|内|数以内)$|不得?(?:超过|低于|高于|少于|为负)|不突破|不超标"
)

ARABIC_DIGIT: Final = re.compile(r"\d")
YEAR: Final = re.compile(r"(?:19|20)\d\d$")

WHOLE: Final = {
    printed: unit
    for word in UNITS.keys() - {"年", "月", "日", "季度", "学年", "届"}
    for printed in (word, f"万{word}", f"亿{word}")
    if (unit := unit_of(printed))
}
SHORT: Final = re.compile(
    r"(?:(≥|>=|≤|<=|>|<|=|不低于|不少于|不超过)(?!.*以)|)"
    r"(0|[1-9]\d{0,8}|(?:0|[1-9]\d{0,2})\.\d+)([^\d,;。]{1,8}?)(以上|及以上|以内|以下|)"
)
"""The commonest target, one number and one unit, which needs no looking around: more than half of what is printed."""

LONGEST: Final = 4_000
"""Characters of a target; a longer text is no promise that could be compared, and its readings would take minutes."""

ZERO: Final = Decimal(0)

UNIT_TWICE: Final = re.compile(r"[≥≤>=<]*(?P<unit>[\u4e00-\u9fff]{1,3})\d+(?:\.\d+)?(?P=unit)")
"""次26次: something stood between them that is lost."""
TIMED: Final = re.compile(r"时效|时间|日期|期限|时限")
SERIAL: Final = re.compile(r"=?4[0-7],?\d{3}(?:\.0+)?")
"""A day of 2009 to 2031 as a sheet counts days, under a name that asks for a time."""
SHARE_WORDS: Final = ("百分比", "百分率")
"""Words for %, as systems print it where they choose the unit from a list."""


_NOTE_MARK: Final = re.compile(r"(?<=\d)(?<!(?<!\d)10)[⁰¹²³⁴-⁹]{1,2}(?!\d)")
"""A raised digit is the mark of a footnote (5013¹册), but 10⁴ may be ten thousand."""


def read_targets(text: str, *, fiscal_year: int | None = None, name: str | None = None) -> tuple[Reading, ...]:
    """The readings of one target cell, at least one; several where it holds several promises.

    `fiscal_year` dates what is printed without a year (12月底前). `name` is the indicator's: a unit in it (满意度（%）)
    is used where the target prints none. Any text has a reading; nothing is raised.
    """
    if len(text) > LONGEST:
        return (_worded("two_readings", "two_readings"),)
    folded = _NOTE_MARK.sub("", fold(text))
    hint = name_hint(name) if name else NO_HINT
    if (short := SHORT.fullmatch(folded)) and short[3] in WHOLE:
        return (_reading(_measure(short), hint, None, several=False),)
    if "*" in folded or "×" in folded:
        folded = DIVISOR_STAR.sub("·", folded)  # 元/人*天
    if why := damage(folded):
        return (Reading(kind=TargetKind.DAMAGED, rule=why, findings=(why,)),)
    if UNIT_TWICE.fullmatch(folded):
        return (Reading(kind=TargetKind.DAMAGED, rule="unit_twice", findings=("damaged",)),)
    if SERIAL.fullmatch(folded) and name and TIMED.search(name) and hint.unit is None:
        return (Reading(kind=TargetKind.DAMAGED, rule="serial", findings=("damaged",)),)
    wording = bare_wording(folded)
    if not wording or wording in ("/", "-", "--", "无", "空"):
        return (_worded("empty", "empty") if wording != "无" else _worded("wording"),)
    if wording in ("是", "否"):
        return (_boolean(wording),)
    if not HOLDS_NUMBER.search(wording) and not HOLDS_DATE.search(wording):
        return (_qualitative(wording),)
    return _read(plain_wording(wording), fiscal_year, hint)


def _measure(short: re.Match[str]) -> Promise:
    """The promise of a target that is one number and one unit: ≥95%, 12次, 300万元以上."""
    lead, number, unit, trail = short.groups()
    operator = LEADING[lead] if lead else TRAILING[trail] if trail else Operator.EQ
    return Promise(0, short.end(), operator, Decimal(number), None, WHOLE[unit], "measure", ())


def _read(plain: str, fiscal_year: int | None, hint: Hint) -> tuple[Reading, ...]:
    if hint.unit is not None and hint.unit.printed == "年" and YEAR.match(plain):
        plain += "年"  # 2024 for 完成年份（年） is a year, not 2024 years
    dates = dates_in(plain, fiscal_year) if HOLDS_DATE.search(plain) else []
    text = plain
    for date in dates:
        text = text[: date.start] + HIDDEN * (date.end - date.start) + text[date.end :]
    found = scan(text)
    promises = [promise for promise in found if isinstance(promise, Promise)]
    if len(promises) > 1 and GRADES.search(text):
        return (_worded("grading_scale", "grading_scale", measurable=True),)
    own = [promise for promise in promises if not promise.attribute]
    if own and len(own) < len(promises):
        own = [promise for promise in promises if not promise.attribute or _is_a_term(promise, own, text)]
    own = own or promises
    if dates:
        own = _current(own, dates, fiscal_year, text)
    if len(own) > 1 and (bounds := _bounds(own, text)):
        own = [bounds]
    if not own:
        return _dated(dates, plain, fiscal_year) or (_unread(found, text),)
    if fiscal_year is not None and hint is NO_HINT and own[0].rule == "number" and abs(own[0].value - fiscal_year) <= 1:
        return (_worded("two_readings", "two_readings"),)  # 2024 is a year or a count
    if _unparted(promises, own, text) or Unread("two_readings") in found:
        return (_worded("two_readings", "two_readings", measurable=True),)
    own = _coordinated(own, text)
    due = [date for date in dates if date.by and not date.baseline and not _past(date, fiscal_year)]
    readings = [_reading(promise, hint, _due(promise, due, text), len(own) > 1) for promise in own]
    return tuple(dict.fromkeys(readings)) if len(readings) > 1 else (readings[0],)


def _current(own: list[Promise], dates: list[PrintedDate], fiscal_year: int | None, text: str) -> list[Promise]:
    """2023年为80%，2024年达到85%: in a filing for 2024 the first is where one stood, not what one promises."""
    past = [date for date in dates if _past(date, fiscal_year) and not (date.by or date.baseline)]
    if not past:
        return own
    current = [
        p for p in own if not any(d.end <= p.start and not re.search("[,;。]", text[d.end : p.start]) for d in past)
    ]
    return current or own


def _is_a_term(promise: Promise, own: list[Promise], text: str) -> bool:
    """Whether a duration that says by when (3个工作日内办结) is a promise: nothing else is promised in its clause."""
    term = promise.unit is not None and promise.unit.measure.kind is TargetKind.DURATION
    return term and all(
        re.search("[,;。]", text[min(other.end, promise.end) : max(other.start, promise.start)]) for other in own
    )


def _past(date: PrintedDate, fiscal_year: int | None) -> bool:
    return fiscal_year is not None and date.day is not None and date.day.year < fiscal_year


def _due(promise: Promise, dates: list[PrintedDate], text: str) -> PrintedDate | None:
    """The date by which a promise is due: the one in its own clause, or the only one."""
    for date in dates:
        if not re.search(r"[,;。]", text[min(date.end, promise.end) : max(date.start, promise.start)]):
            return date
    return dates[0] if len(dates) == 1 else None


def _unparted(promises: list[Promise], own: list[Promise], text: str) -> bool:
    """Two numbers in one clause claim to be the promise: own ones that nothing parts, or a share of something
    (1/3的村集体) and what it reaches."""
    for first, second in pairwise(own):
        split = first.unit is None and second.start - first.end == 1  # 85,5% is one number badly printed
        if split or not PARTING.search(text, first.end, second.start):
            return True
    shares = [p for p in promises if p.attribute and p.unit is not None and p.unit.measure.kind is TargetKind.RATIO]
    return len(own) < len(promises) and any(
        not re.search(r"[,;。]", text[min(s.end, o.end) : max(s.start, o.start)])
        for s in shares
        for o in own
        if s is not o
    )


def _coordinated(own: list[Promise], text: str) -> list[Promise]:
    """不少于3家园区和50家企业: an operator before the first of two joined numbers holds for the second."""
    shared = own[:1]
    for promise in own[1:]:
        first = shared[-1]
        bare = promise.operator is Operator.EQ and text[promise.start - 1] in "和及与、"
        between = text[first.end : promise.start - 1]
        if bare and first.led and not re.search(r"[,;。]", between):
            promise = promise._replace(operator=first.operator, led=True)
        shared.append(promise)
    return shared


def _bounds(own: list[Promise], text: str) -> Promise | None:
    """≥80%且≤90%: a lower and an upper bound of one measure are one range."""
    if len(own) != 2:
        return None
    low, high = own
    between = text[low.end : high.start]
    lower, higher = (Operator.GE, Operator.GT), (Operator.LE, Operator.LT)
    if low.operator in higher and high.operator in lower:
        low, high = high, low
    same = (low.unit and low.unit.printed) == (high.unit and high.unit.printed)
    if (
        same
        and low.value < high.value
        and low.operator in lower
        and high.operator in higher
        and len(between.strip(",;且并但、和而同时须应≥≤<>=不低于高超过小大少多")) == 0
    ):
        findings = tuple(dict.fromkeys(low.findings + high.findings))
        return Promise(own[0].start, own[1].end, Operator.BETWEEN, low.value, high.value, low.unit, "bounds", findings)
    return None


def _reading(promise: Promise, hint: Hint, due: PrintedDate | None, several: bool) -> Reading:
    unit, findings = promise.unit, promise.findings
    if hint.unit is not None:
        if unit is None:
            unit = hint.unit
        elif unit.measure.base is None and hint.unit.printed[0] not in "千百万亿":
            combined = unit_of(unit.printed + hint.unit.printed)
            unit = combined or unit
        elif unit.measure.kind is not hint.unit.measure.kind and not unit.open:
            findings += ("unit_contradiction",)
    elif hint.boolean:
        findings += ("unit_contradiction",)
    kind, base, scale = unit.measure if unit else Measure(TargetKind.QUANTITY, None, ONE)
    if unit is not None and base is None:
        findings += ("scale_without_unit",)
    return Reading(
        kind=kind,
        operator=promise.operator,
        value=promise.value,
        value_upper=promise.upper,
        value_unit="%" if unit and unit.printed in SHARE_WORDS else (unit.printed or None) if unit else None,
        base_value=promise.value * scale,
        base_value_upper=None if promise.upper is None else promise.upper * scale,
        base_unit=base,
        target_date=due.day if due else None,
        is_measurable=True,
        rule="several" if several else promise.rule,
        findings=findings,
    )


def _dated(dates: list[PrintedDate], plain: str, fiscal_year: int | None) -> tuple[Reading, ...]:
    """The dates that are promised: those by which something is done, or one that stands alone or with 完成."""
    own = [date for date in dates if not date.baseline and (date.by or _names_a_day(date, plain))]
    if fiscal_year is not None and any(date.day is None for date in own):
        return (_worded("no_such_day", "no_such_day"),)
    readings = []
    for date in own:
        operator = Operator.LE if date.by else Operator.BETWEEN if date.span else Operator.EQ
        readings.append(
            Reading(
                kind=TargetKind.DATE,
                operator=operator,
                target_date=date.day,
                is_measurable=True,
                rule="date",
                findings=() if date.day else ("no_fiscal_year",),
            )
        )
    return tuple(dict.fromkeys(readings))


def _names_a_day(date: PrintedDate, plain: str) -> bool:
    before, after = plain[: date.start], plain[date.end :]
    whole = (
        not before.strip("于在=:")
        and re.fullmatch(r"[底末]?(?:全部|全面|按时)?(?:完成|完工|竣工|到位).{0,8}|", after) is not None
    )
    return whole or (date.exact and (ends(after, 0) or after.startswith(("完成", "完工", "竣工"))))


def _boolean(word: str) -> Reading:
    """是 and 否: no number is printed; the base value, 1 or 0, can be counted."""
    return Reading(
        kind=TargetKind.BOOLEAN,
        operator=Operator.EQ,
        base_value=ONE if word == "是" else ZERO,
        is_measurable=True,
        rule="boolean",
    )


def _unread(found: list[Promise | Unread], plain: str) -> Reading:
    whys = tuple(dict.fromkeys(number.why for number in found if isinstance(number, Unread)))
    if not whys and ARABIC_DIGIT.search(plain):
        whys = ("number_not_own",)  # .98, 007
    if ZERO_OF.match(plain):
        return Reading(
            kind=TargetKind.QUANTITY,
            operator=Operator.EQ,
            value=ZERO,
            base_value=ZERO,
            is_measurable=True,
            rule="zero_of",
        )
    if whys:
        return _worded(whys[0], *whys, measurable="two_readings" in whys or NONE_OF.match(plain) is not None)
    return _qualitative(plain)


def _qualitative(wording: str) -> Reading:
    if NONE_OF.match(wording):
        return _worded("none_of", measurable=True)
    if BOUND.search(wording):
        return _worded("bound", measurable=True)
    return _worded("wording")


@cache
def _worded(rule: str, *findings: Flag, measurable: bool = False) -> Reading:
    return Reading(kind=TargetKind.QUALITATIVE, rule=rule, findings=findings, is_measurable=measurable)
