"""What a self-evaluation prints of its execution: the rate, the points it can earn and those it earned."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypedDict

from transform.forms.indicator_records import number_of
from transform.printed import Printed
from transform.records import BudgetLine, MeasureKind

_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*([%％]?)")
_NEAR = Decimal("0.006")
"""How far a printed rate may be from that of the amounts: half a printed percent and a little."""


class Execution(TypedDict):
    execution_rate: Decimal | None
    execution_weight: Decimal | None
    execution_score: Decimal | None


def execution_of(printed: Mapping[str, Printed], lines: Sequence[BudgetLine]) -> Execution:
    """From the cells `rate`, `weight` and `score`, and the amounts that the rate is of."""
    return {
        "execution_rate": _share(printed.get("rate"), lines),
        "execution_weight": number_of(printed.get("weight")),
        "execution_score": number_of(printed.get("score")),
    }


def _share(printed: Printed | None, lines: Sequence[BudgetLine]) -> Decimal | None:
    """The rate as a share: 90% is 0.9. Without its sign it may be percent, share or a neighbour's points: it is what
    the amounts say, or not read."""
    match = _RATE.fullmatch(printed.text) if printed else None
    if match is None:
        return None
    number = Decimal(match[1])
    if match[2]:
        return number / 100
    spent, budget = _sum(lines, MeasureKind.EXECUTION), _sum(lines, MeasureKind.ADJUSTED)
    said = spent / budget if budget else None
    return next((one for one in (number / 100, number) if said is not None and abs(one - said) < _NEAR), None)


def _sum(lines: Sequence[BudgetLine], kind: MeasureKind) -> Decimal:
    return sum((line.amount.yuan for line in lines if line.measure_kind is kind), Decimal(0))
