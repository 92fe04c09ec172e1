"""Operators of targets: the words and signs that stand before or after a number and say how it binds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from transform.records import Operator, TargetKind
from transform.targets.measures import Unit

LEADING: Final[Mapping[str, Operator]] = {
    word: operator
    for operator, words in {
        Operator.GE: """
            ≥ >= ≥= => 》= 〉= ›= >≥ ≥≥ 不少于 不低于 不小于 不得少于 不得低于 不能少于 不能低于 不应低于
            不少于等于 大于等于 大于或等于 高于等于 高于或等于 至少 最少 最低 起码 不短于 不早于 不下于
        """,
        Operator.GT: """
            > 〉 › ﹥ 大于 超过 高于 多于 超出 突破 超 晚于 优于 长于
        """,
        Operator.LE: """
            ≤ <= ≤= =< 《= 〈= ‹= <≤ ≤≤ 不超过 不高于 不大于 不多于 不得超过 不得高于 不得多于 不得大于 不能超过
            不应超过 未超过 小于等于 小于或等于 低于等于 低于或等于 至多 最多 最高 最大 不晚于 不迟于 不长于
            不超
        """,
        Operator.LT: """
            < 〈 ‹ ﹤ 小于 低于 少于 不足 不到 早于 短于 不满
        """,
        Operator.EQ: """
            = == 等于
        """,
    }.items()
    for word in words.split()
}
"""Operators that stand before a number, the garbled printings of recognised scans among them."""

TRAILING: Final[Mapping[str, Operator]] = {
    word: operator
    for operator, words in {
        Operator.GE: """
            以上 及以上 或以上 含以上 及其以上 和以上 起步 + 或者以上
        """,
        Operator.LE: """
            以内 之内 以下 及以下 或以下 含以下 以里 内
        """,
        Operator.GT: """
            （不含）以上
        """,
        Operator.LT: """
            （不含）以下 （不含）以内
        """,
    }.items()
    for word in words.split()
}
"""Operators that stand after a number and its unit."""

REVERSED: Final[Mapping[str, Operator]] = {
    "≤": Operator.GE,
    "<=": Operator.GE,
    "<": Operator.GT,
    "≥": Operator.LE,
    ">=": Operator.LE,
    ">": Operator.LT,
}
"""Operators between a number and what it bounds: 90%≤满意度."""

ABOUT: Final = frozenset(["约", "近", "大约", "将近", "接近", "左右", "上下", "余", "多", "来", "≈", "约为"])
"""Words that make a number approximate: no operator, but a finding."""

BETWEEN_OPERATOR_AND_NUMBER: Final = (
    "人民币",
    "达到",
    "约为",
    "≈",
    "大约",
    "将近",
    "约",
    "近",
    "达",
    "为",
    "到",
    "在",
    ":",
    "=",
    "共",
    "有",
    "满",
    "于",
    "是",
    "¥",
    "￥",
)

LEADING_ENDS: Final = frozenset(word[-1] for word in (*LEADING, *BETWEEN_OPERATOR_AND_NUMBER))
TRAILING_HEADS: Final = frozenset(word[0] for word in (*TRAILING, *REVERSED, *ABOUT))
"""No operator stands before a number that another character precedes, none after one that another follows."""

APART: Final = re.compile(
    r"(至少|最少|至多|最多|不超过|不少于|不低于|不高于|最[高低](?=[补奖给支资可]))[^,;。、\d□]+\Z"
)
"""Operators that may stand apart from their number, in one clause: 不超过财政拨款100万元."""
APART_SIGN: Final = re.compile("[不至最]")
SHARE: Final = re.compile(r"\d+(?:\.\d+)?%")
"""不超过总投资的30%, 不低于上年的95%: only a share is surely bound over 的."""

ENDS: Final = frozenset(",;。、)!?+")


def ends(text: str, at: int) -> bool:
    """Whether a clause, and with it a promise, may end there."""
    return at >= len(text) or text[at] in ENDS


def leading_operator(text: str, start: int) -> tuple[Operator | None, int, bool]:
    """The operator that ends at `start`, over 约, 人民币 and the like; where it begins; whether it says 约."""
    about = False
    begin = start
    while begin and text[begin - 1] in LEADING_ENDS:
        for length in range(min(begin, 6), 0, -1):
            if operator := LEADING.get(text[begin - length : begin]):
                return operator, begin - length, about
        for word in BETWEEN_OPERATOR_AND_NUMBER:
            if text.endswith(word, 0, begin):
                begin -= len(word)
                about = about or word in ABOUT
                break
        else:
            break
    apart = APART.search(text, max(0, start - 12), start) if start > 2 and APART_SIGN.search(text, 0, start) else None
    if apart and (not apart[0].endswith("的") or SHARE.match(text, start)):
        return LEADING[apart[1]], apart.start(), about
    return None, start, about


def trailing_operator(text: str, end: int, unit: Unit | None) -> tuple[Operator | None, int, bool]:
    """The operator that begins at `end`, where it ends, and whether the number is approximate (左右)."""
    if text[end : end + 1] not in TRAILING_HEADS:
        return None, end, False
    for length in range(min(len(text) - end, 6), 0, -1):
        word = text[end : end + length]
        if word == "+" and not ends(text, end + 1):
            continue
        if word in REVERSED and not text[end + length : end + length + 1].isdecimal():
            return REVERSED[word], end + length, False
        if word in TRAILING and (
            word != "内" or (unit and unit.measure.kind in (TargetKind.DURATION, TargetKind.RATIO))
        ):
            return TRAILING[word], end + length, False
        if word in ABOUT and word not in ("约", "近", "来") and (length > 1 or ends(text, end + 1)):
            return None, end + length, True
    return None, end, False


def is_lower_bound(operator: Operator) -> bool:
    return operator in (Operator.GE, Operator.GT)
