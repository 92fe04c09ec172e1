"""`read_scanned_pages`: pictures of pages as lines and grids, with a confidence per cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from extract.document import Block, Box, Cell, Document, Finding, Grid, Line, Medium, Page, Severity
from extract.errors import ReadError
from extract.pdf.content import LARGEST_PAGE, opened
from extract.pdf.fonts import Purpose
from extract.scan.extra import READER
from extract.scan.image import PageImage, font_is_missing, page_image, turned
from extract.scan.lines import EM, TextLine, lines_of_cell, lines_outside
from extract.scan.recognition import Recognised, recognise
from extract.scan.ruling import Rectangle, RuledTable, ruled_tables, ruling_lines

ASKANCE, ILLEGIBLE = 0.9, 0.6
"""Mean confidence of a page's lines below which it is tried the other ways round, and below which it is no reading."""
_MARK = 0.35
"""Mean confidence below which one or two characters are a mark on the paper: a seal's rest, a fold, dust."""
_SAMPLE = 12
"""Lines that are read to tell which way round a page is."""
_MOST_LINES = 2_000


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where everything stands on one picture."""

    image: PageImage
    tables: list[RuledTable]
    cells: list[list[list[TextLine]]]
    """Lines by table and cell."""
    outside: list[list[TextLine]]

    def lines(self) -> Iterator[TextLine]:
        for table in self.cells:
            for cell in table:
                yield from cell
        for row in self.outside:
            yield from row


def read_scanned_pages(path: Path, pages: range) -> tuple[Document, int]:
    """Those of `pages` (from 0) that the file has, read as pictures, not joined over breaks; and how many it has.

    A page is left empty if its text is drawn with a guess in place of its font: what one sees is not what was printed.
    Raises ReadError as the PDF reader does, and `too_many_objects` for a page with more lines of text than any has.
    """
    with opened(path, Purpose.DRAW) as document:
        read, findings = [], []
        for index in range(pages.start, min(pages.stop, len(document))):
            page = document[index]
            if max(page.get_size()) > LARGEST_PAGE:
                raise ReadError("too_large", f"page {index + 1} is larger than {LARGEST_PAGE:,.0f} points")
            if font_is_missing(page):
                read.append(Page(number=index + 1, blocks=()))
                page.close()
                continue
            image = page_image(page)
            page.close()
            found, said = _read(image, index + 1)
            read.append(found)
            findings += said
        count = len(document)
    return Document(medium=Medium.SCAN, reader=READER, pages=tuple(read), findings=tuple(findings)), count


def _read(image: PageImage, number: int) -> tuple[Page, list[Finding]]:
    layout = _layout(image, number)
    read = _recognised(layout, layout.lines())
    if read and _certainty(read) < ASKANCE:
        layout = _upright(layout, number)
        read = _recognised(layout, layout.lines())
    texts = iter(read)
    points = layout.image.points
    blocks: list[Block] = []
    for table, cells in zip(layout.tables, layout.cells, strict=True):
        written = [[(line, next(texts)) for line in cell] for cell in cells]
        blocks.append(_grid(table, written, points, number))
    for row in layout.outside:
        pieces = [(line, text) for line in row if (text := next(texts)).text.strip()]
        if pieces:
            x0, top = (min(line.ink[side] for line, _ in pieces) for side in (0, 1))
            x1, bottom = (max(line.ink[side] for line, _ in pieces) for side in (2, 3))
            blocks.append(
                Line(
                    text="  ".join(text.text.strip() for _, text in pieces),
                    page=number,
                    box=_box((x0, top, x1, bottom), points),
                    confidence=round(min(text.least for _, text in pieces), 4),
                )
            )
    blocks.sort(key=_place)
    height, width = layout.image.grey.shape
    page = Page(number=number, blocks=tuple(blocks), width=width * points, height=height * points)
    return page, list(_findings(layout, read, number))


def _recognised(layout: _Layout, lines: Iterator[TextLine]) -> list[Recognised]:
    read = recognise([layout.image.grey[y0:y1, x0:x1] for x0, y0, x1, y1 in (line.cut for line in lines)])
    return [Recognised("") if line.mean < _MARK and len(line.text) <= 2 else line for line in read]


def _layout(image: PageImage, number: int) -> _Layout:
    level, upright = ruling_lines(image.grey)
    ruling = (level | upright).astype(np.uint8)
    tables = ruled_tables(level, upright)
    cells = [[lines_of_cell(image.grey, ruling, cell.room) for cell in table.cells] for table in tables]
    layout = _Layout(image, tables, cells, lines_outside(image.grey, ruling, [table.box for table in tables]))
    if sum(1 for _ in layout.lines()) > _MOST_LINES:
        raise ReadError("too_many_objects", f"page {number} has more than {_MOST_LINES:,} lines of text")
    return layout


def _upright(layout: _Layout, number: int) -> _Layout:
    """The page the way round in which its longest lines give the most text, and the most certain."""
    ways = [layout, *(_layout(turned(layout.image, quarters), number) for quarters in (1, 2, 3))]
    samples = [sorted(way.lines(), key=lambda line: line.ink[0] - line.ink[2])[: 4 * _SAMPLE : 4] for way in ways]
    read = [_recognised(way, iter(sample)) for way, sample in zip(ways, samples, strict=True)]
    gain = [_certainty(lines) * len("".join(line.text for line in lines)) / max(1, len(lines)) for lines in read]
    return ways[gain.index(max(gain))]


def _certainty(read: Sequence[Recognised]) -> float:
    """Mean confidence of the characters; 0 if there are none."""
    return sum(line.mean * len(line.text) for line in read) / max(1, sum(len(line.text) for line in read))


Written = Sequence[tuple[TextLine, Recognised]]


def _grid(table: RuledTable, written: Sequence[Written], points: float, number: int) -> Grid:
    indents = _indents(table, written)
    cells = [
        Cell(
            row=cell.row,
            column=cell.column,
            text="\n".join(text.text.strip() for _, text in lines if text.text.strip()),
            row_span=cell.row_span,
            column_span=cell.column_span,
            page=number,
            box=_box(cell.box, points),
            indent=indent,
            confidence=round(min((text.least for _, text in lines), default=1.0), 4),
        )
        for cell, lines, indent in zip(table.cells, written, indents, strict=True)
    ]
    return Grid(
        n_rows=table.n_rows,
        n_columns=table.n_columns,
        cells=tuple(cells),
        page=number,
        box=_box(table.box, points),
        open_top=table.open_top,
        open_bottom=table.open_bottom,
    )


def _indents(table: RuledTable, written: Sequence[Written]) -> list[float]:
    """How far each cell's first line stands in, in em, beyond the leftmost first line of its column."""
    rows = list(zip(table.cells, written, strict=True))
    offsets = [lines[0][0].ink[0] - cell.room[0] if lines else 0 for cell, lines in rows]
    padding: dict[int, int] = {}
    for (cell, lines), offset in zip(rows, offsets, strict=True):
        if lines:
            padding[cell.column] = min(offset, padding.get(cell.column, offset))
    return [
        round((offset - padding[cell.column]) / EM, 1) if lines else 0.0
        for (cell, lines), offset in zip(rows, offsets, strict=True)
    ]


def _findings(layout: _Layout, read: Sequence[Recognised], number: int) -> Iterator[Finding]:
    mean = _certainty(read)
    written = [line for line in read if line.text]
    yield Finding(
        code="scanned_page",
        severity=Severity.INFO,
        message="the page is a picture; its text was recognised",
        page=number,
        evidence=f"{len(written)} lines, {len(read) - len(written)} marks that are no text, "
        f"mean confidence {mean:.3f}, skew {layout.image.skew:.2f}°",
    )
    if written and mean < ILLEGIBLE:
        yield Finding(
            code="illegible_scan",
            severity=Severity.CRITICAL,
            message="the picture is hardly legible; compare what was read with it, or find a better one",
            page=number,
            evidence=f"mean confidence {mean:.3f}",
        )
    for table in layout.tables:
        if table.irregular:
            yield Finding(
                code="irregular_grid",
                severity=Severity.WARNING,
                message="a table's lines do not close in every cell; compare its rows and columns with the page",
                page=number,
                evidence=f"{table.n_rows} × {table.n_columns}, {len(table.cells)} cells",
            )


def _box(rectangle: Rectangle, points: float) -> Box:
    x0, top, x1, bottom = (round(side * points, 2) for side in rectangle)
    return Box(x0, top, x1, bottom)


def _place(block: Block) -> tuple[float, float]:
    assert block.box is not None
    return block.box.top, block.box.x0
