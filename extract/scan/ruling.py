"""Ruling lines of a page picture, and the cells they close in.

Cells are the holes of the mask of lines: a line that is faint, bent or thick moves a hole's edge by a pixel, but the
table's rows, columns and merged cells stay what they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.scan.image import DPI, Grey, Mask, ink_of

Rectangle = tuple[int, int, int, int]
"""x0, top, x1, bottom in pixels."""

SAME_EDGE = round(DPI * 0.04)
"""Pixels by which one edge may lie elsewhere from cell to cell."""
_SHORTEST_LEVEL, _SHORTEST_UPRIGHT = round(DPI * 0.35), round(DPI * 0.16)
_LONG = round(DPI * 0.5)
"""An upright mark as long as this is a line wherever it ends."""
_THICKEST = round(DPI * 0.06)
_GAP = round(DPI * 0.06)
"""Where a line is broken over less than this, it goes on."""
_CELL = (round(DPI * 0.10), round(DPI * 0.07))
"""Least width and height of a cell."""
_TABLE = (round(DPI * 0.8), round(DPI * 0.18))


@dataclass(frozen=True, slots=True)
class RuledCell:
    """A cell's place in its table, its box along the middle of its lines, and the room within them."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: Rectangle
    room: Rectangle


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A table's cells in row-major order; `open_top`: its upright lines run on over its top unclosed."""

    n_rows: int
    n_columns: int
    cells: tuple[RuledCell, ...]
    box: Rectangle
    open_top: bool
    open_bottom: bool
    irregular: bool
    """Some cells overlap or leave a hole in the grid: a line was not seen, or seen where none is."""


def ruling_lines(grey: Grey) -> tuple[Mask, Mask]:
    """Masks of the level and of the upright ruling lines, gaps bridged."""
    ink = cv2.morphologyEx(ink_of(grey), cv2.MORPH_CLOSE, np.ones((2, 2), np.uint8))
    level = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, _SHORTEST_LEVEL), np.uint8))
    upright = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((_SHORTEST_UPRIGHT, 1), np.uint8))
    level = _thin(level, cv2.CC_STAT_HEIGHT, _THICKEST)
    upright = _thin(upright, cv2.CC_STAT_WIDTH, _THICKEST)
    level = cv2.dilate(level, np.ones((3, _GAP), np.uint8))
    upright = cv2.dilate(upright, np.ones((_GAP, 3), np.uint8))
    return level.astype(np.uint8), _rules(upright.astype(np.uint8), level.astype(np.uint8))


def ruled_tables(level: Mask, upright: Mask) -> list[RuledTable]:
    """The tables of a page, from top to bottom."""
    lines = cv2.bitwise_or(level, upright)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(lines.astype(np.uint8), connectivity=8)
    tables: list[RuledTable] = []
    for number in range(1, count):
        left, top, width, height = stats[number, :4].tolist()
        if width < _TABLE[0] or height < _TABLE[1]:
            continue
        place = (slice(top, top + height), slice(left, left + width))
        own = (labels[place] == number).astype(np.uint8)
        table = _table(own, own & (upright[place] > 0), left, top)
        if table is not None:
            tables.append(table)
    tables = [table for table in tables if not any(_inside(table, other) for other in tables)]
    return sorted(tables, key=lambda table: (table.box[1], table.box[0]))


def _rules(upright: Mask, level: Mask) -> Mask:
    """Without the upright strokes of characters: what is short and does not lead from one level line to another."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(upright, connectivity=8)
    keep = np.zeros(count, np.uint8)
    for number in range(1, count):
        left, top, width, height = stats[number, :4].tolist()
        ends = (
            level[top : top + _GAP, left : left + width],
            level[max(0, top + height - _GAP) : top + height, left : left + width],
        )
        keep[number] = 255 if height >= _LONG or all(end.any() for end in ends) else 0
    return np.asarray(keep[labels], np.uint8)


def _thin(lines: NDArray[np.generic], extent: int, most: int) -> Mask:
    """Without the marks thicker than a line: pictures, bars, the strokes of large type."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(lines.astype(np.uint8), connectivity=8)
    keep = np.zeros(count, np.uint8)
    keep[1:] = np.where(stats[1:count, extent] <= most, 255, 0)
    return np.asarray(keep[labels], np.uint8)


def _table(lines: Mask, upright: NDArray[np.uint8], left: int, top: int) -> RuledTable | None:
    """The table that these lines (0 or 1) draw; None if they close in no cell."""
    open_top = _close_edge(lines, upright)
    open_bottom = _close_edge(lines[::-1], upright[::-1])
    framed = np.pad(1 - lines, 1, constant_values=1)  # a rim, so that all that is outside hangs together
    count, _, stats, _ = cv2.connectedComponentsWithStats(framed, connectivity=4)
    rooms: list[Rectangle] = []
    for number in range(1, count):
        x, y, width, height, area = stats[number].tolist()
        if x == 0 or width < _CELL[0] or height < _CELL[1] or area < 0.5 * width * height:
            continue
        rooms.append((left + x - 1, top + y - 1, left + x - 1 + width, top + y - 1 + height))
    if not rooms:
        return None
    columns = _edges([x for room in rooms for x in (room[0], room[2])])
    rows = _edges([y for room in rooms for y in (room[1], room[3])])
    cells = []
    for room in rooms:
        row = max(0, min(_nearest(rows, room[1]), len(rows) - 2))
        column = max(0, min(_nearest(columns, room[0]), len(columns) - 2))
        below = min(max(row + 1, _nearest(rows, room[3])), len(rows) - 1)
        right = min(max(column + 1, _nearest(columns, room[2])), len(columns) - 1)
        box = round(columns[column]), round(rows[row]), round(columns[right]), round(rows[below])
        cells.append(RuledCell(row, column, max(1, below - row), max(1, right - column), box, room))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    height, width = lines.shape
    n_rows, n_columns = max(1, len(rows) - 1), max(1, len(columns) - 1)
    return RuledTable(
        n_rows=n_rows,
        n_columns=n_columns,
        cells=tuple(cells),
        box=(left, top, left + width, top + height),
        open_top=open_top,
        open_bottom=open_bottom,
        irregular=_irregular(cells, n_rows, n_columns),
    )


def _close_edge(lines: Mask, upright: NDArray[np.uint8]) -> bool:
    """Draw the line that is missing over the tops of the upright lines, if several end level there; was it missing?"""
    reach = upright[: 2 * _GAP].any(axis=0)
    ends = np.flatnonzero(reach)
    if not ends.size or np.count_nonzero(np.diff(ends) > _GAP) < 1:
        return False
    first, last = int(ends[0]), int(ends[-1])
    drawn = lines[: 2 * _GAP, first : last + 1].any(axis=0)
    if drawn.mean() > 0.5:
        return False
    lines[0:3, first : last + 1] = 1
    lines[: 2 * _GAP, reach] = 1
    return True


def _edges(values: list[int]) -> list[float]:
    """Where edges lie: values that follow each other closely are one edge."""
    ordered = sorted(values)
    groups = [[ordered[0]]]
    for value in ordered[1:]:
        if value - groups[-1][-1] <= SAME_EDGE:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [sum(group) / len(group) for group in groups]


def _nearest(edges: list[float], value: int) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - value))


def _irregular(cells: list[RuledCell], n_rows: int, n_columns: int) -> bool:
    cover = np.zeros((n_rows, n_columns), np.int64)
    for cell in cells:
        cover[cell.row : cell.row + cell.row_span, cell.column : cell.column + cell.column_span] += 1
    return bool((cover != 1).any())


def _inside(table: RuledTable, other: RuledTable) -> bool:
    """Whether a table lies within a cell of another: a frame or a picture there, whose text the cell has anyway."""
    x0, top, x1, bottom = table.box
    return table is not other and any(
        cell.room[0] <= x0 and cell.room[1] <= top and x1 <= cell.room[2] and bottom <= cell.room[3]
        for cell in other.cells
    )
