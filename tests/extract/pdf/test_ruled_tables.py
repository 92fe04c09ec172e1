"""Every cell of a ruled table is read as it was typeset, however its rules are drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from extract.pdf.reader import read_pdf
from tests.extract.pdf import typesetting
from tests.extract.pdf.typesetting import Draw, Span, Table, cells, only_grid, typeset

WIDTHS = (40, 150, 90, 300)
ROWS: list[list[typesetting.Entry]] = [
    ["序号", "项目名称", "财政拨款(万元)", "绩效目标"],
    ["", "区科工商信局", "1,234.50", ""],
    [
        "1",
        "促进工业和信息化产业高质量发展专项资金",
        "１６．４９",
        "数量指标:支持企业数≥30家；质量指标：验收合格率100%。时效指标：2024年12月31日前完成",
    ],
    ["2", "招商工作经费", "0.00", "1.举办招商活动不少于5场;2.满意度≥90%"],
]


@pytest.mark.parametrize(
    "draw",
    [typesetting.line, typesetting.thin_rectangle, typesetting.dashes, typesetting.double_line],
    ids=lambda draw: draw.__name__,
)
def test_rules_of_every_make_give_the_same_cells(tmp_path: Path, draw: Draw) -> None:
    table = Table(ROWS, WIDTHS, draw=draw)
    grid = only_grid(read_pdf(typeset(tmp_path / "a.pdf", table.paint)))
    assert cells(grid) == table.expected()
    assert not any(cell.inferred for cell in grid.cells)


def test_outer_rules_left_out(tmp_path: Path) -> None:
    table = Table(ROWS, WIDTHS, outer=False)
    grid = only_grid(read_pdf(typeset(tmp_path / "a.pdf", table.paint)))
    assert cells(grid) == table.expected()
    assert not grid.open_bottom


def test_merged_cells_stand_once_with_their_spans(tmp_path: Path) -> None:
    rows: list[list[typesetting.Entry]] = [
        [Span("绩效指标", columns=4), None, None, None],
        [Span("产出指标", rows=3), Span("数量指标", rows=2), "支持企业数", "≥30家"],
        [None, None, "举办活动场次", "≥5场"],
        [None, "质量指标", "验收合格率", "100%"],
        [Span("合计", columns=2), None, Span("1,234.50", columns=2), None],
    ]
    table = Table(rows, (80, 100, 160, 120))
    grid = only_grid(read_pdf(typeset(tmp_path / "a.pdf", table.paint)))
    assert cells(grid) == table.expected()
    spans = {cell.text: (cell.row_span, cell.column_span) for cell in grid.cells}
    assert spans["绩效指标"] == (1, 4)
    assert spans["产出指标"] == (3, 1)
    assert spans["数量指标"] == (2, 1)
    assert spans["1,234.50"] == (1, 2)


def test_one_inner_rule_each_way_but_one(tmp_path: Path) -> None:
    """The last page of a table without outer rules: its header and one row, a single level rule between them."""
    table = Table(ROWS[::3], WIDTHS, outer=False)
    assert cells(only_grid(read_pdf(typeset(tmp_path / "a.pdf", table.paint)))) == table.expected()


def test_cells_told_apart_by_white_rules_on_colour(tmp_path: Path) -> None:
    table = Table(ROWS, WIDTHS)

    def paint(canvas: Canvas) -> None:
        y = table.top
        for i, height in enumerate(table.heights):
            canvas.setFillColorRGB(*((0.8, 0.85, 0.95) if i % 2 else (0.9, 0.9, 0.9)))
            canvas.rect(table.left, y - height, sum(WIDTHS), height, stroke=0, fill=1)
            y -= height
        canvas.setFillColorRGB(0, 0, 0)
        canvas.setStrokeColorRGB(1, 1, 1)
        table.paint(canvas)

    assert cells(only_grid(read_pdf(typeset(tmp_path / "a.pdf", paint)))) == table.expected()


def test_rows_told_apart_by_colour_alone(tmp_path: Path) -> None:
    table = Table(ROWS, WIDTHS, upright=False, level=False)

    def paint(canvas: Canvas) -> None:
        y = table.top
        for i, height in enumerate(table.heights):
            canvas.setFillColorRGB(*((0.8, 0.85, 0.95) if i % 2 else (0.9, 0.9, 0.9)))
            canvas.rect(table.left, y - height, sum(WIDTHS), height, stroke=0, fill=1)
            y -= height
        canvas.setFillColorRGB(0, 0, 0)
        table.paint(canvas)

    grid = only_grid(read_pdf(typeset(tmp_path / "a.pdf", paint)))
    assert cells(grid) == table.expected()
    assert all(cell.inferred for cell in grid.cells)


def test_highlighted_text_splits_no_cell(tmp_path: Path) -> None:
    table = Table(ROWS, WIDTHS)

    def paint(canvas: Canvas) -> None:
        canvas.setFillColorRGB(1, 1, 0)
        canvas.rect(table.left + 45, table.top - 60, 60, 10, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        table.paint(canvas)

    assert cells(only_grid(read_pdf(typeset(tmp_path / "a.pdf", paint)))) == table.expected()


@pytest.mark.parametrize("blank", [None, 5], ids=["each", "all but one"])
def test_names_beside_a_column_of_numbers_are_rows_though_no_rule_parts_them(tmp_path: Path, blank: int | None) -> None:
    """Henan: a list of places in one cell, their amounts in the next, a third of a line higher."""
    names = [
        "合计",
        "甲市",
        "乙市",
        "丙县",
        "丁县",
        "戊县",
        "己县",
        "庚县",
        "辛县",
        "壬县",
        *(f"第{n}县" for n in range(20)),
    ]
    amounts = ["" if n == blank else f"{1234 * (n + 1):,}" for n in range(len(names))]

    def paint(canvas: Canvas) -> None:
        for x in (60, 260, 400):
            canvas.line(x, 500, x, 500 - 20 - 14 * len(names))
        for y in (500, 480, 480 - 14 * len(names)):
            canvas.line(60, y, 400, y)
        canvas.setFont(typesetting.SONG, 8)
        canvas.drawString(70, 486, "地区")
        canvas.drawString(270, 486, "转移支付")
        for place, (name, amount) in enumerate(zip(names, amounts, strict=True)):
            canvas.drawString(70, 480 - 11 - 14 * place - 4, name)
            canvas.drawString(300, 480 - 11 - 14 * place, amount)

    grid = only_grid(read_pdf(typeset(tmp_path / "a.pdf", paint)))
    assert cells(grid) == [["地区", "转移支付"], *([name, amount] for name, amount in zip(names, amounts, strict=True))]
