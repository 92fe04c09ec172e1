"""DOCX as a document: paragraphs and tables in order, as printed (insertions in, deletions out)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import docx
from docx.oxml.ns import qn
from lxml import etree

from extract.document import Block, Document, Finding, Line, Medium, Page, Severity
from extract.errors import ReadError
from extract.grids import Marked, blocks_of
from extract.office.packages import MALFORMED, check_package
from extract.office.repairing import put_right
from extract.office.word_styles import Styles
from extract.office.word_text import ALTERNATIVES, NAMES, Texts, boxes, shaded_styles

READER = "docx-5"

_TRANSPARENT = frozenset(
    [qn(name) for name in ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml", "w:smartTag")]
    + [f"{ALTERNATIVES}AlternateContent", f"{ALTERNATIVES}Choice"]
)
_EMU_OF_INCH, _LARGE = 914_400, 12.0
"""A picture of so many square inches, an eighth of a page, may hold a table; a seal or an emblem is smaller."""
_CHARACTER = 10.5
"""Points of an em where the text does not say its size: 五号, Word's default in Chinese."""


def read_docx(data: bytes) -> Document:
    """Read a DOCX: paragraphs as lines, tables as grids with merged cells; `line` counts both from 1.

    A table that holds tables only lays them out: its cells follow each other. What is struck through or white is left
    out, with a finding. Raises ReadError (`damaged`, `too_large`, `too_many_objects`).
    """
    check_package(data)
    try:
        document = docx.Document(io.BytesIO(put_right(data)))
        styles = document.styles.element
        texts = Texts(shaded_styles(styles), Styles.of(styles))
        blocks = list(_Reader(texts).blocks(document.element.body))
    except MALFORMED as error:
        raise ReadError("damaged", f"not a readable DOCX: {error}") from error
    title = (document.core_properties.title or "").strip() or None
    pages = (Page(number=None, blocks=tuple(blocks)),)
    findings = (*texts.findings(), *_unread(document.element.body))
    return Document(medium=Medium.DOCX, reader=READER, pages=pages, title=title, findings=findings)


def _unread(body: etree._Element) -> Iterator[Finding]:
    """What a document shows and no reader of its text can read: large pictures, embedded sheets, other files."""
    pictures = [picture for picture in body.iter(qn("wp:inline"), qn("wp:anchor")) if _is_large(picture)]
    if pictures:
        yield _not_read("picture_unread", f"{len(pictures)} large pictures were not read; a table may stand in them")
    if body.find(".//w:object", NAMES) is not None:
        yield _not_read("object_unread", "an embedded object, of a spreadsheet as a rule, was not read")
    if body.find(".//w:altChunk", NAMES) is not None:
        yield _not_read("object_unread", "another file that the document shows as a part of it was not read")


def _is_large(picture: etree._Element) -> bool:
    extent = picture.find(qn("wp:extent"))
    sides = [] if extent is None else [_whole(extent.get(name)) / _EMU_OF_INCH for name in ("cx", "cy")]
    return bool(sides) and sides[0] * sides[1] >= _LARGE and picture.find(f".//{qn('pic:pic')}") is not None


def _not_read(code: str, message: str) -> Finding:
    return Finding(code=code, severity=Severity.CRITICAL, message=f"{message}: read it from another publication")


class _Reader:
    """Walks the document once; `number` is that of the last line or row."""

    def __init__(self, texts: Texts) -> None:
        self._number = 0
        self._texts = texts

    def blocks(self, parent: etree._Element) -> Iterator[Block]:
        for element in _content(parent):
            if element.tag == qn("w:p"):
                for text in self._texts.paragraph(element).split("\n"):
                    if text.strip():
                        self._number += 1
                        yield Line(text=text.replace("\xa0", " ").rstrip(), line=self._number)
                for box in boxes(element):
                    yield from self.blocks(box)
            elif element.find(".//w:tbl", NAMES) is not None:
                for row in _rows(element):
                    for cell in _cells_of(row):
                        yield from self.blocks(cell)
            else:
                yield from blocks_of(self._cells(element, self._number + 1))
                self._number += len(element.findall(qn("w:tr")))

    def _cells(self, table: etree._Element, line: int) -> Iterator[Marked]:
        """A table's cells; a vertically merged cell is the first with the rows that continue it."""
        open_cells: dict[int, Marked] = {}  # by column, the cells that may go on in the next row
        for number, row in enumerate(_rows(table)):
            column = int(_value(row, "w:trPr/w:gridBefore", "0"))
            still_open: dict[int, Marked] = {}
            for cell in _cells_of(row):
                span = max(1, min(int(_value(cell, "w:tcPr/w:gridSpan", "1")), 1000))
                merge = cell.find("w:tcPr/w:vMerge", NAMES)
                above = open_cells.pop(column, None)
                if merge is not None and merge.get(qn("w:val"), "continue") == "continue" and above is not None:
                    still_open[column] = _taller(above)
                else:
                    if above is not None:
                        yield above
                    still_open[column] = self._cell(cell, number, column, span, line + number)
                column += span
            yield from open_cells.values()
            open_cells = still_open
        yield from open_cells.values()

    def _cell(self, cell: etree._Element, row: int, column: int, span: int, line: int) -> Marked:
        text = "\n".join(text for text in self._paragraphs(cell) if text.strip())
        first = next(cell.iter(qn("w:p")), None)
        indent = 0.0 if first is None else _indent(first)
        return Marked(row=row, column=column, text=text, column_span=span, indent=indent, line=line)

    def _paragraphs(self, parent: etree._Element) -> Iterator[str]:
        """The paragraphs of a cell, those of its text boxes after the one that they are anchored in."""
        for element in _content(parent):
            if element.tag == qn("w:p"):
                yield self._texts.paragraph(element)
                for box in boxes(element):
                    yield from self._paragraphs(box)
            else:
                for row in _rows(element):
                    for cell in _cells_of(row):
                        yield from self._paragraphs(cell)


def _content(parent: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables in order, also inside content controls, tracked insertions and alternatives."""
    for child in parent:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in _TRANSPARENT:
            yield from _content(child)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == qn("w:tr") and child.find("w:trPr/w:del", NAMES) is None:
            yield child
        elif child.tag in _TRANSPARENT:
            yield from _rows(child)


def _cells_of(row: etree._Element) -> Iterator[etree._Element]:
    for child in row:
        if child.tag == qn("w:tc") and child.find("w:tcPr/w:cellDel", NAMES) is None:
            yield child
        elif child.tag in _TRANSPARENT:
            yield from _cells_of(child)


def _value(element: etree._Element, path: str, default: str) -> str:
    found = element.find(path, NAMES)
    value = found.get(qn("w:val"), default) if found is not None else default
    return value if value.isdigit() else default


def _taller(cell: Marked) -> Marked:
    return replace(cell, row_span=cell.row_span + 1)


def _indent(paragraph: etree._Element) -> float:
    """The first line's indentation in em, by characters or by twentieths of a point."""
    found = paragraph.find("w:pPr/w:ind", NAMES)
    if found is None:
        return 0.0
    characters = sum(_whole(found.get(qn(name))) for name in ("w:leftChars", "w:startChars", "w:firstLineChars"))
    if characters:
        return characters / 100
    twips = sum(_whole(found.get(qn(name))) for name in ("w:left", "w:start", "w:firstLine"))
    return twips / 20 / _CHARACTER


def _whole(value: str | None) -> int:
    return int(value) if value and value.lstrip("-").isdigit() else 0
