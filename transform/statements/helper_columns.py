"""Columns without a head at the right of a table: what somebody who made the workbook checked it with.

Words there are a remark. Figures are one only where each is nothing, or repeats an amount of its own row: a sum put
beside the printed one, a difference of 0.00. Any other amount without a head is money that nobody names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation

from extract.document import Cell, Grid


def helper_columns(grid: Grid, body: int, paths: Sequence[tuple[str, ...]]) -> frozenset[int]:
    """Such columns right of the last one with a head; `body` is the first row of lines."""
    last = max((column for column, path in enumerate(paths) if path), default=grid.n_columns)
    beyond = range(last + 1, grid.n_columns)
    rows = [[cell for cell in row if cell is not None] for row in grid.rows()[body:]]
    return frozenset(column for column in beyond if all(_repeats(row, column) for row in rows))


def _repeats(row: Sequence[Cell], column: int) -> bool:
    """Whether what the row prints in the column is no amount, zero, or an amount that it prints before."""
    printed = {value for cell in row if cell.column < column for value in _amounts(cell)}
    own = [value for cell in row if cell.column == column for value in _amounts(cell)]
    return all(not value or value in printed for value in own)


def _amounts(cell: Cell) -> Iterator[Decimal]:
    try:
        yield Decimal("".join(cell.text.replace(",", "").replace("，", "").split()))
    except InvalidOperation:
        return
