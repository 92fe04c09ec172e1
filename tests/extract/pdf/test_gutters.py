"""Tables without upright rules, and without any: the same cells, marked as inferred; prose stays lines."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from extract.pdf.reader import read_pdf
from tests.extract.pdf.typesetting import SONG, Entry, Table, cells, only_grid, typeset

WIDTHS = (60, 220, 100, 100)
SINGLE: list[list[Entry]] = [
    ["科目编码", "科目名称", "预算数", "决算数"],
    ["2010101", "行政运行", "1,234.50", "1,200.00"],
    ["2010102", "一般行政管理事务", "34.00", "33.10"],
    ["2010199", "其他事务支出", "0.50", "0.50"],
    ["", "合计", "1,269.00", "1,233.60"],
]
WRAPPED: list[list[Entry]] = [
    ["序号", "项目名称", "金额", "备注"],
    ["1", "促进工业和信息化产业高质量发展专项资金（含上年结转）", "10.00", "新增"],
    ["2", "招商工作经费", "2.00", "延续"],
    ["3", "企业服务平台建设与运行维护经费及相关培训支出", "3.50", "延续"],
]


@pytest.mark.parametrize("rows", [SINGLE, WRAPPED], ids=["single lines", "wrapped"])
@pytest.mark.parametrize("level", [True, False], ids=["level rules", "no rules"])
def test_rules_are_missing(tmp_path: Path, rows: list[list[Entry]], level: bool) -> None:
    table = Table(rows, WIDTHS, upright=False, level=level)
    grid = only_grid(read_pdf(typeset(tmp_path / "a.pdf", table.paint)))
    assert cells(grid) == table.expected()
    assert all(cell.inferred for cell in grid.cells)


@pytest.mark.parametrize("rows", [SINGLE, WRAPPED], ids=["single lines", "wrapped"])
def test_three_line_table(tmp_path: Path, rows: list[list[Entry]]) -> None:
    table = Table(rows, WIDTHS, upright=False, level=False)

    def paint(canvas: Canvas) -> None:
        table.paint(canvas)
        for y in (table.top, table.top - table.heights[0], table.top - sum(table.heights)):
            canvas.line(table.left, y, table.left + sum(WIDTHS), y)

    assert cells(only_grid(read_pdf(typeset(tmp_path / "a.pdf", paint)))) == table.expected()


def test_a_title_and_its_unit_stay_lines(tmp_path: Path) -> None:
    table = Table(SINGLE, WIDTHS, upright=False, level=False)

    def paint(canvas: Canvas) -> None:
        canvas.setFont(SONG, 9)
        canvas.drawString(60, 535, "部门：某局")
        canvas.drawString(460, 535, "单位：万元")
        table.paint(canvas)

    document = read_pdf(typeset(tmp_path / "a.pdf", paint))
    assert cells(only_grid(document)) == table.expected()
    assert [line.text.split() for line in document.lines()] == [["部门：某局", "单位：万元"]]


def test_prose_is_no_table(tmp_path: Path) -> None:
    def paint(canvas: Canvas) -> None:
        canvas.setFont(SONG, 12)
        canvas.drawString(200, 500, "第一部分　部门概况")
        for i in range(12):
            canvas.drawString(
                84 if i % 4 == 0 else 60, 470 - 20 * i, "一、主要职能：贯彻执行国家和省、市有关方针政策，" * 2
            )

    document = read_pdf(typeset(tmp_path / "a.pdf", paint))
    assert not list(document.grids())
    assert len(list(document.lines())) == 13


def test_the_last_white_row_of_a_striped_table_is_one_row_of_it(tmp_path: Path) -> None:
    """It leaves two columns empty, its name and its goal are wrapped: two rows of a table of their own were read."""
    columns = [60, 220, 290, 360, 430, 500, 660]
    rows = [
        ["Name", "Total", "State", "Special", "Other", "Goal"],
        ["Sum", "30.00", "29.00", "1.00", "", ""],
        ["Roads and/bridges", "10.00", "10.00", "", "", "Keep the roads/in order"],
        ["Parks", "12.00", "11.00", "1.00", "", "Plant trees"],
        ["Household service/administration", "8.00", "8.00", "", "", "Train the people/who work there"],
    ]

    def paint(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 9)
        top = 500.0
        for number, row in enumerate(rows):
            height = 14.0 * max(text.count("/") + 1 for text in row) + 4
            if number % 2:
                canvas.setFillGray(0.85)
                for x0, x1 in pairwise(columns):
                    canvas.rect(x0, top - height, x1 - x0, height, stroke=0, fill=1)
            canvas.setFillGray(0)
            for x, text in zip(columns, row, strict=False):
                for line, part in enumerate(text.split("/")):
                    canvas.drawString(x + 4, top - 12 - 14 * line, part)
            top -= height
        canvas.line(columns[0], 500, columns[-1], 500)

    grid = only_grid(read_pdf(typeset(tmp_path / "striped.pdf", paint)))
    assert cells(grid) == [[text.replace("/", "\n") for text in row] for row in rows]
