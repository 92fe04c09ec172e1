"""Cut flattened text back into the cells it was flattened from.

When a reader writes a table as plain lines, a wrapped cell becomes several lines and nothing says where the next cell
begins. Three things do: a wrapped cell's lines are about equally wide but for its last, each column wraps at its own
width, and a blank line is more often between cells than inside one. `cut` finds the division into cells that agrees
best with all three (a shortest path); none of them has to hold everywhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from extract.document import Line
from transform.records import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of one line that stands in one cell.

    `gap`: a blank line or a word of the form precedes it; `start`: its offset in the text it was taken from.
    """

    text: str
    line: Line
    gap: bool
    start: int = 0

    def source(self) -> Source:
        return Source(text=self.text, page=self.line.page, line=self.line.line, box=self.line.box)


CellCost = Callable[[Sequence[Piece]], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the flattened table: how unlikely some pieces are as one of its cells, and an empty cell is."""

    cost: CellCost
    empty: float = 3.0


INNER_GAP = 2.0
MISSING_GAP = 4.0
RAGGED = 1.0
"""Per em that a line before the last falls short of the cell's widest, the first em being free (punctuation)."""
LONGEST = 120
"""Pieces that `cut` divides at most at once: a bound on its time, far above any filled form."""
OTHER_WIDTH = 0.4
"""Per em between a wrapped cell's width and its column's declared one: a hint, since forms are typeset anew."""


@lru_cache(maxsize=1024)  # `cut` asks for each line in every cell that it may stand in
def width(text: str) -> float:
    """Printed width in em: a Chinese character is 1, a Latin letter or digit 0.5."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5 for character in text)


def wrapped(column_width: float) -> CellCost:
    """The cost of pieces as one cell of a column that wraps at about `column_width` em."""

    def cost(pieces: Sequence[Piece]) -> float:
        widths = [width(piece.text) for piece in pieces]
        widest = max(widths)
        total = 0.0 if pieces[0].gap else MISSING_GAP
        total += INNER_GAP * sum(piece.gap for piece in pieces[1:])
        total += RAGGED * sum(max(0.0, widest - each - 1.0) for each in widths[:-1])
        if len(pieces) > 1:
            total += OTHER_WIDTH * max(0.0, abs(widest - column_width) - 1.0)
        else:
            total += OTHER_WIDTH * max(0.0, widest - column_width - 1.0)
        return total

    return cost


def cut(
    pieces: Sequence[Piece], columns: Sequence[Column], *, after: int, before: int
) -> list[tuple[int, Sequence[Piece]]]:
    """Divide `pieces`, which stand between a cell of column `after` and one of column `before`, into cells.

    Columns follow each other in order and start again with each row; pass the last column's index as `after` at the
    start of a row, and `len(columns)` as `before` where a row has ended. Returns (column, its pieces) in printed order.
    """
    count = len(columns)

    def skipped(previous: int, column: int) -> float:
        """Cost of the cells that are empty between two cells."""
        step = (column - previous - 1) % count
        return sum(columns[(previous + 1 + offset) % count].empty for offset in range(step))

    def ending(previous: int) -> float:
        if before < count:
            return skipped(previous, before)
        return sum(columns[column].empty for column in range(previous + 1, count))

    skips = [[skipped(previous, column) for previous in range(count)] for column in range(count)]
    infinity = float("inf")
    best: list[list[tuple[float, int, int]]] = [[(infinity, 0, 0)] * count for _ in range(len(pieces) + 1)]
    best[0][after] = (0.0, 0, 0)
    for end in range(1, len(pieces) + 1):
        for start in range(end):
            for column, shape in enumerate(columns):
                own = shape.cost(pieces[start:end])
                if own >= best[end][column][0]:
                    continue
                for previous, skip in enumerate(skips[column]):
                    cost = best[start][previous][0] + skip + own
                    if cost < best[end][column][0]:
                        best[end][column] = (cost, start, previous)
    column = min(range(count), key=lambda last: (best[len(pieces)][last][0] + ending(last), last))
    end = len(pieces)
    cells: list[tuple[int, Sequence[Piece]]] = []
    while end > 0:
        _, start, previous = best[end][column]
        cells.append((column, pieces[start:end]))
        end, column = start, previous
    return cells[::-1]
