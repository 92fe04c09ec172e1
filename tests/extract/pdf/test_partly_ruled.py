"""Tables that lack rules between rows or columns, as generators other than Word write them: exact, or held."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from extract.document import Document, Severity
from extract.pdf.reader import read_pdf
from tests.extract.pdf.typesetting import SONG, typeset

SIZE, LEADING = 9.0, 11.0
WIDTHS = (36, 160, 90, 300, 60)
HEADER = ["序号", "项目名称", "预算数", "绩效目标", "备注"]
NAMES = (
    "招商工作经费",
    "促进工业和信息化产业高质量发展专项资金（含上年结转）",
    "信息化运维",
    "企业服务平台建设与运行维护经费及相关培训支出",
)


def body(first: int, last: int) -> list[list[str]]:
    def goal(i: int) -> str:
        return "".join(
            f"{k}.完成{'甲乙丙丁'[(i + k) % 4]}项任务不少于{(7 * i + k) % 90 + 2}项；" for k in range(1, 2 + i % 5)
        )

    return [
        [str(i), NAMES[i % 4], f"{i * 1234.5:,.2f}", goal(i), ("", "延续", "新增项目")[i % 3]]
        for i in range(first, last + 1)
    ]


@dataclass(frozen=True)
class Style:
    """How a table is drawn; amounts stand at the right and their head at the left of their column."""

    upright: bool = False
    level: bool = False
    stripes: bool = False
    centred: bool = True
    """Text in the middle of its row, not at its top."""
    padding: float = 3
    """Above and below the text."""
    gutter: float = 4
    """Left and right of the text: two of them part two columns."""
    thick: float = 0.5
    spacing: float = 0


def wrapped(text: str, width: float) -> list[str]:
    lines = [""]
    for character in text:
        if pdfmetrics.stringWidth(lines[-1] + character, SONG, SIZE) > width:
            lines.append("")
        lines[-1] += character
    return lines


def paint(canvas: Canvas, rows: Sequence[Sequence[str]], style: Style, top: float = 540) -> None:
    y, right = top, 60 + sum(WIDTHS)
    canvas.setFont(SONG, SIZE)
    canvas.setLineWidth(style.thick)
    for number, row in enumerate(rows):
        lines = [wrapped(text, width - 2 * style.gutter) for text, width in zip(row, WIDTHS, strict=True)]
        height = max(map(len, lines)) * LEADING + 2 * style.padding
        if style.stripes and number % 2 == 0:
            canvas.setFillColorRGB(0.85, 0.9, 0.97)
            canvas.rect(60, y - height, right - 60, height, stroke=0, fill=1)
            canvas.setFillColorRGB(0, 0, 0)
        x = 60.0
        for column, (width, own) in enumerate(zip(WIDTHS, lines, strict=True)):
            start = y - style.padding - ((height - 2 * style.padding - len(own) * LEADING) / 2 if style.centred else 0)
            for k, text in enumerate(own):
                to_right = column == 2 and row[0] != "序号"
                left = (
                    x + width - style.gutter - pdfmetrics.stringWidth(text, SONG, SIZE)
                    if to_right
                    else x + style.gutter
                )
                canvas.drawString(left, start - k * LEADING - 0.85 * SIZE, text)
            if style.spacing:
                canvas.rect(x, y - height, width - style.spacing, height - style.spacing)
            if style.upright and column:
                canvas.line(x, y, x, y - height)
            x += width
        if style.level:
            canvas.line(60, y, right, y)
            canvas.line(60, y - height, right, y - height)
        y -= height


def table(document: Document) -> list[list[str]]:
    return [
        [re.sub(r"\s", "", cell.text) if cell else "" for cell in row]
        for grid in document.grids()
        for row in grid.rows()
    ]


STYLES = {
    "upright rules": Style(upright=True),
    "upright rules, rows without padding": Style(upright=True, padding=0),
    "level rules": Style(level=True),
    "level rules, narrow gutters": Style(level=True, gutter=2.5),
    "no rules": Style(),
    "no rules, cells from the top": Style(centred=False),
    "no rules, rows without padding": Style(padding=0),
    "no rules, without padding, from the top": Style(padding=0, centred=False),
    "stripes": Style(stripes=True),
    "thick rules": Style(upright=True, level=True, thick=4, padding=5, gutter=6),
    "cells with a space between": Style(spacing=3.75, gutter=6, padding=5),
}


@pytest.mark.parametrize("style", STYLES)
def test_the_cells_are_what_was_typeset(tmp_path: Path, style: str) -> None:
    rows = [HEADER, *body(1, 12)]
    document = read_pdf(typeset(tmp_path / "a.pdf", lambda canvas: paint(canvas, rows, STYLES[style])))
    assert table(document) == rows
    assert not [finding for finding in document.findings if finding.severity is Severity.CRITICAL]


@pytest.mark.parametrize("style", ["upright rules", "level rules", "no rules", "stripes"])
@pytest.mark.parametrize("header", [True, False], ids=["header repeated", "header once"])
def test_the_table_goes_on_over_a_page(tmp_path: Path, style: str, header: bool) -> None:
    head = [HEADER] if header else []
    pages = ([HEADER, *body(1, 12)], [*head, *body(13, 22)])
    document = read_pdf(
        typeset(tmp_path / "a.pdf", *(lambda canvas, rows=rows: paint(canvas, rows, STYLES[style]) for rows in pages))
    )
    assert [row for row in table(document) if row != HEADER] == body(1, 22)


def test_rows_that_the_text_does_not_tell_hold_the_filing(tmp_path: Path) -> None:
    """Nothing numbers the rows, cells are centred, and no strip parts them."""
    rows = [["", row[1], "", row[3], row[4]] for row in body(1, 12)]
    style = Style(padding=0)
    document = read_pdf(typeset(tmp_path / "a.pdf", lambda canvas: paint(canvas, [HEADER, *rows], style)))
    assert ("uncertain_rows", Severity.CRITICAL) in [(finding.code, finding.severity) for finding in document.findings]


def test_a_lone_row_on_the_last_page_is_not_lost_in_silence(tmp_path: Path) -> None:
    pages = ([HEADER, *body(1, 12)], body(20, 20))
    document = read_pdf(
        typeset(tmp_path / "a.pdf", *(lambda canvas, rows=rows: paint(canvas, rows, Style()) for rows in pages))
    )
    [finding] = [finding for finding in document.findings if finding.code == "uncertain_rows"]
    assert (finding.severity, finding.page) == (Severity.CRITICAL, 2)


def banded(canvas: Canvas, rows: Sequence[Sequence[str]]) -> None:
    """A header of coloured cells above rows without rules or colour, as LibreOffice Writer prints a web page."""
    canvas.setFillColorRGB(0.2, 0.4, 0.6)
    for column, width in enumerate(WIDTHS):
        canvas.rect(60 + sum(WIDTHS[:column]), 540 - 17, width, 17, stroke=0, fill=1)
    canvas.setFillColorRGB(0, 0, 0)
    paint(canvas, rows, Style())


def test_a_row_broken_below_a_coloured_header_is_one_row(tmp_path: Path) -> None:
    rows = body(1, 20)
    whole = rows[13]
    cut = whole[3].index("3.")
    parts = (
        [HEADER, *rows[:13], [*whole[:3], whole[3][:cut], whole[4]]],
        [HEADER, ["", "", "", whole[3][cut:], ""], *rows[14:]],
    )
    document = read_pdf(
        typeset(tmp_path / "a.pdf", *(lambda canvas, part=part: banded(canvas, part) for part in parts))
    )
    assert table(document) == [HEADER, *rows]


def test_centred_rows_beyond_the_rules_of_a_page_part(tmp_path: Path) -> None:
    """Three rules a table, the last of them on its last page, as Chromium prints: no line of a row fills it."""

    def part(canvas: Canvas, rows: Sequence[Sequence[str]], first: bool) -> None:
        paint(canvas, rows, Style())
        if first:
            canvas.line(60, 540, 60 + sum(WIDTHS), 540)
            canvas.line(60, 523, 60 + sum(WIDTHS), 523)

    rows = body(4, 25)
    first, second = [HEADER, *rows[:11]], [HEADER, *rows[11:]]
    document = read_pdf(
        typeset(
            tmp_path / "a.pdf", lambda canvas: part(canvas, first, True), lambda canvas: part(canvas, second, False)
        )
    )
    assert table(document) == [HEADER, *rows]
