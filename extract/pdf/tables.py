"""Cells and characters into grids: who stands in which cell, the grid's rows and columns, spans and indentation."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from extract.document import Box, Cell, Grid
from extract.pdf.characters import Characters
from extract.pdf.rules import CellGroup, Rectangle
from extract.pdf.run_together import rows_parted
from extract.pdf.writing import Written, write

Indices = NDArray[np.int64]


def grids_of(groups: list[CellGroup], characters: Characters, page: int) -> tuple[list[Grid], Indices, list[CellGroup]]:
    """The grids of a page; for each character the number of the cell it stands in (−1: in none); and the tables, with
    rows parted that ran together.

    A character belongs to the cell that holds its middle; where tables are nested, to the innermost.
    """
    owner, lines = _written(groups, characters)
    parted = [rows_parted(group, [lines.get(cell, []) for cell in group.cells]) for group in groups]
    if any(new is not old for new, old in zip(parted, groups, strict=True)):
        owner, lines = _written(parted, characters)
    return [grid_of(group, [lines.get(cell, []) for cell in group.cells], page) for group in parted], owner, parted


def _written(groups: list[CellGroup], characters: Characters) -> tuple[Indices, dict[Rectangle, list[Written]]]:
    """For each character the number of its cell, and the lines of each cell."""
    rectangles: list[Rectangle] = []
    owner = np.full(len(characters), -1, np.int64)
    middle_x, middle_y = (characters.x0 + characters.x1) / 2, (characters.top + characters.bottom) / 2
    for group in sorted(groups, key=_area, reverse=True):
        _claim(group.cells, middle_x, middle_y, owner, len(rectangles))
        rectangles += group.cells
    lines: dict[Rectangle, list[Written]] = {}
    for line in write(characters, owner):
        lines.setdefault(rectangles[line.group], []).append(line)
    return owner, lines


def grid_of(group: CellGroup, lines: list[list[Written]], page: int) -> Grid:
    """One table; rows are the distinct tops of its cells, columns their distinct left sides."""
    tops = sorted({cell[1] for cell in group.cells})
    lefts = sorted({cell[0] for cell in group.cells})
    indents = _indents(group, lines)
    cells = [
        Cell(
            row=(row := bisect_left(tops, top)),
            column=(column := bisect_left(lefts, x0)),
            text="\n".join([line.text for line in written]),
            row_span=bisect_left(tops, bottom) - row,
            column_span=bisect_left(lefts, x1) - column,
            page=page,
            box=Box(x0, top, x1, bottom),
            indent=indent,
            inferred=group.inferred,
        )
        for (x0, top, x1, bottom), written, indent in zip(group.cells, lines, indents, strict=True)
    ]
    box = Box(lefts[0], tops[0], max(cell[2] for cell in group.cells), max(cell[3] for cell in group.cells))
    return Grid(
        n_rows=len(tops),
        n_columns=len(lefts),
        cells=tuple(cells),
        page=page,
        box=box,
        open_top=group.open_top,
        open_bottom=group.open_bottom,
    )


def _indents(group: CellGroup, lines: list[list[Written]]) -> list[float]:
    """How far each cell's first line stands in, in em, beyond the leftmost first line of its column."""
    offsets = [written[0].x0 - cell[0] if written else 0.0 for cell, written in zip(group.cells, lines, strict=True)]
    padding: dict[float, float] = {}
    for cell, written, offset in zip(group.cells, lines, offsets, strict=True):
        if written:
            padding[cell[0]] = min(offset, padding.get(cell[0], offset))
    return [
        round((offset - padding[cell[0]]) / written[0].size, 1) if written else 0.0
        for cell, written, offset in zip(group.cells, lines, offsets, strict=True)
    ]


def _area(group: CellGroup) -> float:
    return sum((x1 - x0) * (bottom - top) for x0, top, x1, bottom in group.cells)


def _claim(
    cells: tuple[Rectangle, ...],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    owner: Indices,
    first: int,
) -> None:
    """Write the number of its cell, counted from `first`, to every character whose middle lies in one."""
    boxes = np.array(cells)
    xs, ys = np.unique(boxes[:, [0, 2]]), np.unique(boxes[:, [1, 3]])
    field = np.full((len(ys) + 1, len(xs) + 1), -1, np.int64)  # the cell over each elementary field; the rim is outside
    spans = np.stack(
        [np.searchsorted(along, boxes[:, side]) for side, along in ((1, ys), (3, ys), (0, xs), (2, xs))], axis=1
    )
    for i, (top, bottom, left, right) in enumerate(spans.tolist()):
        field[top + 1 : bottom + 1, left + 1 : right + 1] = first + i
    found = field[np.searchsorted(ys, y, side="right"), np.searchsorted(xs, x, side="right")]
    inside = found >= 0
    owner[inside] = found[inside]
