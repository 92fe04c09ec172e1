"""Rows that run together in a ruled table: upright rules stand between its columns, but none between its rows.

Two columns whose numbers stand beside each other, line by line, are several rows in one; their cells are cut where the
text tells (`extract.pdf.bands`), and are inferred like those of a table without rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

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
        if not _run_together([lines[i] for i in own]):
            cells += boxes
            continue
        text = _text_rows([line for i in own for line in lines[i]])
        columns = [(x0, x1) for x0, _, x1, _ in boxes]
        bands, sure = bands_of(text, [False] * (len(text) - 1), columns)
        certain = certain and sure
        edges = [top, *((_bottom(above) + _top(below)) / 2 for above, below in pairwise(bands)), bottom]
        cells += [(x0, y0, x1, y1) for y0, y1 in pairwise(edges) for x0, x1 in columns]
    if len(cells) == len(group.cells) and certain:
        return group
    cells.sort(key=lambda cell: (cell[1], cell[0]))
    return replace(group, cells=tuple(cells), inferred=True, doubtful=not certain)


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
