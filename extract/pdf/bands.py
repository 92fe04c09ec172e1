"""Lines of text into the rows of a table that has no rules between its rows.

What tells a row: a white strip higher than the leading within its cells; else one key a row (a number in each), with
the cells' text beginning beside it or centred about it. Where neither holds throughout, the rows are not certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from extract.pdf.row_breaks import is_number
from extract.pdf.writing import Written

STRIP = 0.1
"""Of a line's height: a distance of two lines this much beyond the leading parts two rows."""
CENTRED = 0.45
"""Of the leading: so far the middle of a cell's text may lie from its row's key."""

Column = tuple[float, float]
"""Left and right of what stands in a column."""


@dataclass(frozen=True, slots=True)
class TextRow:
    """Pieces of text on one line, from left to right; `fine`: the same cut at every gap that may part two columns."""

    pieces: tuple[Written, ...]
    fine: tuple[Written, ...] = ()

    @property
    def top(self) -> float:
        return min(piece.top for piece in self.pieces)

    @property
    def bottom(self) -> float:
        return max(piece.bottom for piece in self.pieces)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def size(self) -> float:
        return max(piece.size for piece in self.pieces)


Band = list[TextRow]
"""The lines of one row of the table, from the top."""


def covered(piece: Written, columns: list[Column]) -> tuple[int, int]:
    """First and last column that a piece stands in; the nearest one if it stands between two."""
    touched = [i for i, (x0, x1) in enumerate(columns) if piece.x0 < x1 and piece.x1 > x0]
    if touched:
        return touched[0], touched[-1]
    middle = (piece.x0 + piece.x1) / 2
    nearest = min(range(len(columns)), key=lambda i: abs((columns[i][0] + columns[i][1]) / 2 - middle))
    return nearest, nearest


def bands_of(rows: list[TextRow], parted: list[bool], columns: list[Column]) -> tuple[list[Band], bool]:
    """The rows of the table, and whether they are certain; `parted`: whether a rule parts each line from the next."""
    strips = _by_strips(rows, parted, columns)
    if strips is not None:
        return strips, True
    keyed = _by_keys(rows, parted, columns)
    if keyed is not None:
        return keyed, True
    rests = [_is_rest(above, below, columns) for above, below in pairwise(rows)]
    bands = _cut(rows, [part or not rest for rest, part in zip(rests, parted, strict=True)])
    return bands, all(_is_whole(band, columns) for band in bands)


def _cut(rows: list[TextRow], ends: list[bool]) -> list[Band]:
    bands = [[rows[0]]]
    for row, new in zip(rows[1:], ends, strict=True):
        if new:
            bands.append([row])
        else:
            bands[-1].append(row)
    return bands


def _leading(rows: list[TextRow], columns: list[Column]) -> float:
    """The least distance of two lines that follow each other in one column."""
    least = float("inf")
    for column in range(len(columns)):
        own = [row.middle for row in rows if any(covered(piece, columns) == (column, column) for piece in row.pieces)]
        least = min([least, *(b - a for a, b in pairwise(own))])
    return least


def _by_strips(rows: list[TextRow], parted: list[bool], columns: list[Column]) -> list[Band] | None:
    """Cut where two lines are farther apart than lines within a cell are; None where the distances do not tell."""
    leading, size = _leading(rows, columns), min(row.size for row in rows)
    distances = [below.middle - above.middle for above, below in pairwise(rows)]
    wide = [distance > leading + STRIP * size for distance in distances]
    if not any(wide) and not any(parted):
        return None
    bands = _cut(rows, [a or b for a, b in zip(wide, parted, strict=True)])
    if any(_two_numbers(band, columns) for band in bands):
        return None
    return bands


def _two_numbers(band: Band, columns: list[Column]) -> bool:
    places = [covered(piece, columns) for row in band for piece in row.pieces if is_number(piece.text)]
    return len(places) != len(set(places))


def _by_keys(rows: list[TextRow], parted: list[bool], columns: list[Column]) -> list[Band] | None:
    """Rows about the numbers of the column that holds nothing else; None if the text does not stand about them so."""
    for column in range(len(columns)):
        own = [
            (at, piece)
            for at, row in enumerate(rows)
            for piece in row.pieces
            if covered(piece, columns) == (column, column)
        ]
        numbers = [at for at, piece in own if is_number(piece.text)]
        if len(numbers) < 2 or len(own) - len(numbers) > numbers[0]:
            continue  # words below the header: not a column of keys
        if [at for at, _ in own if at >= numbers[0]] != numbers:
            continue
        for bands in (_below_keys(rows, numbers), _about_keys(rows, parted, numbers, column, columns)):
            if bands and not any(_two_numbers(band, columns) for band in bands):
                if all(_begins_together(band, columns) for band in bands):
                    return bands
                if all(_is_centred(band, columns) for band in bands[-len(numbers) :]):
                    return bands
    return None


def _below_keys(rows: list[TextRow], keys: list[int]) -> list[Band]:
    starts = [0, *keys] if keys[0] else keys
    return [rows[a:b] for a, b in pairwise([*starts, len(rows)])]


def _about_keys(
    rows: list[TextRow], parted: list[bool], keys: list[int], column: int, columns: list[Column]
) -> list[Band] | None:
    """Rows that follow one another without a strip between them, each centred about its key."""
    leading = _leading(rows, columns)
    head = max((at + 1 for at, part in enumerate(parted) if part and at < keys[0]), default=None)
    if head is None:  # no rule below the header: it ends where its own line does
        head = 1 if keys[0] and any(covered(piece, columns)[0] == column for piece in rows[0].pieces) else 0
    bands: list[Band] = [rows[:head]] if head else []
    at = head
    for key in keys:
        if at >= len(rows) or at > key:
            return None
        bottom = 2 * rows[key].middle - (rows[at].middle - leading / 2)
        end = at
        while end < len(rows) and rows[end].middle < bottom:
            end += 1
        bands.append(rows[at:end])
        at = end
    return bands if at == len(rows) else None


def _cells(band: Band, columns: list[Column]) -> dict[tuple[int, int], list[Written]]:
    cells: dict[tuple[int, int], list[Written]] = {}
    for row in band:
        for piece in row.pieces:
            cells.setdefault(covered(piece, columns), []).append(piece)
    return cells


def _is_whole(band: Band, columns: list[Column]) -> bool:
    """Whether lines can be a row by themselves: begun together, one number a column, and not a stray piece of text."""
    pieces = [piece for row in band for piece in row.pieces]
    stray = len(pieces) == 1 and covered(pieces[0], columns)[0] > 0 and not is_number(pieces[0].text)
    return _begins_together(band, columns) and not _two_numbers(band, columns) and not stray


def _begins_together(band: Band, columns: list[Column]) -> bool:
    """Whether every cell's text begins on the row's first line."""
    first = {covered(piece, columns) for piece in band[0].pieces}
    return set(_cells(band, columns)) <= first


def _is_centred(band: Band, columns: list[Column]) -> bool:
    """Whether the text of every cell lies about one height."""
    middles = []
    for pieces in _cells(band, columns).values():
        middles.append((min(p.top + p.bottom for p in pieces) + max(p.top + p.bottom for p in pieces)) / 4)
    return max(middles) - min(middles) <= 2 * CENTRED * min(row.size for row in band)


def _is_rest(above: TextRow, below: TextRow, columns: list[Column]) -> bool:
    """Whether a line only goes on with the cells above it: nothing in the first column, no number, no new cell."""
    places = {covered(piece, columns) for piece in below.pieces}
    filled = {covered(piece, columns) for piece in above.pieces}
    return (0, 0) not in places and places <= filled and not any(is_number(piece.text) for piece in below.pieces)
