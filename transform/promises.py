"""The numbers of a target, each with what its surroundings say: a promise, an attribute, a name, a baseline.

`scan` finds every number in a folded, plain text and reads the operator and the unit around it; `transform.targets`
judges what they are together.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, NamedTuple

from transform.flags import Flag
from transform.measures import NAMING, ONE, Measure, Unit, unit_at
from transform.numerals import ARABIC, CHINESE, MIXED, decimal_of, is_wording
from transform.operators import TRAILING, ends, is_lower_bound, leading_operator, trailing_operator
from transform.ownership import HIDDEN, is_attribute, why_not_own
from transform.records import Operator, TargetKind

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


def _promise(text: str, match: re.Match[str]) -> tuple[Promise | Unread | None, int]:
    """What the number at `match` is, and where to go on."""
    start, end = match.span()
    chinese = match.lastgroup == "chinese"
    if chinese:
        while text[end - 1] in "万亿" and end - start > 1 and not re.search("[万亿]", text[start : end - 1]):
            end -= 1  # 一百万: the scale is the unit's
    value = decimal_of(text[start:end]) if match.lastgroup else Decimal("0.5")
    if value is None or (text[start] == "0" and end - start > 1 and text[start + 1].isdecimal()):
        return None, match.end()
    if not chinese and end + 1 < len(text) and text[end] in ":/" and text[end + 1].isdecimal():
        return _proportion(text, match, value)
    if text[end : end + 1] in RUNNING_ON and (further := _run_on(text, end)):
        return Unread("two_readings"), further
    negative = start > 0 and text[start - 1] == "-" and (start == 1 or text[start - 2] in "≥≤<>=:约为到")
    value = -value if negative else value
    unit, end, about = _unit(text, end)
    if unit is not None and COMPOSED.match(text, end):
        return Unread("two_readings"), end + 1  # 1小时30分, 2个半月
    upper = None
    joined = text[end : end + 1] in JOINING
    chain = CHAIN.match(text, end) if joined else None
    span = chain or (RANGE.match(text, end) if joined else None)
    rule = "number" if unit is None else "measure"
    findings: list[Flag] = []
    lead: Operator | None
    if span and (second := NUMBER.match(text, span.end())) and (second.lastgroup == "chinese") == chinese:
        high = decimal_of(second[0]) if second.lastgroup else None
        high_unit, high_end, _ = _unit(text, second.end())
        if high is None or not _joins(unit, high_unit):
            return Unread("two_readings"), high_end
        low, high = (high, value) if chain and chain[1][0] in ">≥" else (value, high)
        unit, end, value, upper, rule = high_unit or unit, high_end, low, high, "chain" if chain else "range"
        if low >= high:
            return Unread("not_a_range"), end
    elif chain:
        return Unread("two_readings"), chain.end()
    if negative:
        start -= 1
    if start and _names(text[start - 1], text[start - 2 : start - 1]):
        return Unread("number_not_own"), end
    if (end < len(text) and text[end] in "×*÷^±") or (
        unit is None and end < len(text) and text[end].isascii() and text[end].isalpha()
    ):
        return Unread("number_not_own"), end
    lead, begin, about_before = leading_operator(text, start)
    trail, end, about_after = trailing_operator(text, end, unit)
    if trail and text[end : end + 1] == "/" and unit and (divided := unit_at(unit.printed + text[end:], 0)):
        end += len(divided.printed) - len(unit.printed)
        unit = divided  # 3次以上/年
    if lead is None and start > 1 and text[start - 2] in "≥≤<>" and not is_wording(text[start - 1]):
        return Unread("garbled_operator"), end
    if begin and text[begin - 1] in "≥≤<>" and text[begin] in "≥≤<>":
        return Unread("contradictory_operators"), end
    head = text[:begin].strip(HIDDEN + " :;,。、.!'\"“”…")
    if unit is None or unit.measure.base is None:
        unit, end, trail = _open_unit(text, end, unit, trail, countable=not chinese and value == int(value))
        if unit is None and trail is None and (age := AGE.match(text, end)) and not head.rstrip("寿命年龄"):
            unit, end = Unit(age[0], Measure(TargetKind.QUANTITY, "岁", ONE)), age.end()
            trail, end, _ = trailing_operator(text, end, unit)
    terminal = ends(text, end)
    if unit is not None and trail is None and not terminal and unit.measure.kind is TargetKind.QUANTITY:
        noun = FOLLOWED_BY_NOUN.match(text, end)
        if noun and not NUMBER.search(noun[0]):
            trail, end, terminal = TRAILING.get(noun[1]), noun.end(), True
            about_after = noun[1] == "左右"
    if (
        lead is not None
        and trail is not None
        and lead is not Operator.EQ
        and is_lower_bound(lead) != is_lower_bound(trail)
    ):
        return Unread("contradictory_operators"), end
    operator = lead if lead not in (None, Operator.EQ) else trail or lead
    why = why_not_own(text, begin, end, unit, operator, terminal, chinese, value, head)
    if why:
        return (Unread(why) if why != "ignored" else None), max(end, match.end())
    if upper is not None and operator not in (None, Operator.EQ):
        findings.append("operator_on_range")
    if about or about_before or about_after:
        findings.append("approximate")
    if begin and PER.search(text, max(0, begin - 8), start):
        findings.append("rate_per_period")
    if start > 1 and GROWING.search(text, max(0, begin - 6), start):
        rule = "growth"
    elif head or not terminal or end < len(text):
        rule = "sentence" if rule in ("number", "measure") else rule
    attribute = is_attribute(text, end, unit, operator, trail)
    operator = Operator.BETWEEN if upper is not None else operator or Operator.EQ
    led = lead is not None and upper is None
    promise = Promise(begin, end, operator, value, upper, unit, rule, tuple(findings), attribute, led)
    return promise, max(end, match.end())


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
