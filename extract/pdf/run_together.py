"""Rows that run together in a ruled table: upright rules stand between its columns, but none between its rows.

Two columns whose numbers stand beside each other, line by line, are several rows in one; their cells are cut where the
text tells (`extract.pdf.bands`), and are inferred like those of a table without rules. So is a list of names beside a
long column of nothing but numbers: each number belongs to the name at its height, to less than half a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from extract.pdf.bands import Band, TextRow, bands_of
from extract.pdf.row_breaks import is_number
from extract.pdf.rules import CellGroup, Rectangle
from extract.pdf.writing import SAME_LINE, Written


def rows_parted(group: CellGroup, lines: Sequence[Sequence[Written]]) -> CellGroup:
    """The table with such rows cut; `lines` are those of each of its cells. As it is if it has none."""
    rows: dict[tuple[float, float], list[int]] = {}
    for i, (_, top, _, bottom) in enumerate(group.cells):
        rows.setdefault((top, bottom), []).append(i)
    cells: list[Rectangle] = []
    certain = True
    for (top, bottom), own in rows.items():
        boxes = [group.cells[i] for i in own]
        columns = [(x0, x1) for x0, _, x1, _ in boxes]
        bands = _list_of_names([lines[i] for i in own])
        if bands is None and not _run_together([lines[i] for i in own]):
            cells += boxes
            continue
        if bands is None:
            text = _text_rows([line for i in own for line in lines[i]])
            bands, sure = bands_of(text, [False] * (len(text) - 1), columns)
            certain = certain and sure
        edges = [top, *((_bottom(above) + _top(below)) / 2 for above, below in pairwise(bands)), bottom]
        cells += [(x0, y0, x1, y1) for y0, y1 in pairwise(edges) for x0, x1 in columns]
    if len(cells) == len(group.cells) and certain:
        return group
    cells.sort(key=lambda cell: (cell[1], cell[0]))
    return replace(group, cells=tuple(cells), inferred=True, doubtful=not certain)


_LIST = 8
"""So many numbers in one cell, each beside a line of another, are no wrapped text."""
_PITCH = 0.4
"""Share of the distance between two lines by which a number may stand off its name."""
_NAMED = 0.95
"""Share of the names that have a number."""


def _list_of_names(cells: Sequence[Sequence[Written]]) -> list[Band] | None:
    """The rows of two cells of which one is a list of names and the other holds nothing but numbers, one for a name;
    None if they are no such list."""
    if len(cells) != 2 or any(len(lines) < _LIST for lines in cells):
        return None
    names, numbers = (sorted(lines, key=_middle) for lines in cells)
    if not all(is_number(line.text) for line in numbers) or any(is_number(line.text) for line in names):
        return None
    pitch = median(_middle(below) - _middle(above) for above, below in pairwise(numbers))
    beside = {id(name): [n for n in numbers if abs(_middle(n) - _middle(name)) <= _PITCH * pitch] for name in names}
    found = [number for own in beside.values() for number in own]
    alone = any(len(own) > 1 for own in beside.values()) or len(found) != len(numbers)
    if alone or len({id(number) for number in found}) != len(numbers) or len(numbers) < _NAMED * len(names):
        return None
    return [[TextRow((name, *beside[id(name)]))] for name in names]


def _run_together(cells: Sequence[Sequence[Written]]) -> bool:
    """Whether two cells of a row each hold several numbers, and these stand beside each other."""
    numbers = [[line for line in lines if is_number(line.text)] for lines in cells if len(lines) > 1]
    several = [own for own in numbers if len(own) > 1]
    return any(
        sum(1 for a in first for b in second if abs(_middle(a) - _middle(b)) <= SAME_LINE * a.size) > 1
        for i, first in enumerate(several)
        for second in several[i + 1 :]
    )


def _text_rows(lines: list[Written]) -> list[TextRow]:
    rows: list[list[Written]] = []
    for line in sorted(lines, key=_middle):
        if rows and _middle(line) - _middle(rows[-1][0]) <= SAME_LINE * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [TextRow(tuple(sorted(row, key=lambda line: line.x0))) for row in rows]


def _middle(line: Written) -> float:
    return (line.top + line.bottom) / 2


def _top(band: Band) -> float:
    return min(row.top for row in band)


def _bottom(band: Band) -> float:
    return max(row.bottom for row in band)
