"""Typeset the bundled statements as PDF: two departments and one government that do not exist.

Their texts (`samples/texts`) are written by hand: a title, then tables of cells parted by tabs, each under its title
and parted by a blank line. Each table is a page of its own, ruled, names to the left and amounts to the right; a head
that is printed over several columns, or rows, is one merged cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from reportlab.lib.colors import black
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, TableStyle
from reportlab.platypus import Table as RuledTable

NAMES = ("jiaoyu-2024-budget", "shuiwu-2024-budget", "shuiwu-2024-final", "zhengfu-2024-budget")
_FONT, _SIZE, _MARGIN = "STSong-Light", 9, 40.0
_BASE = ParagraphStyle("cell", fontName=_FONT, fontSize=_SIZE, leading=_SIZE * 1.3, wordWrap="CJK")
_AMOUNT = ParagraphStyle("amount", _BASE, alignment=TA_RIGHT)
_HEAD = ParagraphStyle("head", _BASE, alignment=TA_CENTER)
_COVER = ParagraphStyle("cover", _HEAD, fontSize=22, leading=30, spaceBefore=160)
_TITLE = ParagraphStyle("title", _HEAD, fontSize=14, leading=20)
_NUMBER = re.compile(r"-?[\d,]+(\.\d+)?%?")
_NAME, _NUMBERS = 3, 2
"""Shares of the page's width: a column of names, one of figures."""


def typeset_statements(texts: Path, pdfs: Path) -> None:
    """Write the PDF of each filing."""
    for name in NAMES:
        story = list(_story((texts / f"{name}.txt").read_text(encoding="utf-8")))
        target = pdfs / f"{name}.pdf"
        SimpleDocTemplate(
            str(target),
            pagesize=landscape(A4),
            leftMargin=_MARGIN,
            rightMargin=_MARGIN,
            topMargin=_MARGIN,
            bottomMargin=_MARGIN,
            title=name,
        ).build(story)
        print(f"{target.name}: {target.stat().st_size:,} bytes")


def _story(text: str) -> Iterator[Flowable]:
    cover, *tables = text.strip().split("\n\n")
    yield Paragraph(cover, _COVER)
    for table in tables:
        yield PageBreak()
        lines = table.split("\n")
        above = [line for line in lines if "\t" not in line]
        for line in above:
            yield Paragraph(line, _BASE if "单位：" in line or (line.startswith("表") and len(line) < 4) else _TITLE)
        yield _ruled([line.split("\t") for line in lines if "\t" in line])


def _ruled(rows: list[list[str]]) -> RuledTable:
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    heads = next(place for place, row in enumerate(rows) if any(_NUMBER.fullmatch(cell) for cell in row[1:]))
    figures = [any(_NUMBER.fullmatch(row[column]) for row in rows[heads:]) for column in range(width)]
    shares = [_NUMBERS if figure else _NAME for figure in figures]
    whole = landscape(A4)[0] - 2 * _MARGIN
    cells = [[Paragraph(cell, _style(cell, place < heads)) for cell in row] for place, row in enumerate(rows)]
    style = TableStyle(
        [("GRID", (0, 0), (-1, -1), 0.5, black), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), *_merged(rows, heads)]
    )
    return RuledTable(cells, colWidths=[whole * share / sum(shares) for share in shares], style=style, spaceBefore=6)


def _style(cell: str, head: bool) -> ParagraphStyle:
    return _HEAD if head else _AMOUNT if _NUMBER.fullmatch(cell) and not re.fullmatch(r"\d{3,7}", cell) else _BASE


def _merged(rows: list[list[str]], heads: int) -> Iterator[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Heads over what follows them: to the right in a row above the last, else down."""
    for at in range(heads - 1):
        columns = range(len(rows[at]))
        for column in (one for one in columns if rows[at][one]):
            end = column
            while end + 1 in columns and not rows[at][end + 1] and rows[at + 1][end + 1]:
                end += 1
            if rows[at + 1][column] and end > column:
                yield "SPAN", (column, at), (end, at)
            elif not rows[at + 1][column]:
                yield "SPAN", (column, at), (column, at + 1)
