"""What each statement is called in Chinese, for the warehouse's dimension and for readers."""

from __future__ import annotations

from typing import Final

from transform.statements.declared import SIDES, STATEMENTS
from transform.statements.government import government_labels


def statement_labels() -> dict[str, str]:
    """Each statement's name, those of a balance's sides too, and its Chinese label."""
    sides = {suffix: _SIDE_LABELS[suffix] for suffix, _ in SIDES.values()}
    labels: dict[str, str] = {}
    for statement in STATEMENTS:
        labels[statement.name] = statement.label
        if statement.sides:
            labels |= {f"{statement.name}_{suffix}": f"{statement.label}（{side}）" for suffix, side in sides.items()}
    return labels | government_labels()


_SIDE_LABELS: Final = {
    "income": "收入",
    "expenditure": "支出",
    "purpose": "支出用途",
    "economic": "支出经济分类",
    "government_economic": "政府预算支出经济分类",
}
