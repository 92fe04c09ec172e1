"""Whose a number in a target is: the target's own, or that of a name, a size, a baseline, what is not to happen.

`why_not_own` says why a number is not what is promised, from the words on either side of it; `is_attribute` whether it
qualifies what follows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from transform.flags import Flag
from transform.records import Operator, TargetKind
from transform.targets.measures import PHYSICAL, Unit, unit_at
from transform.targets.numerals import is_wording
from transform.targets.operators import LEADING, ends

HIDDEN: Final = "□"
"""Stands for each character of a date, which is not scanned for numbers."""

REACH: Final = 200
"""Characters before a number that may say whose it is; a cell may hold thousands of numbers."""

GARBLED_OPERATOR: Final = frozenset("》《〉〈之三乏云么乙")
"""Characters that bad recognition makes of ≥ and ≤: before a number at the head of a target they leave no operator."""

NOT_COUNTING: Final = frozenset("几数第统唯之同新上下这某任另哪每十百千万")
"""Before a Chinese numeral these make it part of a word (数十, 统一, 新一轮)."""

SECOND: Final = re.compile(r"二(?![十百千万亿])")
ORDINAL: Final = frozenset("期届区县街村镇站路片段层类班组队批起面分")
"""Units that a Chinese numeral without an operator may name, not count (三期工程, 一批, 十分); 二 always names, 两
always counts."""

IDIOM: Final = re.compile(r"一[^年月周天日季场次个\d]\Z")
"""一户一档, 一人一册: a saying; the second 一 counts no more than the first."""

NEGATION: Final = re.compile("[未无没杜避防]|不[发出得]")
NEGATED: Final = re.compile(
    r"(?:^|[,;。、])(?:确保|保证|坚决|实现)?"
    r"(?:(?:不发生|未发生|不出现|未出现|杜绝|避免|防止|没有|不得有)[^,;。]*|无[^,;。]{0,4}超过|无)\Z"
)
"""Before a number these say that what it counts is not to be: 杜绝死亡3人以上事故."""

OF_A_SIZE: Final = re.compile("企业|单位|活动|会议|工程|项目|村|乡|城市|团队|群体|学校|机构|场所|住户")
"""What 100人以上 is the size of."""

OF_A_FORMULA: Final = re.compile(r"\d[一-鿿]{1,2}\Z")
"""Before a number with an undeclared unit this makes it one of several (3室1厅)."""

DONE_AFTER: Final = re.compile("完|[办审]结|办理|办完|拨付|到位|答复|反馈|送达|响应")
"""What is done within the time before it: 1个工作日办结."""

BASELINE: Final = re.compile(r"(?:现有|已有|原有|上年|去年|上一年|往年|满分|总分)(?:为|达|是)?\Z")
BASELINE_ENDS: Final = frozenset("有年分为达是")
"""Before a number without an operator these make it what is, or what could be, and not what is promised."""

RECURRING: Final = re.compile(r"(?:每个?月|每季度?|每学期|每年|每周|按月|次月|当月)的?\Z")
"""Before 25日 these make it a day that comes again."""

REFERRING: Final = frozenset("每比较从由用自")
"""Before a number these make it a baseline or a divisor."""

COMPARED: Final = re.compile(r"(?:不低于|不少于|高于|低于|超过|大于|小于|不高于)[^,;。\d]*$")
"""不低于上年的95%: whether the operator binds the year or the number cannot be told."""

DOING: Final = tuple(
    str.split("""
        完成 举办 开展 组织 召开 建设 建成 新建 新增 培育 引进 编制 形成 制定 出台 购置 采购 发布 实施 承办 参加
        发放 编写 印发 培训 走访 检查
    """)
)
"""Verbs after which a Chinese numeral counts (举办两场); 一 after them is mostly an article (打造一个) and does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """A number with its unit and operator, from `begin` to `end` of the text, and what stands around them."""

    text: str
    begin: int
    end: int
    unit: Unit | None
    operator: Operator | None
    terminal: bool
    """The promise ends behind it."""
    chinese: bool
    """It is a Chinese numeral."""
    value: Decimal
    head: str
    """The words before it."""

    @property
    def before(self) -> str:
        """The character before; none where only a hidden name stands there."""
        before = self.text[max(0, self.begin - 1) : self.begin]
        return "" if before == HIDDEN and self.begin == 1 else before

    @property
    def after(self) -> str:
        return self.text[self.end : self.end + 1]

    def follows(self, pattern: re.Pattern[str]) -> bool:
        """Whether the text before it matches."""
        return pattern.search(self.text, max(0, self.begin - REACH), self.begin) is not None


def _no_numeral(at: Surroundings) -> bool:
    """一批, 进一步: a numeral in an idiom, or without a unit inside a sentence."""
    idiom = at.before in NOT_COUNTING or (at.value == 1 and at.follows(IDIOM))
    return idiom or (at.unit is None and bool(at.head or not at.terminal or at.value == 1))


def _ordinal_numeral(at: Surroundings) -> bool:
    """第二, 三年级, 周日: the numeral is a name."""
    unit = at.unit
    if unit is None:
        return False
    second = SECOND.match(at.text, at.begin) or (unit.printed in ORDINAL and at.text[at.begin] != "两")
    return bool(second) or (unit.printed == "日" and at.before == "周")


def _article(at: Surroundings) -> bool:
    """打造一个平台: 一 is an article, as is another numeral that no verb of doing stands before."""
    return not at.terminal and (at.value == 1 or not at.text.endswith(DOING, 0, at.begin))


def _behind_a_hidden_operator(at: Surroundings) -> bool:
    return at.before == HIDDEN and at.text[: at.begin].rstrip(HIDDEN).endswith(tuple(LEADING))


def _referring(at: Surroundings) -> bool:
    """比2023, 占80: what is referred to; 占比, 环比 and 同比 say the target's own share."""
    shares = ("占比", "环比", "同比")
    return at.before in REFERRING and at.operator is None and at.text[at.begin - 2 : at.begin] not in shares


def _of_what_is_compared(at: Surroundings) -> bool:
    return at.before == "的" and at.operator is None and at.follows(COMPARED)


def _garbled(at: Surroundings) -> bool:
    return at.begin == 1 and at.before in GARBLED_OPERATOR


def _negated(at: Surroundings) -> bool:
    return at.begin > 0 and at.follows(NEGATION) and at.follows(NEGATED)


def _before_words(at: Surroundings) -> bool:
    """A number without a unit in the middle of words."""
    if at.unit is not None or not at.after or at.terminal:
        return False
    chinese_word = "一" <= at.after <= "鿿" and unit_at(at.text, at.end) is None and bool(at.head)
    return at.operator is None or not is_wording(at.after) or chinese_word


def _a_level_or_session(at: Surroundings) -> bool:
    """2级, 2024届: names."""
    return at.unit is not None and (at.after == "级" or (at.unit.printed == "届" and at.value >= 1900))


def _baseline(at: Surroundings) -> bool:
    return at.unit is not None and at.operator is None and at.before in BASELINE_ENDS and at.follows(BASELINE)


def _in_a_formula(at: Surroundings) -> bool:
    return at.unit is not None and at.unit.open and at.follows(OF_A_FORMULA)


def _a_size(at: Surroundings) -> bool:
    """100人以上规模: what kind of thing, not how many."""
    of_people = at.unit is not None and at.unit.printed == "人" and at.operator is not None
    return of_people and OF_A_SIZE.match(at.text, at.end) is not None


def _physical_bound(at: Surroundings) -> bool:
    """5米以上部分: the bound may be the thing's or the target's."""
    bound = at.unit is not None and at.unit.measure.base in PHYSICAL and at.operator is not None
    return bound and at.text[at.end - 1] in "上下内" and is_wording(at.after or "0")


def _recurring_day(at: Surroundings) -> bool:
    """每月5日."""
    day = at.unit is not None and at.unit.printed in ("日", "号") and at.operator is None
    return day and at.follows(RECURRING)


def _percent_of_no_ratio(at: Surroundings) -> bool:
    """28.8万元%."""
    return at.unit is not None and at.unit.measure.kind is not TargetKind.RATIO and at.after in ("%", "‰")


def _time_without_event(at: Surroundings) -> bool:
    """3天内不发生: nothing is promised to take so long."""
    lasting = at.unit is not None and at.unit.measure.kind is TargetKind.DURATION
    return lasting and at.operator is Operator.LE and at.after in ("不", "无", "零", "未")


def _time_of_something(at: Surroundings) -> bool:
    """5年规划: the time qualifies what follows."""
    lasting = at.unit is not None and at.unit.measure.kind is TargetKind.DURATION
    return lasting and at.operator is None and not at.terminal and not DONE_AFTER.match(at.text, at.end)


Why = Flag | Literal["ignored"]
NUMERALS: Final[tuple[tuple[Callable[[Surroundings], bool], Why], ...]] = (
    (_no_numeral, "ignored"),
    (_ordinal_numeral, "ignored"),
    (_article, "ignored"),
)
"""Of a Chinese numeral without an operator."""
NOT_OWN: Final[tuple[tuple[Callable[[Surroundings], bool], Why], ...]] = (
    (_behind_a_hidden_operator, "two_readings"),
    (_referring, "number_not_own"),
    (_of_what_is_compared, "two_readings"),
    (_garbled, "garbled_operator"),
    (_negated, "number_not_own"),
    (_before_words, "number_not_own"),
    (_a_level_or_session, "number_not_own"),
    (_baseline, "number_not_own"),
    (_in_a_formula, "two_readings"),
    (_a_size, "number_not_own"),
    (_physical_bound, "two_readings"),
    (_recurring_day, "number_not_own"),
    (_percent_of_no_ratio, "unit_contradiction"),
    (_time_without_event, "number_not_own"),
    (_time_of_something, "number_not_own"),
)
"""In this order; the first that holds says why."""


def why_not_own(at: Surroundings) -> Why | None:
    """Why a number is not the target's own; `ignored` where it is no number at all (一批, 进一步); None if it is."""
    rules = (*NUMERALS, *NOT_OWN) if at.chinese and at.operator is None else NOT_OWN
    return next((why for holds, why in rules if holds(at)), None)


def is_attribute(text: str, end: int, unit: Unit | None, operator: Operator | None, trail: Operator | None) -> bool:
    """Whether the measure qualifies what follows: …的, 5亿元以上企业, 24小时内到达."""
    if text.startswith("的", end):
        return True
    if unit is None or ends(text, end):
        return False
    kind = unit.measure.kind
    if kind is TargetKind.DURATION:
        return operator in (Operator.LE, Operator.LT) or (trail is not None and is_wording(text[end]))
    return kind is TargetKind.MONEY and trail is not None and is_wording(text[end])
