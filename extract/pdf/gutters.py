"""Tables without upright rules, or without any: columns and rows from the gutters between characters.

Only where rules are missing. A region is a table between level rules of one width, or a run of lines that are all cut
by the same gutters; prose, whose lines are whole, never is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from extract.pdf.characters import Characters
from extract.pdf.paths import Edges
from extract.pdf.row_breaks import is_number
from extract.pdf.rules import REACH, CellGroup, Rectangle, bounds
from extract.pdf.writing import Written, write

GUTTER = 0.9
"""Of a character's height: a gap as wide as this may part two columns."""
FEWEST_ROWS = 3
"""Lines that must agree on their gutters where no rule says that there is a table."""
FEWEST_CELLS = 6
FAR = 2.5
"""Of a line's height: a white strip as high as this ends a table without rules."""
_UNIT = re.compile(r"单位\s*[:：]\s*(人民币)?[百千万亿]*元")


@dataclass(frozen=True, slots=True)
class _Row:
    """Pieces of text on one line, from left to right."""

    pieces: tuple[Written, ...]

    @property
    def top(self) -> float:
        return min(piece.top for piece in self.pieces)

    @property
    def bottom(self) -> float:
        return max(piece.bottom for piece in self.pieces)

    @property
    def size(self) -> float:
        return max(piece.size for piece in self.pieces)


def unruled_groups(characters: Characters, ruled: list[CellGroup], horizontal: Edges) -> list[CellGroup]:
    """The tables of a page that its rules do not make, their cells marked as inferred."""
    boxes = [bounds(group) for group in ruled]
    outside = np.zeros(len(characters), np.int64)
    middle_x, middle_y = (characters.x0 + characters.x1) / 2, (characters.top + characters.bottom) / 2
    for x0, top, x1, bottom in boxes:
        outside[(middle_x > x0) & (middle_x < x1) & (middle_y > top) & (middle_y < bottom)] = -1
    lines: dict[int, list[Written]] = {}
    for piece in write(characters, outside, cut=GUTTER):
        lines.setdefault(piece.line, []).append(piece)
    rows = sorted((_Row(tuple(pieces)) for pieces in lines.values()), key=lambda row: row.top)
    if sum(1 for row in rows if len(row.pieces) > 1) < 2:
        return []
    groups: list[CellGroup] = []
    for region in _between_rules(horizontal, boxes):
        inside = _with_rims([row for row in rows if region[1] < (row.top + row.bottom) / 2 < region[-1]], rows)
        group = _group(inside, region)
        if group:
            groups.append(group)
            rows = [row for row in rows if row not in inside]
    for run in _runs(rows):
        group = _group(run, [])
        if group:
            groups.append(group)
    return groups


def _between_rules(horizontal: Edges, boxes: list[Rectangle]) -> list[list[float]]:
    """Groups of level rules of one width outside every ruled table: [left, then the rules' heights from the top]."""
    loose = [
        (start, end, at)
        for at, start, end in zip(
            horizontal.at.tolist(), horizontal.start.tolist(), horizontal.end.tolist(), strict=True
        )
        if not any(
            x0 - REACH < start and end < x1 + REACH and top - REACH < at < bottom + REACH
            for x0, top, x1, bottom in boxes
        )
    ]
    alike: list[list[tuple[float, float, float]]] = []
    for rule in sorted(loose, key=lambda rule: rule[2]):
        for group in alike:
            if abs(group[0][0] - rule[0]) <= REACH and abs(group[0][1] - rule[1]) <= REACH:
                group.append(rule)
                break
        else:
            alike.append([rule])
    return [[group[0][0], *(at for _, _, at in group)] for group in alike if len(group) > 1]


def _with_rims(inside: list[_Row], rows: list[_Row]) -> list[_Row]:
    """The lines between rules with the table's first and last row, where the rules leave those open."""
    columns = _columns(inside)
    if len(columns) < 3:
        return inside
    start, end = rows.index(inside[0]), rows.index(inside[-1]) + 1
    if start and _is_row(rows[start - 1], columns) and inside[0].top - rows[start - 1].bottom < FAR * inside[0].size:
        inside = [rows[start - 1], *inside]
    if end < len(rows) and _is_row(rows[end], columns) and rows[end].top - inside[-1].bottom < FAR * inside[-1].size:
        inside = [*inside, rows[end]]
        for row in rows[end + 1 :]:
            if row.top - inside[-1].bottom > 0.6 * row.size or not _within_gutters(row, [rows[end]]):
                break
            inside.append(row)
    return inside


def _is_row(row: _Row, columns: list[tuple[float, float]]) -> bool:
    """Whether a line fills most of the columns, each with one piece."""
    unit = _UNIT.search("".join(piece.text for piece in row.pieces)) is not None
    return not unit and len(row.pieces) >= 0.75 * len(columns) and _fits(row, columns)


def _runs(rows: list[_Row]) -> list[list[_Row]]:
    """Consecutive lines, close to one another, that have several pieces; a line of one piece may stand between them."""
    runs: list[list[_Row]] = [[]]
    for row in rows:
        run = runs[-1]
        heading = _UNIT.search("".join(piece.text for piece in row.pieces)) is not None
        several = len(row.pieces) > 1 and not heading
        near = not run or row.top - run[-1].bottom < FAR * max(row.size, run[-1].size)
        if near and (several or (run and not heading and _within_gutters(row, run))):
            run.append(row)
        else:
            runs.append([row] if several else [])
    trimmed = []
    for run in runs:
        second = min((row.pieces[1].x0 for row in run if len(row.pieces) > 1), default=0.0)
        while run and len(run[-1].pieces) == 1 and run[-1].pieces[0].x0 < second:
            run.pop()  # what begins at the left is prose below the table
        if len([row for row in run if len(row.pieces) > 1]) >= FEWEST_ROWS:
            trimmed.append(run)
    return trimmed


def _within_gutters(row: _Row, run: list[_Row]) -> bool:
    """Whether a whole line keeps within one column of the lines before it: the rest of a wrapped cell."""
    piece = row.pieces[0]
    return all(
        sum(1 for other in above.pieces if other.x0 < piece.x1 and other.x1 > piece.x0) <= 1
        for above in run
        if len(above.pieces) > 1
    )


def _group(rows: list[_Row], region: list[float]) -> CellGroup | None:
    """The cells of a region's lines; None if they share no gutter."""
    columns = _columns(rows)
    if len(columns) < 2 or len(rows) < 2:
        return None
    if not region and sum(1 for row in rows if _fits(row, columns)) < max(FEWEST_ROWS, 0.6 * len(rows)):
        return None
    rules = region[1:]
    bands = _bands(rows, rules, columns)
    if len(bands) < 2 or len(bands) * len(columns) < FEWEST_CELLS:
        return None
    left = min(piece.x0 for row in rows for piece in row.pieces)
    right = max(piece.x1 for row in rows for piece in row.pieces)
    x = [
        left - 2,
        *((a[1] + b[0]) / 2 for a, b in pairwise(columns)),
        right + 2,
    ]
    y = [bands[0][0].top - 2]
    for above, below in pairwise(bands):
        last, first = max(row.bottom for row in above), min(row.top for row in below)
        between = [at for at in rules if above[-1].top < at < below[0].bottom]
        y.append(between[0] if between else (last + first) / 2)
    y.append(max(row.bottom for row in bands[-1]) + 2)
    cells: list[Rectangle] = []
    for i, band in enumerate(bands):
        cells += [(x[first], y[i], x[last + 1], y[i + 1]) for first, last in _spans(band, columns)]
    return CellGroup(tuple(cells), inferred=True)


def _columns(rows: list[_Row]) -> list[tuple[float, float]]:
    """Left and right of each column, from the lines that are cut most often."""
    most = max((len(row.pieces) for row in rows), default=0)
    columns: list[tuple[float, float]] = []
    pieces = [piece for row in rows if len(row.pieces) >= max(2, 0.75 * most) for piece in row.pieces]
    for piece in sorted(pieces, key=lambda piece: piece.x0):
        if columns and piece.x0 < columns[-1][1] + 0.3 * piece.size:
            columns[-1] = (columns[-1][0], max(columns[-1][1], piece.x1))
        else:
            columns.append((piece.x0, piece.x1))
    return columns


def _covered(piece: Written, columns: list[tuple[float, float]]) -> tuple[int, int]:
    """First and last column that a piece stands in; the nearest one if it stands between two."""
    touched = [i for i, (x0, x1) in enumerate(columns) if piece.x0 < x1 and piece.x1 > x0]
    if touched:
        return touched[0], touched[-1]
    middle = (piece.x0 + piece.x1) / 2
    nearest = min(range(len(columns)), key=lambda i: abs((columns[i][0] + columns[i][1]) / 2 - middle))
    return nearest, nearest


def _fits(row: _Row, columns: list[tuple[float, float]]) -> bool:
    places = [_covered(piece, columns) for piece in row.pieces]
    return all(first == last for first, last in places) and len({first for first, _ in places}) == len(places)


def _spans(band: list[_Row], columns: list[tuple[float, float]]) -> list[tuple[int, int]]:
    """The cells of a row as (first column, last column), from left to right."""
    spans: list[tuple[int, int]] = []
    wide = sorted(_covered(piece, columns) for row in band for piece in row.pieces)
    for first, last in wide:
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], last))
        else:
            spans.append((first, last))
    taken = {i for first, last in spans for i in range(first, last + 1)}
    return sorted(spans + [(i, i) for i in range(len(columns)) if i not in taken])


def _bands(rows: list[_Row], rules: list[float], columns: list[tuple[float, float]]) -> list[list[_Row]]:
    """The lines of each row: between rules if every row has one, else by white strips, else by what the lines hold."""
    ends = [float("-inf"), *rules, float("inf")]
    ruled = [[row for row in rows if a < (row.top + row.bottom) / 2 <= b] for a, b in pairwise(ends)]
    if len(rules) >= 4 or (rules and all(sum(1 for row in band if _is_row(row, columns)) <= 1 for band in ruled)):
        return [band for band in ruled if band]
    gaps = [below.top - above.bottom for above, below in pairwise(rows)]
    parts = [any(above.top < at < below.bottom for at in rules) for above, below in pairwise(rows)]
    if gaps and max(gaps) - min(gaps) > 0.4 * rows[0].size:
        bands = _cut(rows, [gap > (max(gaps) + min(gaps)) / 2 or part for gap, part in zip(gaps, parts, strict=True)])
        if not any(_two_numbers(band, columns) for band in bands):
            return bands
    return _cut(
        rows,
        [
            part or not _is_rest(above, below, columns)
            for above, below, part in zip(rows, rows[1:], parts, strict=False)
        ],
    )


def _cut(rows: list[_Row], ends: list[bool]) -> list[list[_Row]]:
    bands = [[rows[0]]]
    for row, new in zip(rows[1:], ends, strict=True):
        if new:
            bands.append([row])
        else:
            bands[-1].append(row)
    return bands


def _two_numbers(band: list[_Row], columns: list[tuple[float, float]]) -> bool:
    places = [_covered(piece, columns) for row in band for piece in row.pieces if is_number(piece.text)]
    return len(places) != len(set(places))


def _is_rest(above: _Row, below: _Row, columns: list[tuple[float, float]]) -> bool:
    """Whether a line only goes on with the cells above it: nothing in the first column, no number, no new cell."""
    places = {_covered(piece, columns) for piece in below.pieces}
    filled = {_covered(piece, columns) for piece in above.pieces}
    return (0, 0) not in places and places <= filled and not any(is_number(piece.text) for piece in below.pieces)
