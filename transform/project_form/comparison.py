"""How a target compares, where a column of its own says it: by a sign or in words."""

from __future__ import annotations

import re

_OPERATORS = {
    "大于等于": "≥",
    "大于或等于": "≥",
    "不小于": "≥",
    "不少于": "≥",
    "不低于": "≥",
    "大于": "＞",
    "小于等于": "≤",
    "小于或等于": "≤",
    "不大于": "≤",
    "不超过": "≤",
    "不高于": "≤",
    "小于": "＜",
    "等于": "＝",
}
"""Operators printed as words. 定性, 定量, 正向 and 反向 say what kind of value follows, not how it compares."""
_SYMBOL = re.compile(r"[≥≧>＞≤≦<＜=＝]+")


def comparison(text: str) -> str:
    """The sign that a column of operators prints, as a sign or in words; '' for what compares nothing."""
    return _OPERATORS.get(text.strip(), text if _SYMBOL.fullmatch(text) else "")


def compares(text: str) -> bool:
    return bool(comparison(text))
