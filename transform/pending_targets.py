"""Stands in until transform.targets and transform.taxonomy are in: levels by their labels, targets as plain text."""

from __future__ import annotations

from transform.records import Reading, TargetKind

_LEVEL1 = ("产出", "效益", "满意度", "成本")
_LEVEL2 = (
    "数量",
    "质量",
    "时效",
    "成本",
    "经济效益",
    "社会效益",
    "生态效益",
    "可持续影响",
    "服务对象满意度",
    "经济成本",
)


def fold_level1(printed: str) -> str | None:
    return next((name for name in _LEVEL1 if printed in (name, f"{name}指标")), None)


def fold_level2(printed: str) -> str | None:
    return next((name for name in _LEVEL2 if printed in (name, f"{name}指标")), None)


def read_targets(text: str, *, fiscal_year: int | None = None, name: str | None = None) -> tuple[Reading, ...]:
    return (Reading(kind=TargetKind.QUALITATIVE, rule=f"not read: {len(text)} {fiscal_year} {name}"),)
