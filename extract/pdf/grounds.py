"""Rules and coloured grounds together: a band of colour may end where no rule is drawn.

A coloured area inside a ruled table highlights; outside it, its sides stand for rules: of a header band above a ruled
body, of a table whose cells are told apart by colour alone.
"""

from __future__ import annotations

from dataclasses import replace

from extract.pdf.geometry import Floats
from extract.pdf.paths import Drawing, Edges
from extract.pdf.rules import REACH, CellGroup, Rectangle, bounds, cell_groups, joined, sides

LOWEST = 6.0
"""Points: an area less high holds no line of text."""


def ruled_groups(drawing: Drawing, page: int) -> tuple[list[CellGroup], Edges]:
    """The tables that rules and coloured areas make; and all level edges, which may part the rows of other tables."""
    horizontal, vertical = joined(drawing.horizontal), joined(drawing.vertical)
    groups = cell_groups(horizontal, vertical, page)
    grounds = _outside(drawing.fills, [bounds(group) for group in groups])
    if not len(grounds):
        return groups, horizontal
    level, upright = sides(grounds)
    all_level = joined(drawing.horizontal.joined_with(level))
    with_grounds = [
        replace(group, coloured=True)
        for group in cell_groups(all_level, joined(drawing.vertical.joined_with(upright)), page)
        if len({cell[0] for cell in group.cells}) > 1
    ]
    with_grounds = _without_stripes(with_grounds)
    kept = [group for group in groups if not any(_contains(bounds(other), bounds(group)) for other in with_grounds)]
    return sorted(kept + with_grounds, key=lambda group: group.cells[0][1]), all_level


def _without_stripes(groups: list[CellGroup]) -> list[CellGroup]:
    """Without single rows of one width: where every other row is coloured, the others lie between the stripes."""
    rows = [group for group in groups if len({cell[1] for cell in group.cells}) == 1]
    stripes = [
        row
        for row in rows
        if sum(1 for other in rows if all(abs(bounds(row)[i] - bounds(other)[i]) <= REACH for i in (0, 2))) > 1
    ]
    return [group for group in groups if all(group is not stripe for stripe in stripes)]


def _outside(fills: Floats, tables: list[Rectangle]) -> Floats:
    """The areas high enough for text whose middle lies in no ruled table, each once."""
    middle_x, middle_y = (fills[:, 0] + fills[:, 2]) / 2, (fills[:, 1] + fills[:, 3]) / 2
    chosen = fills[:, 3] - fills[:, 1] >= LOWEST
    for x0, top, x1, bottom in tables:
        chosen &= ~((middle_x > x0) & (middle_x < x1) & (middle_y > top) & (middle_y < bottom))
    return fills[chosen]


def _contains(outer: Rectangle, inner: Rectangle) -> bool:
    return (
        outer[0] - REACH <= inner[0]
        and outer[1] - REACH <= inner[1]
        and outer[2] + REACH >= inner[2]
        and outer[3] + REACH >= inner[3]
    )
