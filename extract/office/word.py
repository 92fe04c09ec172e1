"""DOCX as a document: paragraphs and tables in order, as printed (insertions in, deletions out)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

import docx
from docx.oxml.ns import nsmap, qn
from lxml import etree

from extract.document import Block, Document, Finding, Line, Medium, Page, Severity
from extract.errors import ReadError
from extract.grids import RAISED, Marked, blocks_of
from extract.office.packages import MALFORMED, check_package

READER = "docx-3"

_NAMES = {"w": nsmap["w"]}
_ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_BOX = qn("w:txbxContent")
_CHARACTERS = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_STRUCK = ("w:strike", "w:dstrike")
_UNSEEN = ("w:vanish", *_STRUCK)
_TRANSPARENT = frozenset(
    [qn(name) for name in ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml", "w:smartTag")]
    + [f"{_ALTERNATIVES}AlternateContent", f"{_ALTERNATIVES}Choice"]
)
_UNPRINTED = frozenset([qn(name) for name in ("w:del", "w:moveFrom", "w:rPr", "w:pPr")] + [f"{_ALTERNATIVES}Fallback"])
_CHARACTER = 10.5
"""Points of an em where the text does not say its size: 五号, Word's default in Chinese."""


def read_docx(data: bytes) -> Document:
    """Read a DOCX: paragraphs as lines, tables as grids with merged cells; `line` counts both from 1.

    A table that holds tables only lays them out: its cells follow each other. What is struck through is left out, with
    a finding. Raises ReadError (`damaged`, `too_large`, `too_many_objects`).
    """
    check_package(data)
    try:
        document = docx.Document(io.BytesIO(data))
        blocks = list(_Reader().blocks(document.element.body))
    except MALFORMED as error:
        raise ReadError("damaged", f"not a readable DOCX: {error}") from error
    title = (document.core_properties.title or "").strip() or None
    pages = (Page(number=None, blocks=tuple(blocks)),)
    findings = tuple(_struck(document.element.body))
    return Document(medium=Medium.DOCX, reader=READER, pages=pages, title=title, findings=findings)


class _Reader:
    """Walks the document once; `number` is that of the last line or row."""

    def __init__(self) -> None:
        self._number = 0

    def blocks(self, parent: etree._Element) -> Iterator[Block]:
        for element in _content(parent):
            if element.tag == qn("w:p"):
                for text in _paragraph(element).split("\n"):
                    if text.strip():
                        self._number += 1
                        yield Line(text=text.replace("\xa0", " ").rstrip(), line=self._number)
                for box in _boxes(element):
                    yield from self.blocks(box)
            elif element.find(".//w:tbl", _NAMES) is not None:
                for row in _rows(element):
                    for cell in _cells_of(row):
                        yield from self.blocks(cell)
            else:
                yield from blocks_of(_word_cells(element, self._number + 1))
                self._number += len(element.findall(qn("w:tr")))


def _content(parent: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables in order, also inside content controls, tracked insertions and alternatives."""
    for child in parent:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in _TRANSPARENT:
            yield from _content(child)


def _printed(paragraph: etree._Element) -> Iterator[etree._Element]:
    """What of a paragraph is printed, in order: deleted, struck and hidden text and fallbacks are not."""
    waiting = [paragraph]
    while waiting:
        element = waiting.pop()
        if element.tag in _UNPRINTED or (element.tag == qn("w:r") and any(_is_on(element, name) for name in _UNSEEN)):
            continue
        yield element
        if element.tag != _BOX:
            waiting.extend(reversed(element))


def _paragraph(paragraph: etree._Element) -> str:
    """The text of a paragraph without its text boxes."""
    parts: list[str] = []
    for element in _printed(paragraph):
        if element.tag == qn("w:t"):
            text = element.text or ""
            parts.append(text.translate(RAISED) if _is_raised(element) else text)
        elif element.tag in _CHARACTERS:  # the tabs of w:pPr, which only set stops, are not printed
            parts.append(_CHARACTERS[element.tag])
    return "".join(parts)


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """The contents of the text boxes anchored in a paragraph."""
    return (element for element in _printed(paragraph) if element.tag == _BOX)


def _texts(parent: etree._Element) -> Iterator[str]:
    """The paragraphs of a cell, those of its text boxes after the one that they are anchored in."""
    for element in _content(parent):
        if element.tag == qn("w:p"):
            yield _paragraph(element)
            for box in _boxes(element):
                yield from _texts(box)
        else:
            for row in _rows(element):
                for cell in _cells_of(row):
                    yield from _texts(cell)


def _is_on(run: etree._Element, name: str) -> bool:
    found = run.find(f"w:rPr/{name}", _NAMES)
    return found is not None and found.get(qn("w:val"), "1") not in ("0", "false", "off", "none")


def _is_raised(text: etree._Element) -> bool:
    run = text.getparent()
    found = None if run is None else run.find("w:rPr/w:vertAlign", _NAMES)
    return found is not None and found.get(qn("w:val")) == "superscript"


def _struck(body: etree._Element) -> Iterator[Finding]:
    struck = [
        "".join(text.text or "" for text in run.iter(qn("w:t")))
        for run in body.iter(qn("w:r"))
        if any(_is_on(run, name) for name in _STRUCK)
    ]
    if any(struck):
        message = f"{len(struck)} runs of text are struck through; they were left out"
        evidence = " ".join(struck)[:200]
        yield Finding(code="struck_text", severity=Severity.WARNING, message=message, evidence=evidence)


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
        elif child.tag in _TRANSPARENT:
            yield from _rows(child)


def _cells_of(row: etree._Element) -> Iterator[etree._Element]:
    for child in row:
        if child.tag == qn("w:tc") and child.find("w:tcPr/w:cellDel", _NAMES) is None:
            yield child
        elif child.tag in _TRANSPARENT:
            yield from _cells_of(child)


def _value(element: etree._Element, path: str, default: str) -> str:
    found = element.find(path, _NAMES)
    value = found.get(qn("w:val"), default) if found is not None else default
    return value if value.isdigit() else default


def _taller(cell: Marked) -> Marked:
    return replace(cell, row_span=cell.row_span + 1)


def _word_cell(cell: etree._Element, row: int, column: int, span: int, line: int) -> Marked:
    text = "\n".join(text for text in _texts(cell) if text.strip())
    first = next(cell.iter(qn("w:p")), None)
    indent = 0.0 if first is None else _indent(first)
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
