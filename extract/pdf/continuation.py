"""Tables that go on over a page break, joined into one grid.

A table goes on when nothing but page furniture stands between its parts, its columns match exactly, and one of these
holds: its numbering goes on; its rules run over the page's edge; the next row would not have fitted on the page; it has
no header of its own, or none of the lines above it that the first part had. It does not when its numbering starts
again, or when the next page is another copy of a form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from extract.document import Block, Cell, Document, Finding, Grid, Line, Page, Severity
from extract.pdf import row_breaks

SAME_COLUMN, SAME_SCANNED_COLUMN = 2.5, 6.0
"""Points by which a column's edge may differ between two pages, after the tables' left edges are aligned."""
SLACK = 6.0
"""Points of a page's room that are left unused without meaning anything."""
_PAGE_NUMBER = re.compile(r"[-—–―~·\s]*第?\s*\d{1,4}\s*页?\s*[/，,]?\s*(共?\s*\d{1,4}\s*页)?[-—–―~·\s]*")
_CONTINUED = re.compile(r"[(（]?续表?[)）]?")
_GUTTER = re.compile(r"\s{4}")
"""In a line that keeps its gaps: two em, wider than any gap in prose."""
_MOST_HEADER_ROWS = 5


@dataclass(slots=True)
class _Table:
    """A table while its parts are gathered."""

    grid: Grid
    page: int
    """Index of the page it began on."""
    heading: frozenset[str]
    """What stood above it there."""
    last: Grid
    """Its part on the last page so far."""
    last_page: int


def join_pages(document: Document) -> Document:
    """The document with every table that goes on over page breaks as one grid, on the page where it begins.

    Headers and titles printed again are left out; a finding per table (`info`) says where and how many.
    """
    pages = [list(page.blocks) for page in document.pages]
    running = _running(document.pages)
    limits = [_lowest(page, document.pages) for page in document.pages]
    findings: list[Finding] = []
    table: _Table | None = None
    for index in range(len(pages)):
        grids = [block for block in pages[index] if isinstance(block, Grid)]
        if table is not None and table.last_page == index - 1 and table.grid.cells[0].inferred:
            findings += _rows_outside(document.pages[index], running | table.heading)
        if table is not None and grids and table.last_page == index - 1:
            part = grids[0]
            above = [block for block in pages[index][: pages[index].index(part)] if isinstance(block, Line)]
            if _nothing_between(pages[index - 1], table, above, running) and (
                joined := _joined(table, part, limits[index - 1], untitled=not above)
            ):
                grid, repeated, unsure = joined
                pages[table.page][pages[table.page].index(table.grid)] = grid
                again = [line for line in above if _key(line) in table.heading]
                pages[index] = [block for block in pages[index] if block is not part and block not in again]
                findings.append(_finding(document.pages[index], repeated, again))
                findings += [_unsure(document.pages[index], unsure)] if unsure else []
                table.grid, table.last, table.last_page = grid, part, index
                if len(grids) == 1:
                    continue
        table = _begun(pages, index, grids[-1]) if grids else None
    return replace(
        document,
        pages=tuple(replace(page, blocks=tuple(blocks)) for page, blocks in zip(document.pages, pages, strict=True)),
        findings=document.findings + tuple(findings),
    )


def _begun(pages: list[list[Block]], index: int, grid: Grid) -> _Table:
    above = pages[index][: pages[index].index(grid)]
    heading = frozenset(_key(block) for block in above if isinstance(block, Line))
    return _Table(grid, index, heading, grid, index)


def _finding(page: Page, repeated: int, again: Sequence[Line]) -> Finding:
    return Finding(
        code="table_continues",
        severity=Severity.INFO,
        message="the table of the page before goes on here; what it prints again is left out",
        page=page.number,
        evidence=f"{repeated} header rows, {len(again)} lines above",
    )


def _unsure(page: Page, row: str) -> Finding:
    return Finding(
        code="uncertain_break",
        severity=Severity.WARNING,
        message="the first row of this page was kept as a row of its own; it may be the rest of the row before",
        page=page.number,
        evidence=row[:80],
    )


def _rows_outside(page: Page, known: frozenset[str]) -> Iterator[Finding]:
    """A finding if lines that begin a page, after a table without rules, look like more rows of it: too few for one."""
    for line in takewhile(lambda block: isinstance(block, Line), page.blocks):
        assert isinstance(line, Line)
        text = line.text.strip()
        figures = any(map(row_breaks.is_number, re.split(r"\s{2,}", text)))
        if figures and _GUTTER.search(text) and _key(line) not in known:
            yield Finding(
                code="uncertain_rows",
                severity=Severity.CRITICAL,
                message="lines look like rows of the table on the page before, which has no rules; they are in none",
                page=page.number,
                evidence=text[:80],
            )
            return


def _key(line: Line) -> str:
    return _CONTINUED.sub("", re.sub(r"\s+", "", line.text))


def _running(pages: Iterable[Page]) -> frozenset[str]:
    """Lines that stand on several pages, whatever numbers they hold: headers and footers."""
    seen = Counter(
        text
        for page in pages
        for text in {re.sub(r"\d+", "#", _key(block)) for block in page.blocks if isinstance(block, Line)}
    )
    return frozenset(text for text, times in seen.items() if times > 1)


def _lowest(page: Page, pages: Sequence[Page]) -> float:
    """How far down tables go on pages of this size: as far as any does, or to a margin like the one at the top."""
    alike = [other for other in pages if other.width == page.width and other.height == page.height]
    boxes = [block.box for other in alike for block in other.blocks if isinstance(block, Grid) and block.box]
    if not boxes or page.height is None:
        return page.height or 0.0
    return max(max(box.bottom for box in boxes), page.height - max(36.0, min(box.top for box in boxes)))


def _is_furniture(block: Block) -> bool:
    return isinstance(block, Line) and _PAGE_NUMBER.fullmatch(block.text) is not None


def _nothing_between(before: list[Block], table: _Table, above: list[Line], running: frozenset[str]) -> bool:
    """Whether only page numbers, footers and the table's own heading stand between its two parts."""
    place = next(i for i, block in enumerate(before) if block is table.last) if table.last in before else -1
    if place < 0:  # its last part was moved to the page where it begins; nothing but lines is left here
        below = [b for b in before if b.box and table.last.box and b.box.top >= table.last.box.bottom - SLACK]
    else:
        below = before[place + 1 :]
    if not all(isinstance(b, Line) and (_is_furniture(b) or re.sub(r"\d+", "#", _key(b)) in running) for b in below):
        return False
    return all(_is_furniture(line) or _key(line) in table.heading for line in above)


def _joined(table: _Table, part: Grid, lowest: float, untitled: bool) -> tuple[Grid, int, str] | None:
    """The table with `part` added, the number of header rows left out, and its first row if that may be the rest of the
    last (else ''); None if it is another table."""
    aligned = _aligned(table.grid, table.last, part)
    if aligned is None:
        return None
    whole, part = aligned
    whole, part = _without_inner_headers(whole), _header_parted(whole, part)
    rows, new_rows = _texts(whole), _texts(part)
    repeated = _repeated_header(rows, new_rows)
    rest = _without_rows(part, repeated)
    if not rest.n_rows:
        return whole, repeated, ""
    before, after = row_breaks.numbering(rows), row_breaks.numbering(new_rows[repeated:])
    open_edge = table.last.open_bottom or part.open_top
    counts_on = before is not None and after is not None and after[0] == before[1] + 1
    starts_again = before is not None and after is not None and after[0] == 1
    if not counts_on and (starts_again or _another_copy(rows, new_rows)):
        return None
    full = table.last.box is not None and table.last.box.bottom + _first_height(rest) > lowest - SLACK
    lost_title = bool(table.heading) and untitled
    if not (counts_on or open_edge or full or lost_title or not repeated):
        return None
    verdict, first = _verdict(whole, rest, open_edge)
    grid = _appended(whole, rest, verdict is row_breaks.Verdict.GOES_ON)
    return grid, repeated, first if verdict is row_breaks.Verdict.UNSURE else ""


def _aligned(whole: Grid, last: Grid, part: Grid) -> tuple[Grid, Grid] | None:
    """Both grids over the same columns, if they match: all edges, or (a form's page) one's edges among the other's."""
    same = SAME_COLUMN if part.cells[0].confidence is None else SAME_SCANNED_COLUMN
    first, second = _edges(whole, same), _edges(part, same)
    if whole.cells[0].inferred and part.cells[0].inferred:
        return (whole, part) if _same_gutters(_edges(last, same), second, whole.n_columns) else None
    if len(first) != whole.n_columns + 1 or len(second) != part.n_columns + 1:
        return None  # an edge that no cell shows: columns cannot be told by their edges
    to_first, to_second = _positions(second, first, same), _positions(first, second, same)
    if to_first is not None and to_second is not None:
        return whole, part
    if abs(first[-1] - second[-1]) > same:
        return None
    if to_first is not None:
        return whole, _over_columns(part, to_first)
    if to_second is not None:
        return _over_columns(whole, to_second), part
    return None


def _edges(grid: Grid, same: float) -> list[float]:
    """Column edges of all the pages that the grid stands on, each counted from its page's left edge."""
    lefts: dict[int | None, float] = {}
    for cell in grid.cells:
        if cell.box:
            lefts[cell.page] = min(cell.box.x0, lefts.get(cell.page, cell.box.x0))
    places = sorted(x - lefts[cell.page] for cell in grid.cells if cell.box for x in (cell.box.x0, cell.box.x1))
    edges: list[float] = []
    for x in places:
        if not edges or x - edges[-1] > same:
            edges.append(x)
    return edges


def _same_gutters(first: list[float], second: list[float], columns: int) -> bool:
    """Whether inferred columns, whose edges follow the text of each page, are the same: no gutter left its column."""
    if len(first) != len(second) or len(first) != columns + 1:
        return False
    pairs = zip(pairwise(first), pairwise(second), strict=True)
    return all(a < (c + d) / 2 < b and c < (a + b) / 2 < d for (a, b), (c, d) in pairs)


def _positions(edges: list[float], among: list[float], same: float) -> list[int] | None:
    """For each edge the index of the same one `among` others; None if one is not there."""
    found = [next((i for i, other in enumerate(among) if abs(other - x) <= same), None) for x in edges]
    places = [place for place in found if place is not None]
    return places if len(places) == len(edges) else None


def _over_columns(grid: Grid, places: list[int]) -> Grid:
    cells = [
        replace(cell, column=places[cell.column], column_span=places[end] - places[cell.column])
        for cell in grid.cells
        if (end := min(cell.column + cell.column_span, len(places) - 1)) > cell.column
    ]
    return replace(grid, cells=tuple(cells), n_columns=places[-1])


def _texts(grid: Grid) -> list[list[str]]:
    return [[cell.text if cell else "" for cell in row] for row in grid.covering()]


def _squeezed(row: Sequence[str]) -> list[str]:
    return [re.sub(r"\s+", "", text) for text in row]


def _repeated_header(rows: list[list[str]], new_rows: list[list[str]]) -> int:
    """How many of the new rows repeat rows at the head of the table."""
    head = [_squeezed(row) for row in rows[:_MOST_HEADER_ROWS]]
    new = [_squeezed(row) for row in new_rows[:_MOST_HEADER_ROWS]]
    new = list(takewhile(lambda row: row_breaks.numbering([row]) is None, new))
    best = 0
    for offset in range(len(head)):
        count = 0
        while count < len(new) and offset + count < len(head) and new[count] == head[offset + count]:
            count += 1
        if count and any(sum(1 for text in set(row) if text) >= 2 for row in new[:count]):
            best = max(best, count)
    return best


def _without_inner_headers(grid: Grid) -> Grid:
    """Without the header where it stands again as the last row, or above the last: printed before a row that breaks."""
    rows = grid.rows()
    head = _squeezed([cell.text if cell else "" for cell in rows[0]])
    if len({text for text in head if text}) < 3 or any(map(row_breaks.is_number, head)):
        return grid
    again = next(
        (
            at
            for at in range(max(1, grid.n_rows - 2), grid.n_rows)
            if _squeezed([cell.text if cell else "" for cell in rows[at]]) == head
            and all(cell is None or cell.row_span == 1 for cell in rows[at])
            and all(cell.row >= at or cell.row + cell.row_span <= at for cell in grid.cells)
        ),
        None,
    )
    if again is None:
        return grid
    cells = [replace(c, row=c.row - (c.row > again)) for c in grid.cells if c.row != again]
    return replace(grid, cells=tuple(cells), n_rows=grid.n_rows - 1)


def _header_parted(whole: Grid, part: Grid) -> Grid:
    """`part` with its first row in two, if that is the repeated header and, with no rule between, the rest of a row."""
    head, first = whole.rows()[0], part.rows()[0]
    rests: dict[int, str] = {}
    for old, new in zip(head, first, strict=True):
        if (old is None) != (new is None):
            return part
        if old is None or new is None:
            continue
        if old.row_span != 1 or new.row_span != 1 or old.column_span != new.column_span:
            return part
        lines, printed = new.text.split("\n"), len(old.text.split("\n"))
        if lines[:printed] != old.text.split("\n"):
            return part
        rests[new.column] = "\n".join(lines[printed:])
    if not any(rests.values()):
        return part
    header = [replace(new, text=old.text) for old, new in zip(head, first, strict=True) if old and new]
    rest = [replace(cell, row=1, text=rests[cell.column]) for cell in header]
    later = [replace(cell, row=cell.row + 1) for cell in part.cells if cell.row > 0]
    return replace(part, cells=(*header, *rest, *later), n_rows=part.n_rows + 1)


def _another_copy(rows: list[list[str]], new_rows: list[list[str]]) -> bool:
    """Whether the new page has the table's own row labels again: a form, filled in for somebody else."""
    pairs = [(_squeezed(a)[0], _squeezed(b)[0]) for a, b in zip(rows, new_rows, strict=False)]
    labelled = [(a, b) for a, b in pairs if a or b]
    same = sum(1 for a, b in labelled if a == b)
    return same >= 3 and same * 2 > len(labelled)


def _first_height(grid: Grid) -> float:
    """Height of the lowest cell that begins in the grid's first row."""
    heights = [cell.box.bottom - cell.box.top for cell in grid.cells if cell.row == 0 and cell.box]
    return min(heights, default=0.0)


def _without_rows(grid: Grid, count: int) -> Grid:
    cells = tuple(replace(cell, row=cell.row - count) for cell in grid.cells if cell.row >= count)
    return replace(grid, cells=cells, n_rows=grid.n_rows - count)


def _verdict(whole: Grid, rest: Grid, open_edge: bool) -> tuple[row_breaks.Verdict, str]:
    """Whether the first row of `rest` goes on with the last of `whole`; and that row's text."""
    labels = _merged_labels(rest.covering()[0])
    last_row, first_row = whole.covering()[-1][labels:], rest.covering()[0][labels:]
    above = [cell.text if cell else "" for cell in last_row]
    below = [cell.text if cell and cell.row == 0 else "" for cell in first_row]
    if not any(first_row) or not _one_row_deep(first_row):
        return row_breaks.Verdict.OWN, ""
    return row_breaks.continues(above, below, open_edge), " | ".join(text.replace("\n", "") for text in below)


def _appended(whole: Grid, rest: Grid, broken_row: bool) -> Grid:
    """The rows of `rest` below those of `whole`; the broken row and the broken merged cells are made whole again."""
    last_row, first_row = whole.covering()[-1], rest.covering()[0]
    shift = whole.n_rows - (1 if broken_row else 0)
    grown: dict[tuple[int, int], Cell] = {}
    dropped: set[tuple[int, int]] = set()
    leading = True
    for column, cell in enumerate(first_row):
        if cell is None or (cell.row, cell.column) in dropped or cell.column != column:
            continue
        leading = leading and not cell.text.strip()
        upper = last_row[column]
        if upper is None or upper.column != cell.column:
            continue
        merged = leading and upper.text.strip() and (upper.row_span > 1 or cell.row_span > 1)
        if broken_row or merged:
            text = "\n".join(part for part in (upper.text, cell.text) if part)
            span = upper.row_span + cell.row_span - (1 if broken_row else 0)
            grown[upper.row, upper.column] = replace(upper, text=text, row_span=span)
            dropped.add((cell.row, cell.column))
    cells = [grown.get((cell.row, cell.column), cell) for cell in whole.cells]
    cells += [replace(cell, row=cell.row + shift) for cell in rest.cells if (cell.row, cell.column) not in dropped]
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return replace(whole, cells=tuple(cells), n_rows=shift + rest.n_rows, open_bottom=rest.open_bottom)


def _merged_labels(row: Sequence[Cell | None]) -> int:
    """How many leading columns of a page's first row hold a blank cell over several rows: a merged label goes on."""
    return sum(1 for _ in takewhile(lambda cell: cell and cell.row_span > 1 and not cell.text.strip(), row))


def _one_row_deep(row: Sequence[Cell | None]) -> bool:
    """Whether the row's cells all end with it, as those of a broken row do."""
    return len({cell.row_span for cell in row if cell}) == 1
