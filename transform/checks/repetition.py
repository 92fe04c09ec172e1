"""Pages, or tables of a document without pages, that are printed twice: what stands on them would count twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product

from extract.document import Document, Finding, Grid, Line, Severity
from transform.passages import less_layout

Row = tuple[str, ...]

_PAGE_NUMBER = re.compile(r"[-—–·第共页/\s\d]*")
_FIGURE = re.compile(r"\d")
_TITLE = re.compile(r"表|预算|决算")
_FEW_FIGURES = 3
_FEW_CHARACTERS = 60
"""Less is a cover, an empty form or a note: such pages are alike without being the same."""


@dataclass(slots=True)
class _Part:
    """The rows of one page, or of one table with the lines above it."""

    page: int | None
    rows: list[Row] = field(default_factory=list)
    goes_on: bool = False
    """It begins within a table that began before: of a row that the page break cut, its part stands there."""

    @property
    def titled(self) -> bool:
        return not self.goes_on and any(len(row) == 1 and _TITLE.search(row[0]) for row in self.rows)

    def cores(self) -> Iterator[tuple[int, tuple[Row, ...]]]:
        """(first rows left out, rows): all, and less the first and the last one, which a page break may have cut."""
        for above, below in product((0, 1), (0, 1)):
            rows = tuple(self.rows[above : len(self.rows) - below])
            words = [word for row in rows for word in row]
            figures = sum(bool(_FIGURE.search(word)) for word in words)
            if figures >= _FEW_FIGURES and sum(map(len, words)) >= _FEW_CHARACTERS:
                yield above, rows


def repeated(document: Document, *, statements: bool = False) -> Iterator[Finding]:
    """A critical finding for each page, or table with its heading, that says word by word what one before it says.

    Two forms may go on alike, so a page without a title is looked for since the last title alone; two statements may
    too, so of `statements` only a titled page counts.
    """
    titled: dict[tuple[Row, ...], list[tuple[int, _Part]]] = {}
    since: dict[tuple[Row, ...], list[tuple[int, _Part]]] = {}
    for part in _parts(document):
        if part.titled:
            since = {}
        seen = titled if part.titled else since
        cores = [] if statements and not part.titled else list(part.cores())
        before = next(
            (
                first
                for above, rows in cores
                for less, first in seen.get(rows, ())
                if above == less == 0 or part.goes_on or first.goes_on
            ),
            None,
        )
        if before is None:
            for above, rows in cores:
                seen.setdefault(rows, []).append((above, part))
            continue
        where = "a table stands twice"
        if part.page is not None and part.page != before.page:
            where = f"page {part.page} says word by word what page {before.page} says"
        yield Finding(
            code="printed_twice",
            severity=Severity.CRITICAL,
            message=f"{where}: what it prints would count twice",
            page=part.page,
            evidence=" | ".join(word for row in part.rows for word in row)[:200],
        )


def _parts(document: Document) -> list[_Part]:
    """The pages, less their numbers, each cell on the page it was printed on; without pages the tables."""
    if len(document.pages) == 1:
        return list(_tables(document))
    pages: dict[int | None, _Part] = {}

    def of(page: int | None) -> _Part:
        return pages.setdefault(page, _Part(page))

    for block in document.blocks():
        if isinstance(block, Line):
            if not _PAGE_NUMBER.fullmatch(block.text):
                of(block.page).rows.append(_row([block.text]))
            continue
        for number, texts in _rows(block):
            part = of(number)
            part.goes_on |= not part.rows and number != block.page
            part.rows.append(_row(texts))
    return list(pages.values())


def _tables(document: Document) -> Iterator[_Part]:
    above: list[Row] = []
    for block in document.blocks():
        if isinstance(block, Line):
            above.append(_row([block.text]))
        else:
            yield _Part(block.page, [*above, *(_row(texts) for _, texts in _rows(block))])
            above = []


def _rows(grid: Grid) -> Iterator[tuple[int | None, list[str]]]:
    """The texts of each row with the page that its first cell was printed on."""
    for row in grid.rows():
        if cells := [cell for cell in row if cell is not None and cell.text.strip()]:
            yield cells[0].page, [cell.text for cell in cells]


def _row(texts: list[str]) -> Row:
    return tuple(plain for text in texts if (plain := less_layout(text).replace(" ", "")))
