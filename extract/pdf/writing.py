"""Characters into text: which stand on one line, in which order, and where a blank belongs between two.

Done for all cells of a page at once, as sorts over arrays; one sort per cell would cost more than everything else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extract.pdf.characters import Characters
from extract.pdf.radicals import fold

SAME_LINE = 0.4
"""Baselines closer than this (of the smaller character's height) are one line."""
_BASELINE = 0.15
"""A baseline stands about this far (of the height) above the bottom of a character's box."""
_LOWEST = 0.6
"""Of a Chinese character's width: the least height of its line."""
CJK_GAP, CJK_GAP_POINTS = 0.3, 3.0
"""A blank beside a Chinese character: wider than both (of the height; points). Xe(La)TeX sets 0.25 between 中 and A."""
LATIN_GAP = 0.2
"""A blank between two other characters: TeX draws none, it leaves a third of an em, shrunk at most to 0.22."""


@dataclass(frozen=True, slots=True)
class Written:
    """One line of one group; the box is that of its characters, `size` the height of its first."""

    group: int
    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    line: int = 0
    """Number of the line it stands on, for pieces of a line that was cut."""


def write(
    characters: Characters, groups: NDArray[np.int64], keep_gaps: bool = False, cut: float | None = None
) -> list[Written]:
    """The lines of each group ≥ 0 of characters, by group, then from top to bottom; blank lines are left out.

    With `keep_gaps` a gap is as many blanks as half characters fit in: a heading line keeps its parts apart. Else one.
    With `cut` a line is cut into pieces where a gap is wider than so many heights.
    """
    inside = np.flatnonzero(groups >= 0)
    if not len(inside):
        return []
    groups, part = groups[inside], characters.where(inside)
    along, until, across = _turned(part)
    # a box may be as low as the comma in it (LibreOffice): no line is lower than a share of its width
    size, blank = np.maximum(part.size, np.where(part.codes >= 0x2E80, _LOWEST * (until - along), 0.0)), part.blank
    order = np.lexsort((across, part.direction, groups))
    ordered = across[order]
    smaller = np.minimum(size[order][1:], size[order][:-1])
    new_line = (
        (np.diff(groups[order]) != 0)
        | (np.diff(part.direction[order]) != 0)
        | (np.diff(ordered) > np.maximum(SAME_LINE * smaller, 0.5))
    )
    line = np.empty(len(order), np.int64)
    line[order] = np.concatenate([[0], np.cumsum(new_line)])
    order = np.lexsort((along, line))
    drawn = order[~blank[order]]
    if not len(drawn):
        return []
    # blanks since the previous drawn character
    blanks_before = np.cumsum(blank[order])[~blank[order]]
    same = np.diff(line[drawn]) == 0
    gap = along[drawn][1:] - until[drawn][:-1]
    between = (np.diff(blanks_before) > 0) & same
    height = np.minimum(size[drawn][1:], size[drawn][:-1])
    chinese = part.codes[drawn] >= 0x2E80
    allowed = np.where(chinese[1:] | chinese[:-1], np.maximum(CJK_GAP * height, CJK_GAP_POINTS), LATIN_GAP * height)
    blanks = np.where(same & (between | (gap > allowed)), 1, 0)
    if keep_gaps:
        wide = np.clip(np.round(gap / (0.5 * height)), 1, 80).astype(np.int64)
        blanks = np.where((blanks > 0), wide, 0)
    apart = ~same if cut is None else ~same | (gap > cut * height)
    begins = np.concatenate([[True], apart])
    return _lines(part, groups, line, drawn, np.where(begins, 0, np.concatenate([[0], blanks])), np.flatnonzero(begins))


def _turned(part: Characters) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Start and end along the reading direction, and the baseline across it."""
    x0, x1, y0, y1 = part.x0, part.x1, part.top, part.bottom
    size = part.size * _BASELINE
    turn = part.direction
    if not turn.any():
        return x0, x1, y1 - size
    along = np.choose(turn, [x0, y0, -x1, -y1])
    until = np.choose(turn, [x1, y1, -x0, -y0])
    across = np.choose(turn, [y1 - size, -x0 - size, -y0 - size, x1 - size])
    return along, until, across


def _lines(
    part: Characters,
    groups: NDArray[np.int64],
    line: NDArray[np.int64],
    drawn: NDArray[np.int64],
    blanks: NDArray[np.int64],
    first: NDArray[np.int64],
) -> list[Written]:
    place = np.arange(len(drawn)) + np.cumsum(blanks)
    codes = np.full(int(place[-1]) + 1, 0x20, np.uint32)
    codes[place] = part.codes[drawn]
    text = fold(codes.astype("<u4").tobytes().decode("utf-32-le"))
    starts = place[first].tolist()
    ends = [*starts[1:], len(text)]
    columns = (
        groups[drawn][first].tolist(),
        np.minimum.reduceat(part.x0[drawn], first).tolist(),
        np.minimum.reduceat(part.top[drawn], first).tolist(),
        np.maximum.reduceat(part.x1[drawn], first).tolist(),
        np.maximum.reduceat(part.bottom[drawn], first).tolist(),
        part.size[drawn][first].tolist(),
        line[drawn][first].tolist(),
    )
    return [
        Written(group, text[start:end], x0, top, x1, bottom, size, number)
        for start, end, group, x0, top, x1, bottom, size, number in zip(starts, ends, *columns, strict=True)
    ]
