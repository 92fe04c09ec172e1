"""What the gate asks of the registered layouts: their names with versions, and the floors their filings must reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Floors:
    """`coverage`: least share of the text in typed fields, 0 to 1; `rows`: fewest records by field of Records."""

    coverage: Decimal
    rows: Mapping[str, int]


def layout_versions() -> frozenset[str]:
    """Name and version of each registered layout, e.g. `project_target_table-3`."""
    return frozenset()


def floors_of(layout: str) -> Floors:
    """The floors that a registered layout declares."""
    if layout == "department_target_form":
        return Floors(Decimal("0.8"), {"budget_lines": 1})
    return Floors(Decimal("0.8"), {"projects": 1, "budget_lines": 1})
