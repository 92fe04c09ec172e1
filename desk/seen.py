"""Documents without pictures, as they were read: their tables and lines, with the rows that stand in each cell.

Such a cell has no box. A row is laid on the cells of a table's row that print its figure and its name; where several
do, all of them are marked, and none is chosen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from desk.marks import Texts, kind_of
from extract.document import Cell, Document, Grid, Line, Page
from transform.vocabulary import fold
from warehouse.read.page_rows import Row

MOST = 400
"""Rows of tables and lines that one view shows."""


@dataclass(slots=True)
class SeenCell:
    text: str
    row_span: int = 1
    column_span: int = 1
    kind: str = "label"
    rows: list[str] = field(default_factory=list)
    possible: bool = False
    """Other cells print the same: it may be another one."""
    row: int = 0
    column: int = 0
    line: int | None = None
    confidence: float | None = None


@dataclass(slots=True)
class SeenBlock:
    """A table's rows of cells, or one line."""

    rows: list[list[SeenCell]]
    line: int | None = None
    is_table: bool = True


def seen_blocks(document: Document, page: int | None, start: int = 0) -> tuple[list[SeenBlock], bool]:
    """Tables and lines of a page (None: of all) from the `start`-th row on, at most `MOST`; and whether more follow."""
    shown: list[SeenBlock] = []
    count = 0
    for block in _blocks(document, page):
        size = block.n_rows if isinstance(block, Grid) else 1
        if count + size > start and count < start + MOST:
            first, last = max(0, start - count), min(size, start + MOST - count)
            shown.append(_table(block, first, last) if isinstance(block, Grid) else _line(block))
        count += size
    return shown, count > start + MOST


def row_of_line(document: Document, page: int | None, rows: Sequence[Row]) -> int:
    """The row of the view, from 0, at which the first of these rows stands; 0 if none is found."""
    wanted = [row for row in rows if row.printed or row.source_text]
    if not wanted:
        return 0
    start = 0
    while True:
        blocks, more = seen_blocks(document, page, start)
        lay_rows(blocks, wanted, Texts((), ()))
        if any(cell.rows for block in blocks for line in block.rows for cell in line):
            return start
        if not more:
            return 0
        start += MOST


def lay_rows(blocks: Sequence[SeenBlock], rows: Sequence[Row], texts: Texts) -> None:
    """Mark the cells in which the rows stand."""
    by_text: defaultdict[str, list[tuple[SeenCell, frozenset[str], SeenBlock]]] = defaultdict(list)
    for block in blocks:
        for line in block.rows:
            words = frozenset(fold(cell.text) for cell in line)
            for cell in line:
                by_text[fold(cell.text)].append((cell, words, block))
                if cell.text.strip() in texts.unread:
                    cell.kind = "unread" if block.is_table else "furniture"
    for row in rows:
        found = _cells(row, by_text, blocks)
        for cell in found:
            if not cell.rows or kind_of(row) != "fact":
                cell.kind = kind_of(row)
            cell.rows.append(row.name)
            cell.possible = cell.possible or len(found) > 1


def _cells(
    row: Row, by_text: Mapping[str, list[tuple[SeenCell, frozenset[str], SeenBlock]]], blocks: Sequence[SeenBlock]
) -> list[SeenCell]:
    if row.line is not None:
        lines = [block for block in blocks if block.line == row.line]
        if lines:
            return [cell for block in lines for line in block.rows for cell in line][:1]
        by_text = {text: [one for one in found if one[0].line == row.line] for text, found in by_text.items()}
    printed = fold(row.printed) if row.kind in ("amount", "control") else ""
    candidates = by_text.get(printed, []) if printed else by_text.get(fold(row.source_text), [])
    if not printed:
        return [cell for cell, _, _ in candidates]
    label = fold(row.source_text).removesuffix(printed)
    names = {name for name in (label, *map(fold, row.about)) if name}
    beside = [one for one in candidates if label and label in one[1]] or [
        one for one in candidates if names & one[1] - {printed}
    ]
    return [cell for cell, _, _ in beside or candidates]


def _blocks(document: Document, page: int | None) -> list[Grid | Line]:
    pages: list[Page] = [one for one in document.pages if page is None or one.number == page]
    return [block for one in pages for block in one.blocks]


def _table(grid: Grid, first: int, last: int) -> SeenBlock:
    """Every position in its place: one that no cell covers is empty."""
    covering = grid.covering()
    rows = []
    for number in range(first, last):
        row: list[SeenCell] = []
        for column, cell in enumerate(covering[number]):
            if cell is None:
                row.append(SeenCell(text="", row=number, column=column))
            elif cell.column == column and number == max(cell.row, first):
                row.append(_cell(cell, number, last))
        rows.append(row)
    return SeenBlock(rows)


def _cell(cell: Cell, first: int, last: int) -> SeenCell:
    """The cell with what of it stands in the rows that are shown."""
    return SeenCell(
        text=cell.text,
        row_span=max(1, min(cell.row + cell.row_span, last) - first),
        column_span=cell.column_span,
        row=cell.row,
        column=cell.column,
        line=cell.line,
        confidence=cell.confidence,
    )


def _line(line: Line) -> SeenBlock:
    return SeenBlock([[SeenCell(text=line.text, kind="furniture")]], line=line.line, is_table=False)
