"""DOCX as a document: paragraphs and tables in order, as printed (insertions in, deletions out)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import nsmap, qn
from lxml import etree

from extract.document import Block, Document, Line, Medium, Page
from extract.errors import ReadError
from extract.grids import Marked, blocks_of
from extract.packages import MALFORMED, check_package

READER = "docx-1"

_NAMES = {"w": nsmap["w"]}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_CHARACTER = 10.5
"""Points of an em where the text does not say its size: 五号, Word's default in Chinese."""


def read_docx(data: bytes) -> Document:
    """Read a DOCX: paragraphs as lines, tables as grids with merged cells; `line` counts both from 1.

    Raises ReadError (`damaged`, `too_large`, `too_many_objects`).
    """
    check_package(data)
    try:
        document = docx.Document(io.BytesIO(data))
        blocks = list(_word_blocks(document))
    except MALFORMED as error:
        raise ReadError("damaged", f"not a readable DOCX: {error}") from error
    title = (document.core_properties.title or "").strip() or None
    pages = (Page(number=None, blocks=tuple(blocks)),)
    return Document(medium=Medium.DOCX, reader=READER, pages=pages, title=title)


def _word_blocks(document: WordDocument) -> Iterator[Block]:
    number = 0
    for element in _content(document.element.body):
        if element.tag == qn("w:p"):
            for text in _paragraph(element).split("\n"):
                if text.strip():
                    number += 1
                    yield Line(text=text.replace("\xa0", " ").rstrip(), line=number)
            continue
        yield from blocks_of(_word_cells(element, number + 1))
        number += len(element.findall(qn("w:tr")))


def _content(parent: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables in order, also inside content controls and tracked insertions."""
    for child in parent:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:customXml")):
            yield from _content(child)


def _paragraph(paragraph: etree._Element) -> str:
    """What a paragraph prints: inserted text and text boxes too, deleted text and fallbacks not."""
    parts: list[str] = []
    waiting = [paragraph]
    while waiting:
        element = waiting.pop()
        if element.tag == qn("w:t"):
            parts.append(element.text or "")
        elif element.tag == qn("w:tab"):  # those of w:pPr, which only set stops, are not walked
            parts.append("\t")
        elif element.tag in (qn("w:br"), qn("w:cr")):
            parts.append("\n")
        elif element.tag not in (qn("w:del"), qn("w:moveFrom"), qn("w:rPr"), qn("w:pPr"), _FALLBACK):
            waiting.extend(reversed(element))
    return "".join(parts)


def _word_cells(table: etree._Element, line: int) -> Iterator[Marked]:
    """A table's cells; a vertically merged cell is the first with the rows that continue it."""
    open_cells: dict[int, Marked] = {}  # by column, the cells that may go on in the next row
    for number, row in enumerate(_rows(table)):
        column = int(_value(row, "w:trPr/w:gridBefore", "0"))
        still_open: dict[int, Marked] = {}
        for cell in _cells_of(row):
            span = max(1, min(int(_value(cell, "w:tcPr/w:gridSpan", "1")), 1000))
            merge = cell.find("w:tcPr/w:vMerge", _NAMES)
            above = open_cells.pop(column, None)
            if merge is not None and merge.get(qn("w:val"), "continue") == "continue" and above is not None:
                still_open[column] = _taller(above)
            else:
                if above is not None:
                    yield above
                still_open[column] = _word_cell(cell, number, column, span, line + number)
            column += span
        yield from open_cells.values()
        open_cells = still_open
    yield from open_cells.values()


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == qn("w:tr") and child.find("w:trPr/w:del", _NAMES) is None:
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent")):
            yield from _rows(child)


def _cells_of(row: etree._Element) -> Iterator[etree._Element]:
    for child in row:
        if child.tag == qn("w:tc"):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent")):
            yield from _cells_of(child)


def _value(element: etree._Element, path: str, default: str) -> str:
    found = element.find(path, _NAMES)
    value = found.get(qn("w:val"), default) if found is not None else default
    return value if value.isdigit() else default


def _taller(cell: Marked) -> Marked:
    return replace(cell, row_span=cell.row_span + 1)


def _word_cell(cell: etree._Element, row: int, column: int, span: int, line: int) -> Marked:
    paragraphs = list(cell.iter(qn("w:p")))
    texts = [_paragraph(paragraph) for paragraph in paragraphs]
    text = "\n".join(text for text in texts if text.strip())
    indent = _indent(paragraphs[0]) if paragraphs else 0.0
    return Marked(row=row, column=column, text=text, column_span=span, indent=indent, line=line)


def _indent(paragraph: etree._Element) -> float:
    """The first line's indentation in em, by characters or by twentieths of a point."""
    found = paragraph.find("w:pPr/w:ind", _NAMES)
    if found is None:
        return 0.0
    characters = sum(_whole(found.get(qn(name))) for name in ("w:leftChars", "w:startChars", "w:firstLineChars"))
    if characters:
        return characters / 100
    twips = sum(_whole(found.get(qn(name))) for name in ("w:left", "w:start", "w:firstLine"))
    return twips / 20 / _CHARACTER


def _whole(value: str | None) -> int:
    return int(value) if value and value.lstrip("-").isdigit() else 0
