"""Plain text as a document: decoded, in numbered lines, tab-separated runs as grids."""

from __future__ import annotations

import re

from extract.document import Block, Cell, Document, Finding, Grid, Line, Medium, Page, Severity
from extract.encoding import decode
from extract.errors import ReadError

READER = "text-1"

_LINE_END = re.compile(r"\r\n|\n|\r")
_BLANKS = " \u3000\f\v\xa0"
_LOST_TABS = 3
"""So many lines without tabs in a row may stand inside a table: rows that lost their tabs, titles of a new page."""


def read_text(data: bytes) -> Document:
    """Read a plain text: UTF-8 (with or without BOM), UTF-16 with BOM or GB18030, told apart by the bytes alone.

    Lines keep their leading blanks (they are indentation) and their numbers from 1; blank lines are dropped. A run of
    tab-separated lines becomes one Grid, rows of different lengths as they are; a blank line does not end it, and a
    line inside it that has no tabs becomes a row of one cell.

    Raises ReadError (`not_text`) when the bytes are no text in any of these encodings.
    """
    text, findings = _text(data)
    lines = [Line(text=line.rstrip(_BLANKS), line=number) for number, line in enumerate(_LINE_END.split(text), 1)]
    blocks = _blocks([line for line in lines if line.text.strip()])
    return Document(
        medium=Medium.TEXT, reader=READER, pages=(Page(number=None, blocks=tuple(blocks)),), findings=findings
    )


def _text(data: bytes) -> tuple[str, tuple[Finding, ...]]:
    decoded = decode(data)
    if decoded.encoding != "utf-16" and b"\0" in data:
        raise ReadError("not_text", "not a plain text: it holds zero bytes")
    if not decoded.is_text:
        raise ReadError("not_text", f"no text: {decoded.lost} places are not {decoded.encoding}, the nearest encoding")
    if not decoded.lost:
        return decoded.text, ()
    message = f"{decoded.lost} places of the text are not valid {decoded.encoding}; they are kept as \ufffd"
    return decoded.text, (Finding(code="undecodable_bytes", severity=Severity.WARNING, message=message),)


def _blocks(lines: list[Line]) -> list[Block]:
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        end = _table_end(lines, at)
        if end == at:
            blocks.append(lines[at])
            at += 1
        else:
            blocks.append(_grid(lines[at:end]))
            at = end
    return blocks


def _table_end(lines: list[Line], start: int) -> int:
    """End of the run of tab-separated lines that begins at `start` (`start` itself when none does)."""
    end = start
    for at in range(start, len(lines)):
        if "\t" in lines[at].text.lstrip():
            end = at + 1
        elif end == start or at - end >= _LOST_TABS:
            break
    return end


def _grid(lines: list[Line]) -> Grid:
    cells = []
    width = 1
    for row, line in enumerate(lines):
        texts = line.text.split("\t")
        width = max(width, len(texts))
        for column, text in enumerate(texts):
            indent = (len(text) - len(text.lstrip())) / 2 if text.strip() else 0.0
            cells.append(Cell(row=row, column=column, text=text.strip(), line=line.line, indent=indent))
    return Grid(n_rows=len(lines), n_columns=width, cells=tuple(cells))
