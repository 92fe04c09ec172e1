"""What a reader hands on: a document as pages of lines and grids of cells, whatever it was published as.

This is the one part of `extract` that `transform` knows. Coordinates are in points (1/72 inch), origin at the top left
of the page as a person sees it (after /Rotate); texts that have no pages carry line numbers (from 1) instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Medium(StrEnum):
    """What the bytes were. `doc` is any word processor's compound file (DOC, WPS); `zip` is unpacked before reading."""

    PDF = "pdf"
    SCAN = "scan"
    HTML = "html"
    DOCX = "docx"
    XLSX = "xlsx"
    XLS = "xls"
    DOC = "doc"
    ZIP = "zip"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page, in points from the top left corner."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a grid with its text as printed (lines of the cell joined by a newline).

    A merged cell stands once, at its top left position, with its spans. `page` and `box` are those of the cell's first
    part when a row continues over a page break; `line` is the line of a plain text where the cell begins.
    """

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1
    page: int | None = None
    line: int | None = None
    box: Box | None = None
    indent: float = 0.0
    """Left indentation of the text within its cell, in em (0 where the medium has none)."""
    inferred: bool = False
    """The cell's borders were inferred from white space, not ruled."""
    confidence: float | None = None
    """Recogniser's confidence, 0 to 1; None where the text was not recognised from an image."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table: cells in row-major order, each with its position; continuation over pages is already joined."""

    n_rows: int
    n_columns: int
    cells: tuple[Cell, ...]
    page: int | None = None
    box: Box | None = None
    open_top: bool = False
    """The table's upright rules run on over its top unclosed: it continues from the page before (see `open_bottom`)."""
    open_bottom: bool = False

    def rows(self) -> list[list[Cell | None]]:
        """The cells as n_rows × n_columns; None where a merged cell covers or nothing was read."""
        table: list[list[Cell | None]] = [[None] * self.n_columns for _ in range(self.n_rows)]
        for cell in self.cells:
            table[cell.row][cell.column] = cell
        return table

    def covering(self) -> list[list[Cell | None]]:
        """Like `rows`, but a merged cell stands in every position it covers."""
        table: list[list[Cell | None]] = [[None] * self.n_columns for _ in range(self.n_rows)]
        for cell in self.cells:
            for row in range(cell.row, min(cell.row + cell.row_span, self.n_rows)):
                for column in range(cell.column, min(cell.column + cell.column_span, self.n_columns)):
                    table[row][column] = cell
        return table


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text outside any grid, leading blanks kept (they are indentation)."""

    text: str
    page: int | None = None
    line: int | None = None
    box: Box | None = None
    confidence: float | None = None


Block = Line | Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page in reading order. A medium without pages is one page with `number` None."""

    number: int | None
    blocks: tuple[Block, ...]
    width: float | None = None
    height: float | None = None


class Severity(StrEnum):
    """What a finding does: `critical` holds the filing, `warning` travels with the rows, `info` is recorded."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something odd, wrong or missing: what (code), how bad, where, and the evidence a person needs to judge it."""

    code: str
    severity: Severity
    message: str
    page: int | None = None
    line: int | None = None
    evidence: str = ""
    section_seq: int | None = None
    """The section it speaks of; None: the filing, or the pages that a reader names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document as read."""

    medium: Medium
    reader: str
    """Name and version of the reader, e.g. `text-1` or `pdf-3`; part of a version's input identity."""
    pages: tuple[Page, ...]
    findings: tuple[Finding, ...] = ()
    title: str | None = None
    """The document's own metadata title or an article's heading, if the medium has one."""

    def blocks(self) -> Iterator[Block]:
        """All blocks in reading order."""
        for page in self.pages:
            yield from page.blocks

    def grids(self) -> Iterator[Grid]:
        return (block for block in self.blocks() if isinstance(block, Grid))

    def lines(self) -> Iterator[Line]:
        return (block for block in self.blocks() if isinstance(block, Line))

    def characters(self) -> int:
        """Non-blank characters in all lines and cells: the denominator of coverage."""
        texts = [line.text for line in self.lines()]
        texts += [cell.text for grid in self.grids() for cell in grid.cells]
        return sum(1 for text in texts for character in text if not character.isspace())
