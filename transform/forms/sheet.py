"""One grid while it is read: which cells stand where, and which of them have ended in a field."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.document import Cell, Grid
from transform.amounts import UNITS
from transform.passages import less_layout
from transform.printed import Printed, distinct, source_of

Columns = tuple[int, ...]
"""Positions in the grid that one heading covers."""
Row = list[Cell | None]

_NOTHING = re.compile(r"[-—–/、.…*＊\s\\]*|指标\d+[:：]?[-—–.…/]*|目标\d+[:：]?[-—–.…/]*")
"""What templates print in a cell that says nothing."""
_AMOUNT = re.compile(rf"[-−]?\d[\d,，]*(?:[.．]\d+)?(?:{UNITS}|万)?")


def says_nothing(text: str) -> bool:
    return _NOTHING.fullmatch(less_layout(text)) is not None


def is_amount(text: str) -> bool:
    """Whether a cell is a number, perhaps with a unit of money."""
    return _AMOUNT.fullmatch(less_layout(text).replace(" ", "")) is not None


class Sheet:
    """A grid with its merged cells in every position that they cover."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.rows: list[Row] = grid.covering()
        self._taken: set[int] = set()

    def take(self, *cells: Cell) -> None:
        """These cells have ended in a field, or are words of the form."""
        self._taken.update(id(cell) for cell in cells)

    def taken(self, cell: Cell) -> bool:
        return id(cell) in self._taken

    def present(self, position: int) -> list[Cell]:
        """The printed cells of a row, those of rows above that reach into it too."""
        return [cell for cell in distinct(self.rows[position]) if cell.text.strip()]

    def begun(self, position: int) -> list[Cell]:
        """The printed cells that begin in a row and are not yet taken."""
        return [cell for cell in self.present(position) if cell.row == position and not self.taken(cell)]

    def at(self, row: int, column: int) -> Cell | None:
        inside = 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row])
        return self.rows[row][column] if inside else None

    def beside(self, cell: Cell) -> Cell | None:
        """The cell right of another."""
        return self.at(cell.row, cell.column + cell.column_span)

    def blank_beside(self, cell: Cell) -> bool:
        """Whether the place right of a cell is one of the grid's and prints nothing: an empty field."""
        beside = self.beside(cell)
        inside = cell.column + cell.column_span < self.grid.n_columns
        return inside and (beside is None or not beside.text.strip())

    def under(self, cell: Cell) -> Cell | None:
        return self.at(cell.row + cell.row_span, cell.column)

    def text(self, position: int, columns: Columns | None, *, begun: bool = False) -> Printed | None:
        """What a row prints in some columns, taken; several cells are joined. `begun`: cells that begin there only."""
        if columns is None:
            return None
        cells = distinct([self.at(position, column) for column in columns])
        cells = [cell for cell in cells if cell.text.strip() and (not begun or cell.row == position)]
        if not cells:
            return None
        self.take(*cells)
        text = "".join(less_layout(cell.text) for cell in cells)
        return Printed(text=text, source=source_of(cells[0])) if text else None

    def left(self) -> Sequence[Cell]:
        """The printed cells that nothing took."""
        return [cell for cell in self.grid.cells if cell.text.strip() and not self.taken(cell)]
