"""Titles that do not stand above their table on its page: alone at the end of the page before, or below the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from extract.document import Document, Grid, Line
from transform.passages import less_layout

_NEAR = 4
"""So many lines before (behind) the table the title stands at most."""
_LONGEST = 40
_PAGE_NUMBER = 10
"""Characters of what may stand between: a page number."""


def distant_titles(document: Document, is_title: Callable[[str], bool]) -> dict[int, tuple[Line, ...]]:
    """Identity of each table that no line above it on its page titles → the lines that do: the last ones of the page
    before, if one of that page's lines is a title (several are a list of contents), or else the first ones below it."""
    blocks = list(document.blocks())
    tables = [place for place, block in enumerate(blocks) if isinstance(block, Grid) and block.n_columns > 1]
    found: dict[int, tuple[Line, ...]] = {}
    taken: set[int] = set()
    for order, place in enumerate(tables):
        grid = blocks[place]
        before = _lines(blocks, tables[order - 1] if order else -1, place)
        if not isinstance(grid, Grid) or grid.page is None or _is_titled(grid, before, is_title):
            continue
        own = "".join(line.text.strip() for line in before if line.page == grid.page)
        above = [line for line in before if line.page == grid.page - 1]
        if len(own) <= _PAGE_NUMBER and (heading := _heading(above, above[-_NEAR:], is_title)):
            found[id(grid)] = heading
            taken |= {id(line) for line in heading}
    for order, place in enumerate(tables):
        grid = blocks[place]
        if not isinstance(grid, Grid) or id(grid) in found:
            continue
        before = _lines(blocks, tables[order - 1] if order else -1, place)
        if grid.page is None or _is_titled(grid, before, is_title):
            continue
        after = tables[order + 1] if order + 1 < len(tables) else len(blocks)
        below = [line for line in _lines(blocks, place, after) if line.page == grid.page]
        following = blocks[after] if after < len(blocks) else None
        alone = following is None or (isinstance(following, Grid) and following.page != grid.page)
        if alone and not taken & {id(line) for line in below} and (heading := _heading(below, below[:_NEAR], is_title)):
            found[id(grid)] = heading
    return found


def _lines(blocks: Sequence[Line | Grid], first: int, last: int) -> list[Line]:
    return [block for block in blocks[first + 1 : last] if isinstance(block, Line)]


def _is_titled(grid: Grid, before: Sequence[Line], is_title: Callable[[str], bool]) -> bool:
    inside = [text for row in grid.rows()[:_NEAR] for cell in row if cell for text in cell.text.splitlines()]
    return any(map(is_title, [*(line.text for line in before if line.page == grid.page), *inside]))


def _heading(lines: Sequence[Line], near: Sequence[Line], is_title: Callable[[str], bool]) -> tuple[Line, ...]:
    """The near lines from the title on, if it is the only one and no prose stands with it."""
    titles = [line for line in lines if is_title(line.text)]
    if len(titles) != 1 or titles[0] not in near:
        return ()
    heading = tuple(near[near.index(titles[0]) :])
    prose = any(len(less_layout(line.text)) > _LONGEST or "。" in line.text for line in heading)
    return () if prose else heading
