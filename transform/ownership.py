"""Whose a number in a target is: the target's own, or that of a name, a size, a baseline, what is not to happen.

`why_not_own` says why a number is not what is promised, from the words on either side of it; `is_attribute` whether it
qualifies what follows.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, Literal

from transform.flags import Flag
from transform.measures import PHYSICAL, Unit, unit_at
from transform.numerals import is_wording
from transform.operators import LEADING, ends
from transform.records import Operator, TargetKind

HIDDEN: Final = "□"
"""Stands for each character of a date, which is not scanned for numbers."""

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


def why_not_own(
    text: str,
    begin: int,
    end: int,
    unit: Unit | None,
    operator: Operator | None,
    terminal: bool,
    chinese: bool,
    value: Decimal,
    head: str,
) -> Flag | Literal["ignored"] | None:
    """Why a number is not the target's own; `ignored` where it is no number at all (一批, 进一步); None if it is."""
    before = text[max(0, begin - 1) : begin]
    after = text[end : end + 1]
    if before == HIDDEN and begin == 1:
        before = ""
    if chinese and operator is None:
        if (
            before in NOT_COUNTING
            or (value == 1 and IDIOM.search(text, 0, begin))
            or (unit is None and (head or not terminal or value == 1))
        ):
            return "ignored"
        if unit is not None and (SECOND.match(text, begin) or (unit.printed in ORDINAL and text[begin] != "两")):
            return "ignored"
        if unit is not None and unit.printed == "日" and before == "周":
            return "ignored"
        if not terminal and (value == 1 or not text.endswith(DOING, 0, begin)):
            return "ignored"
    if before == HIDDEN and text[:begin].rstrip(HIDDEN).endswith(tuple(LEADING)):
        return "two_readings"
    if before in REFERRING and operator is None and text[begin - 2 : begin] not in ("占比", "环比", "同比"):
        return "number_not_own"
    if before == "的" and operator is None and COMPARED.search(text, 0, begin):
        return "two_readings"
    if begin == 1 and before in GARBLED_OPERATOR:
        return "garbled_operator"
    if begin and NEGATION.search(text, 0, begin) and NEGATED.search(text, 0, begin):
        return "number_not_own"
    if unit is None:
        if after and not terminal and (operator is None or not is_wording(after)):
            return "number_not_own"
        if not terminal and after and "一" <= after <= "鿿" and unit_at(text, end) is None and head:
            return "number_not_own"
        return None
    if (
        after == "级"
        or (unit.printed == "届" and value >= 1900)
        or (operator is None and before in BASELINE_ENDS and BASELINE.search(text, 0, begin))
    ):
        return "number_not_own"
    if unit.open and OF_A_FORMULA.search(text, 0, begin):
        return "two_readings"
    if unit.printed == "人" and operator is not None and OF_A_SIZE.match(text, end):
        return "number_not_own"
    if (
        unit.measure.base in PHYSICAL
        and operator is not None
        and text[end - 1] in "上下内"
        and is_wording(after or "0")
    ):
        return "two_readings"
    if unit.printed in ("日", "号") and operator is None and RECURRING.search(text, 0, begin):
        return "number_not_own"
    if unit.measure.kind is not TargetKind.RATIO and after in ("%", "‰"):
        return "unit_contradiction"  # 28.8万元%
    if unit.measure.kind is TargetKind.DURATION and operator is Operator.LE and after in ("不", "无", "零", "未"):
        return "number_not_own"
    if (
        unit.measure.kind is TargetKind.DURATION
        and operator is None
        and not terminal
        and not DONE_AFTER.match(text, end)
    ):
        return "number_not_own"
    return None


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
