"""Rules into cells: parallel rules snapped and joined, their crossings, the smallest rectangles between crossings.

The same cells as pdfplumber's `TableFinder` with its default settings, found over arrays. What it does more: the
missing outer borders of an open table are closed where its rules end in one line.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extract.errors import ReadError
from extract.pdf.geometry import Floats
from extract.pdf.paths import Edges

SNAP = JOIN = 3.9
REACH = 3.0
"""Points: parallel rules this close are one; so are rules on one line with such a gap; so far a rule may miss another
that it crosses."""
SHORTEST = 3.0
"""A joined rule must be longer than this."""
PROTRUDES = 6.0
"""Rules that run on beyond the outermost crossing rule by more than this have lost their border."""
MAX_RULES = 5_000
MAX_CROSSINGS = 250_000

Rectangle = tuple[float, float, float, float]
"""x0, top, x1, bottom."""


@dataclass(frozen=True, slots=True)
class CellGroup:
    """Cells that touch: one table; `open_top`, `open_bottom`: its upright rules run on there unclosed."""

    cells: tuple[Rectangle, ...]
    open_top: bool = False
    open_bottom: bool = False
    inferred: bool = False
    """Without rules around its cells: the gutters between characters stand for them."""
    coloured: bool = False
    """Sides of coloured areas are among its rules."""
    doubtful: bool = False
    """Where one row ends and the next begins is not certain."""


def joined(edges: Edges) -> Edges:
    """Edges snapped to common positions and joined where they follow one another; dots and scraps are gone."""
    if not len(edges):
        return edges
    order = np.argsort(edges.at, kind="stable")
    at = edges.at[order]
    cluster = np.concatenate([[0], np.cumsum(np.diff(at) > SNAP)])
    mean = np.bincount(cluster, at) / np.bincount(cluster)
    start, end = edges.start[order], edges.end[order]
    order = np.lexsort((start, cluster))
    cluster, start, end = cluster[order], start[order], end[order]
    # how far the rules on this line reach before each one: a running maximum within the cluster
    span = float(end.max() - start.min()) + 1e3
    reach = np.maximum.accumulate(end + cluster * span) - cluster * span
    begins = np.concatenate([[True], (np.diff(cluster) > 0) | (start[1:] > reach[:-1] + JOIN)])
    first = np.flatnonzero(begins)
    longest = np.maximum.reduceat(end, first)
    found = Edges(mean[cluster[first]], start[first], longest)
    return found.where(found.end - found.start >= SHORTEST)


def sides(boxes: Floats) -> tuple[Edges, Edges]:
    """The level and the upright sides of boxes (k × 4)."""
    x0, top, x1, bottom = boxes.T
    level = Edges(np.concatenate([top, bottom]), np.concatenate([x0, x0]), np.concatenate([x1, x1]))
    return level, Edges(np.concatenate([x0, x1]), np.concatenate([top, top]), np.concatenate([bottom, bottom]))


def bounds(group: CellGroup) -> Rectangle:
    x0, top, x1, bottom = zip(*group.cells, strict=True)
    return min(x0), min(top), max(x1), max(bottom)


def cell_groups(horizontal: Edges, vertical: Edges, page: int) -> list[CellGroup]:
    """The tables that joined rules make, from top to bottom; a lone rectangle is a frame, not a table."""
    if not len(horizontal) or not len(vertical):
        return []
    if len(horizontal) > MAX_RULES or len(vertical) > MAX_RULES:
        raise ReadError("too_many_objects", f"page {page} has more than {MAX_RULES:,} ruling lines; it was not read")
    horizontal, vertical, opens = _closed(horizontal, vertical)
    meet = _crossings(horizontal, vertical)
    if np.count_nonzero(meet) > MAX_CROSSINGS:
        raise ReadError("too_many_objects", f"page {page} has more than {MAX_CROSSINGS:,} crossings of rules; not read")
    cells = _cells(horizontal, vertical, meet)
    groups = []
    for group in _touching(cells):
        if len(group) > 1:
            top, bottom = min(cell[1] for cell in group), max(cell[3] for cell in group)
            left, right = min(cell[0] for cell in group), max(cell[2] for cell in group)
            open_top = any(abs(y - top) <= REACH and left - REACH <= x <= right + REACH for x, y in opens[0])
            open_bottom = any(abs(y - bottom) <= REACH and left - REACH <= x <= right + REACH for x, y in opens[1])
            groups.append(CellGroup(tuple(sorted(group, key=lambda cell: (cell[1], cell[0]))), open_top, open_bottom))
    return sorted(groups, key=lambda group: (group.cells[0][1], group.cells[0][0]))


def _crossings(horizontal: Edges, vertical: Edges) -> NDArray[np.bool_]:
    """vertical × horizontal: whether the two rules meet, within `REACH`."""
    v_at, h_at = vertical.at[:, None], horizontal.at[None, :]
    meet = (vertical.start[:, None] <= h_at + REACH) & (vertical.end[:, None] >= h_at - REACH)
    meet &= (v_at >= horizontal.start[None, :] - REACH) & (v_at <= horizontal.end[None, :] + REACH)
    return meet


Opens = tuple[list[tuple[float, float]], list[tuple[float, float]]]
"""Places (x, y) where a table is open to the top, and to the bottom, of its page."""


def _closed(horizontal: Edges, vertical: Edges) -> tuple[Edges, Edges, Opens]:
    """The rules with the outer borders that a table leaves out, where several of its rules end in one line."""
    opens: Opens = ([], [])
    meet = _crossings(horizontal, vertical)
    added_h: list[tuple[float, float, float]] = []
    added_v: list[tuple[float, float, float]] = []
    for across, down in _components(meet):
        h, v = horizontal.where(across), vertical.where(down)
        if len(h) + len(v) < 3:
            continue
        left, right = float(h.start.min()), float(h.end.max())
        top, bottom = float(v.start.min()), float(v.end.max())
        open_left = _ends_together(h.start, left, float(v.at.min()) - left)
        open_right = _ends_together(-h.end, -right, right - float(v.at.max()))
        open_top = _ends_together(v.start, top, float(h.at.min()) - top)
        open_bottom = _ends_together(-v.end, -bottom, bottom - float(h.at.max()))
        x0, x1 = min(left, float(v.at.min())), max(right, float(v.at.max()))
        y0, y1 = min(top, float(h.at.min())), max(bottom, float(h.at.max()))
        added_v += [(x, y0, y1) for x, is_open in ((x0, open_left), (x1, open_right)) if is_open]
        added_h += [(y, x0, x1) for y, is_open in ((y0, open_top), (y1, open_bottom)) if is_open]
        if not open_left and not open_right:  # else the style leaves borders out, and it says nothing of the page
            opens[0].extend([((x0 + x1) / 2, y0)] if open_top else [])
            opens[1].extend([((x0 + x1) / 2, y1)] if open_bottom else [])
    if added_h:
        horizontal = horizontal.joined_with(Edges(*np.array(added_h).T))
    if added_v:
        vertical = vertical.joined_with(Edges(*np.array(added_v).T))
    return horizontal, vertical, opens


def _ends_together(ends: Floats, outermost: float, beyond: float) -> bool:
    together = int(np.count_nonzero(np.abs(ends - outermost) <= REACH))
    return beyond > PROTRUDES and (together >= 2 or together == len(ends))


def _components(meet: NDArray[np.bool_]) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Rules that are connected through crossings: indices of the horizontal and of the vertical ones."""
    n_vertical = len(meet)
    label = np.arange(n_vertical)
    big = n_vertical
    while True:  # spread the smallest label along crossings until nothing changes
        over_h = np.where(meet, label[:, None], big).min(axis=0)
        spread = np.minimum(label, np.where(meet, over_h[None, :], big).min(axis=1))
        if (spread == label).all():
            break
        label = spread
    return [
        (np.flatnonzero(over_h == number), np.flatnonzero(label == number))
        for number in np.unique(label).tolist()
        if (over_h == number).any()
    ]


def _cells(horizontal: Edges, vertical: Edges, meet: NDArray[np.bool_]) -> list[Rectangle]:
    """Every crossing's smallest rectangle to the right and below whose four sides are ruled."""
    xs, column = np.unique(vertical.at, return_inverse=True)
    ys, row = np.unique(horizontal.at, return_inverse=True)
    down = [[0] * len(xs) for _ in ys]  # the unbroken rule through a crossing, counted from 1; 0 for no crossing
    right = [[0] * len(xs) for _ in ys]
    same_v, same_h = list(range(len(vertical) + 1)), list(range(len(horizontal) + 1))
    column_of, row_of = column.tolist(), row.tolist()
    for v, h in np.argwhere(meet).tolist():
        i, j = row_of[h], column_of[v]
        if down[i][j]:  # two rules that a gap parts just where they are crossed are one
            same_v[v + 1] = same_v[down[i][j]]
            same_h[h + 1] = same_h[right[i][j]]
        down[i][j], right[i][j] = v + 1, h + 1
    down = [[same_v[k] for k in line] for line in down]
    right = [[same_h[k] for k in line] for line in right]
    cells: list[Rectangle] = []
    columns = [[i for i in range(len(ys)) if down[i][j]] for j in range(len(xs))]
    x, y = xs.tolist(), ys.tolist()
    for i in range(len(ys)):
        crossed = [j for j in range(len(xs)) if down[i][j]]
        for place, j in enumerate(crossed):
            under = columns[j][bisect_right(columns[j], i) :]
            corner = _opposite(i, j, crossed[place + 1 :], under, down, right)
            if corner is not None:
                cells.append((x[j], y[i], x[corner[1]], y[corner[0]]))
    return cells


def _opposite(
    i: int, j: int, to_right: list[int], under: list[int], down: list[list[int]], right: list[list[int]]
) -> tuple[int, int] | None:
    for k in under:
        if down[k][j] != down[i][j]:
            continue
        for m in to_right:
            if right[i][m] == right[i][j] and right[k][m] == right[k][j] and down[k][m] == down[i][m]:
                return k, m
    return None


def _touching(cells: list[Rectangle]) -> list[list[Rectangle]]:
    """Cells that share a corner, directly or through others."""
    root = list(range(len(cells)))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    at_corner: dict[tuple[float, float], int] = {}
    for i, (x0, top, x1, bottom) in enumerate(cells):
        for corner in ((x0, top), (x1, top), (x0, bottom), (x1, bottom)):
            j = at_corner.setdefault(corner, i)
            root[find(i)] = find(j)
    groups: dict[int, list[Rectangle]] = {}
    for i, cell in enumerate(cells):
        groups.setdefault(find(i), []).append(cell)
    return list(groups.values())
