"""The numbers of a target, each with what its surroundings say: a promise, an attribute, a name, a baseline.

`scan` finds every number in a folded, plain text and reads the operator and the unit around it; `grammar`
judges what they are together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from transform.flags import Flag
from transform.records import Operator, TargetKind
from transform.targets.measures import NAMING, ONE, Measure, Unit, unit_at
from transform.targets.numerals import ARABIC, CHINESE, MIXED, decimal_of, is_wording
from transform.targets.operators import TRAILING, ends, is_lower_bound, leading_operator, trailing_operator
from transform.targets.ownership import HIDDEN, REACH, Surroundings, is_attribute, why_not_own

PER: Final = re.compile(
    r"(?:每[\d一二两三半百千万]*个?[年月日天季周人户场次期家个批项学镇村企车店台班]|(?<!第)一(?:年|个?月|天|日|周|季)"
    r"|[年月日季周人]均)[^,;。]*\Z|平均\Z"
)
FOLLOWED_BY_NOUN: Final = re.compile(r"[一-鿿]{1,8}?(?<![级模省市])(及以上|或以上|以上|以内|以下|左右)(?=$|[,;。、)!])")
OPEN_UNIT: Final = re.compile(r"([一-鿿]{1,4}?)(及以上|或以上|以上|以内|以下|左右)?(?=$|[,;。、)!])")
NOT_A_UNIT: Final = re.compile(
    "热线|专线|急救|报警|服务|宣传|活动|工程|行动|计划|政策|制度|机制|建设|"
    "完成|达标|满意|合格|到位|拨付|支付|提升|提高|增长|增加|下降|降低|减少|以上|以下|以内|左右|优|良|^[有的与及和或至到是为在分之]|[率年月日时点前后内号级强岁届版]$"
)
NUMBER: Final = re.compile(
    rf"(?P<mixed>{MIXED})|(?P<arabic>(?<![\d.])(?:{ARABIC})(?!\.\d))|(?P<chinese>{CHINESE})|半(?=年|天|小时|个月)"
)
NAMED: Final = (*NAMING, "期", "届")
AGE: Final = re.compile(r"周?岁(?=[以及或上下]{0,3}(?:$|[,;。、)]))")
COMPOSED: Final = re.compile(r"(?:\d+(?:分|秒|小时|个?月|天)|半)")
RUNNING_ON: Final = frozenset(",+或")
JOINING: Final = frozenset("-~至到≤<≥>")
RANGE: Final = re.compile(r"[-~]{1,2}|至|到")
CHAIN: Final = re.compile(r"([≤<≥>]=?)[^\d≤<≥>,;。]{1,16}([≤<≥>]=?)(?=\d)")
GROWING: Final = re.compile(
    r"(?:增长|增幅|增速|提高|提升|增加|上升|下降|降低|减少|降幅|缩短|压减|上涨|下浮|增值|递增)(?:率|了|幅度|比例)?[:为达约超不少于低≥>≤<=至少]*\Z"
)


class Promise(NamedTuple):
    """A number in a text with what its surroundings say of it."""

    start: int
    end: int
    operator: Operator
    value: Decimal
    upper: Decimal | None
    unit: Unit | None
    rule: str
    findings: tuple[Flag, ...]
    attribute: bool = False
    """It qualifies what follows (1/3的村集体, 5亿元以上企业): it counts only where nothing else does."""
    led: bool = False
    """Its operator stands before it."""


class Unread(NamedTuple):
    """A number that is not the target's own, or whose surroundings do not say what it is."""

    why: Flag


def scan(text: str) -> list[Promise | Unread]:
    found: list[Promise | Unread] = []
    position = 0
    while match := NUMBER.search(text, position):
        promise, position = _promise(text, match)
        if promise is not None:
            found.append(promise)
    return found


Outcome = tuple[Promise | Unread | None, int]
"""What a number is (None: no number at all), and where to go on."""


def _promise(text: str, match: re.Match[str]) -> Outcome:
    """What the number at `match` is: the first step that ends the reading says so, else it is a promise."""
    reading = _Reading(text, match)
    for step in _Reading.STEPS:
        outcome = step(reading)
        if outcome is not None:
            return outcome
    return reading.promise(), max(reading.end, match.end())


class _Reading:
    """The reading of one number: each step looks a little further around it, and may find that it is none.

    `start` and `end` are those of the number with its sign and unit, `begin` that of the operator before it.
    """

    def __init__(self, text: str, match: re.Match[str]) -> None:
        self.text, self.match = text, match
        self.start, self.end = match.span()
        self.begin = self.start
        self.chinese = match.lastgroup == "chinese"
        self.value = Decimal("0.5")
        self.upper: Decimal | None = None
        self.unit: Unit | None = None
        self.lead: Operator | None = None
        self.trail: Operator | None = None
        self.rule = "number"
        self.head = ""
        self.negative = self.about = self.terminal = False

    def _next(self, length: int = 1) -> str:
        return self.text[self.end : self.end + length]

    def number(self) -> Outcome | None:
        """The digits themselves; 一百万 leaves its scale to the unit, 05 is no number."""
        text, start = self.text, self.start
        if self.chinese:
            while (
                text[self.end - 1] in "万亿"
                and self.end - start > 1
                and not re.search("[万亿]", text[start : self.end - 1])
            ):
                self.end -= 1
        value = decimal_of(text[start : self.end]) if self.match.lastgroup else Decimal("0.5")
        if value is None or (text[start] == "0" and self.end - start > 1 and text[start + 1].isdecimal()):
            return None, self.match.end()
        self.value = value
        return None

    def proportion(self) -> Outcome | None:
        """5:1 and 2/3."""
        if not self.chinese and self._next() in (":", "/") and self._next(2)[1:].isdecimal():
            return _proportion(self.text, self.match, self.value)
        return None

    def running_on(self) -> Outcome | None:
        """12,00 and 3+2 run on into another number."""
        if self._next() in RUNNING_ON and self._next() and (further := _run_on(self.text, self.end)):
            return Unread("two_readings"), further
        return None

    def sign_and_unit(self) -> Outcome | None:
        """A minus sign before, a unit behind; 1小时30分 and 2个半月 are measures of two parts."""
        text, start = self.text, self.start
        self.negative = start > 0 and text[start - 1] == "-" and (start == 1 or text[start - 2] in "≥≤<>=:约为到")
        self.value = -self.value if self.negative else self.value
        self.unit, self.end, self.about = _unit(text, self.end)
        self.rule = "number" if self.unit is None else "measure"
        if self.unit is not None and COMPOSED.match(text, self.end):
            return Unread("two_readings"), self.end + 1
        return None

    def range(self) -> Outcome | None:
        """10-20人, and a chain (≤20℃且≥10℃): two numbers are one promise if their units agree."""
        text = self.text
        joined = self._next() in JOINING and bool(self._next())
        chain = CHAIN.match(text, self.end) if joined else None
        span = chain or (RANGE.match(text, self.end) if joined else None)
        second = NUMBER.match(text, span.end()) if span else None
        if second is None or (second.lastgroup == "chinese") != self.chinese:
            return (Unread("two_readings"), chain.end()) if chain else None
        other = decimal_of(second[0]) if second.lastgroup else None
        other_unit, other_end, _ = _unit(text, second.end())
        if other is None or not _joins(self.unit, other_unit):
            return Unread("two_readings"), other_end
        falling = chain is not None and chain[1][0] in ">≥"
        low, high = (other, self.value) if falling else (self.value, other)
        self.unit, self.end, self.value, self.upper = other_unit or self.unit, other_end, low, high
        self.rule = "chain" if chain else "range"
        return (Unread("not_a_range"), self.end) if low >= high else None

    def part_of_a_name(self) -> Outcome | None:
        """第26届, PM2.5, 3×4: a name or a formula, before it or behind it."""
        text = self.text
        if self.negative:
            self.start -= 1
        if self.start and _names(text[self.start - 1], text[self.start - 2 : self.start - 1]):
            return Unread("number_not_own"), self.end
        after = self._next()
        letters = self.unit is None and after.isascii() and after.isalpha()
        return (Unread("number_not_own"), self.end) if (after and after in "×*÷^±") or letters else None

    def operators(self) -> Outcome | None:
        """The operator before and the one behind; two beside each other, or one that was garbled, say nothing."""
        text = self.text
        self.lead, self.begin, about_before = leading_operator(text, self.start)
        self.trail, self.end, about_after = trailing_operator(text, self.end, self.unit)
        self.about = self.about or about_before or about_after
        if self.trail and self._next() == "/" and self.unit:
            divided = unit_at(self.unit.printed + text[self.end :], 0)
            if divided:  # 3次以上/年
                self.end += len(divided.printed) - len(self.unit.printed)
                self.unit = divided
        if (
            self.lead is None
            and self.start > 1
            and text[self.start - 2] in "≥≤<>"
            and not is_wording(text[self.start - 1])
        ):
            return Unread("garbled_operator"), self.end
        if self.begin and text[self.begin - 1] in "≥≤<>" and text[self.begin] in "≥≤<>":
            return Unread("contradictory_operators"), self.end
        self.head = text[max(0, self.begin - REACH) : self.begin].strip(HIDDEN + " :;,。、.!'\"“”…")
        return None

    def open_unit(self) -> None:
        """An undeclared word at the end is a unit; 60周岁 is an age."""
        if self.unit is not None and self.unit.measure.base is not None:
            return
        countable = not self.chinese and self.value == int(self.value)
        self.unit, self.end, self.trail = _open_unit(self.text, self.end, self.unit, self.trail, countable=countable)
        age = AGE.match(self.text, self.end) if self.unit is None and self.trail is None else None
        if age and not self.head.rstrip("寿命年龄"):
            self.unit, self.end = Unit(age[0], Measure(TargetKind.QUANTITY, "岁", ONE)), age.end()
            self.trail, self.end, _ = trailing_operator(self.text, self.end, self.unit)

    def noun_behind(self) -> None:
        """5个乡镇以上: the operator stands behind the noun that the unit counts."""
        self.terminal = ends(self.text, self.end)
        if self.unit is None or self.trail is not None or self.terminal:
            return
        noun = FOLLOWED_BY_NOUN.match(self.text, self.end) if self.unit.measure.kind is TargetKind.QUANTITY else None
        if noun and not NUMBER.search(noun[0]):
            self.trail, self.end, self.terminal = TRAILING.get(noun[1]), noun.end(), True
            self.about = self.about or noun[1] == "左右"

    def contradiction(self) -> Outcome | None:
        """≥100以内."""
        if self.lead in (None, Operator.EQ) or self.trail is None or self.lead is None:
            return None
        if is_lower_bound(self.lead) != is_lower_bound(self.trail):
            return Unread("contradictory_operators"), self.end
        return None

    def not_own(self) -> Outcome | None:
        """What the words around it say of whose it is (`ownership`)."""
        at = Surroundings(
            text=self.text,
            begin=self.begin,
            end=self.end,
            unit=self.unit,
            operator=self._operator(),
            terminal=self.terminal,
            chinese=self.chinese,
            value=self.value,
            head=self.head,
        )
        why = why_not_own(at)
        if why is None:
            return None
        return (None if why == "ignored" else Unread(why)), max(self.end, self.match.end())

    STEPS: Final[tuple[Callable[[_Reading], Outcome | None], ...]] = (
        number,
        proportion,
        running_on,
        sign_and_unit,
        range,
        part_of_a_name,
        operators,
        open_unit,
        noun_behind,
        contradiction,
        not_own,
    )

    def promise(self) -> Promise:
        """The number with all that was found around it."""
        operator = self._operator()
        return Promise(
            self.begin,
            self.end,
            Operator.BETWEEN if self.upper is not None else operator or Operator.EQ,
            self.value,
            self.upper,
            self.unit,
            self._rule(),
            tuple(self._findings(operator)),
            is_attribute(self.text, self.end, self.unit, operator, self.trail),
            self.lead is not None and self.upper is None,
        )

    def _operator(self) -> Operator | None:
        return self.lead if self.lead not in (None, Operator.EQ) else self.trail or self.lead

    def _findings(self, operator: Operator | None) -> Iterator[Flag]:
        if self.upper is not None and operator not in (None, Operator.EQ):
            yield "operator_on_range"
        if self.about:
            yield "approximate"
        if self.begin and PER.search(self.text, max(0, self.begin - 8), self.start):
            yield "rate_per_period"

    def _rule(self) -> str:
        if self.start > 1 and GROWING.search(self.text, max(0, self.begin - 6), self.start):
            return "growth"
        alone = not self.head and self.terminal and self.end >= len(self.text)
        return self.rule if alone or self.rule not in ("number", "measure") else "sentence"


def _run_on(text: str, end: int) -> int | None:
    """Where a number ends that runs on into another or beyond its sign (12,00, 3+2, 1000+人, 10或20家); None if it does
    not."""
    sign, after = text[end], text[end + 1 : end + 2]
    if sign == "或":
        other = NUMBER.match(text, end + 1)
        return other.end() + 1 if other else None
    if after.isalnum() and after.isascii():
        return end + 2
    return end + 1 if sign == "+" and after and is_wording(after) else None


def _names(before: str, further: str) -> bool:
    """Whether the character before a number makes it part of a name or a formula: 第26届, 前10名, PM2.5, ×100%."""
    if before == "+":
        return not is_wording(further)
    return (
        before in "第前负×*÷±^#-≠%‰"
        or (before in "·'`" and further.isdecimal())
        or (before == "下" and further == "零")
        or (before.isalnum() and not is_wording(before))
    )


def _joins(unit: Unit | None, other: Unit | None) -> bool:
    """Two ends of a range have one unit, or only one of them prints it."""
    if unit is None or other is None:
        return True
    return unit.printed == other.printed or (unit.measure.base is None and other.printed.startswith(unit.printed))


def _unit(text: str, end: int) -> tuple[Unit | None, int, bool]:
    """The declared unit after a number, over a 余 or 多 before or inside it (300余家, 3万余人)."""
    about = text[end : end + 1] in ("余", "多", "来") and end + 1 <= len(text)
    after = end + 1 if about else end
    unit = unit_at(text, after)
    if unit is None:
        return None, after if about and ends(text, after) else end, about and after == end
    stop = after + len(unit.printed)
    if unit.measure.base is None and text[stop : stop + 1] in ("余", "多") and text[stop : stop + 1]:
        about = True
        inner = unit_at(unit.printed + text[stop + 1 : stop + 12], 0)
        if inner is not None and inner.measure.base is not None:
            return inner, stop + 1 + len(inner.printed) - len(unit.printed), True
        return unit, stop + 1, True
    return unit, stop, about


def _open_unit(
    text: str, end: int, unit: Unit | None, trail: Operator | None, *, countable: bool
) -> tuple[Unit | None, int, Operator | None]:
    """An undeclared word between a number (or its scale) and the end of the promise is a unit too: 20亿注册量."""
    word = OPEN_UNIT.match(text, end) if trail is None and (countable or unit is not None) else None
    if word is None or NOT_A_UNIT.search(word[1]) or unit_at(text, end) is not None:
        return unit, end, trail
    if word[1].startswith(NAMED):
        return unit, end, trail
    scale, printed = (unit.measure.scale, unit.printed) if unit else (ONE, "")
    opened = Unit(printed + word[1], Measure(TargetKind.QUANTITY, word[1], scale), open=True)
    operator = TRAILING.get(word[2]) if word[2] else None
    return opened, word.end(), operator


def _proportion(text: str, match: re.Match[str], value: Decimal) -> tuple[Promise | Unread | None, int]:
    """5:1 and 2/3: their quotient. 18:30 is a time and 12/31 a day, perhaps: neither is read."""
    sign = text[match.end()]
    other = re.compile(r"\d+(?:\.\d+)?").match(text, match.end() + 1)
    if other is None or (parts := Decimal(other[0])) == 0:
        return Unread("number_not_own"), other.end() if other else match.end() + 1
    end = other.end()
    if text[end : end + 1] in (":", "/"):
        return Unread("number_not_own"), end + len(text[end:]) - len(text[end:].lstrip(":/.0123456789"))
    if match.start() and _names(text[match.start() - 1], text[match.start() - 2 : match.start() - 1]):
        return Unread("number_not_own"), end
    one = value == 1 or parts == 1
    if (sign == ":" and len(other[0]) == 2 and not one) or (
        sign == "/" and (value >= parts or (parts > 10 and parts not in (20, 50, 100)))
    ):
        return Unread("two_readings"), end
    lead, begin, about = leading_operator(text, match.start())
    trail, end, about_after = trailing_operator(text, end, None)
    if sign == ":" and parts != 1:
        # 1:3 of teachers is a third, of money moved three times; 8:2 are shares; 1:2000地形图 is a map's scale
        return Unread("number_not_own" if text.startswith(("地形", "比例"), end) else "two_readings"), end
    exact = value / parts
    rounded = (
        exact.quantize(Decimal("0.000001")) if exact * parts != value or -int(exact.as_tuple().exponent) > 6 else exact
    )
    findings: tuple[Flag, ...] = ("rounded",) if rounded * parts != value else ()
    findings += ("approximate",) if about or about_after else ()
    unit = Unit("", Measure(TargetKind.RATIO, "1", ONE))
    operator = lead or trail or Operator.EQ
    return Promise(begin, end, operator, rounded, None, unit, "proportion", findings, text.startswith("的", end)), end
