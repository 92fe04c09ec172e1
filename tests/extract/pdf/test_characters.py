"""Characters as printed: turned, struck twice, folded from radicals, with no font in the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from extract.document import Severity
from extract.pdf.characters import Characters
from extract.pdf.radicals import fold
from extract.pdf.reader import read_pdf
from extract.pdf.writing import write
from tests.extract.pdf.typesetting import SONG, Entry, Table, cells, embed_subset, only_grid, typeset

WIDTHS = (60, 150, 100)
ROWS: list[list[Entry]] = [
    ["序号", "项目名称", "金额"],
    ["1", "工业园区建设", "1,234.50"],
    ["2", "（一）招商-引资：ＡＢＣ", "１６．４９"],
]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_rotated_pages_read_as_a_person_sees_them(tmp_path: Path, rotation: int) -> None:
    table = Table(ROWS, WIDTHS)

    def paint(canvas: Canvas) -> None:
        # drawn so that it stands upright once the viewer has turned the page
        width, height = {0: (0, 0), 90: (595, 0), 180: (842, 595), 270: (0, 842)}[rotation]
        canvas.translate(width, height)
        canvas.rotate(rotation)
        table.paint(canvas)

    size = (842, 595) if rotation % 180 == 0 else (595, 842)
    path = typeset(tmp_path / "a.pdf", paint, size=size)
    turned = tmp_path / "b.pdf"
    document = pypdfium2.PdfDocument(path)
    document[0].set_rotation(rotation)
    document.save(turned)
    read = read_pdf(turned)
    assert cells(only_grid(read)) == table.expected()
    assert (read.pages[0].width, read.pages[0].height) == (842, 595)
    box = only_grid(read).box
    assert box is not None
    assert (round(box.x0), round(box.top)) == (60, 75)


@pytest.mark.parametrize("turn", [90, 270])
def test_a_table_drawn_sideways_on_an_upright_page(tmp_path: Path, turn: int) -> None:
    table = Table(ROWS, WIDTHS)

    def paint(canvas: Canvas) -> None:
        canvas.translate(*((595, 0) if turn == 90 else (0, 842)))
        canvas.rotate(turn)
        table.paint(canvas)

    assert cells(only_grid(read_pdf(typeset(tmp_path / "a.pdf", paint, size=(595, 842))))) == table.expected()


@pytest.mark.parametrize("turn", [90, -90])
def test_a_turned_cell_in_an_upright_table(tmp_path: Path, turn: int) -> None:
    table = Table([["", "项目名称", "金额"], ["2", "招商", "1.00"]], WIDTHS, heights=[80, 20])

    def paint(canvas: Canvas) -> None:
        table.paint(canvas)
        canvas.saveState()
        canvas.translate(90, 480)
        canvas.rotate(turn)
        canvas.setFont(SONG, 9)
        canvas.drawString(-25, 5, "产出指标12")
        canvas.drawString(-25, -8, "第二行")
        canvas.restoreState()

    grid = only_grid(read_pdf(typeset(tmp_path / "a.pdf", paint)))
    assert grid.cells[0].text == "产出指标12\n第二行"


@pytest.mark.parametrize("offset", [0.0, 0.25, 0.6])
def test_bold_by_double_strike_is_read_once(tmp_path: Path, offset: float) -> None:
    table = Table(ROWS, WIDTHS)

    def paint(canvas: Canvas) -> None:
        table.paint(canvas)
        canvas.translate(offset, 0)
        table.paint(canvas)

    assert cells(only_grid(read_pdf(typeset(tmp_path / "a.pdf", paint)))) == table.expected()


def test_leader_dots_are_not_double_strikes(tmp_path: Path) -> None:
    def paint(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 3)
        canvas.drawString(60, 500, "..........")

    document = read_pdf(typeset(tmp_path / "a.pdf", paint))
    assert [line.text for line in document.lines()] == [".........."]


def test_a_header_broken_one_character_per_line(tmp_path: Path) -> None:
    table = Table([["序\n号", "项\n目\n名\n称", "金额"], ["1", "甲", "1.00"]], (20, 20, 80))
    grid = only_grid(read_pdf(typeset(tmp_path / "a.pdf", table.paint)))
    assert cells(grid) == table.expected()


def test_radicals_are_folded_and_punctuation_is_not() -> None:
    assert fold("⼯业和信息化⻓⻔⺠⻢：，（）１２") == "工业和信息化长门民马：，（）１２"


def test_radicals_in_a_subset_font_come_back_as_characters(tmp_path: Path) -> None:
    """The subset's ToUnicode table names radicals, as the converters' do that make these files."""
    rows: list[list[Entry]] = [["项目", "⻓期⼯作", "１２．５"], ["⼀般公共", "⻔户", "≥90%"]]
    table = Table(rows, (80, 80, 80), font=embed_subset("".join(str(text) for row in rows for text in row)))
    grid = only_grid(read_pdf(typeset(tmp_path / "a.pdf", table.paint)))
    assert cells(grid) == [["项目", "长期工作", "１２．５"], ["一般公共", "门户", "≥90%"]]


@pytest.mark.parametrize("scale", [60, 150])
def test_stretched_text_keeps_its_lines(tmp_path: Path, scale: int) -> None:
    table = Table(ROWS, WIDTHS)

    def paint(canvas: Canvas) -> None:
        table.paint(canvas)
        text = canvas.beginText(80, 300)
        text.setFont(SONG, 10)
        text.setHorizScale(scale)
        text.textLine("单位：万元")
        canvas.drawText(text)
        canvas.setFont(SONG, 10)
        canvas.drawString(250, 300, "第一页")

    document = read_pdf(typeset(tmp_path / "a.pdf", paint))
    assert cells(only_grid(document)) == table.expected()
    assert [line.text.split() for line in document.lines()] == [["单位：万元", "第一页"]]


def test_a_hyphen_at_the_end_of_a_line_is_kept(tmp_path: Path) -> None:
    table = Table([["2024-\n2025", "a-b"], ["1-\n2", "x"]], (80, 80), font="Helvetica")
    grid = only_grid(read_pdf(typeset(tmp_path / "a.pdf", table.paint)))
    assert cells(grid) == [["2024-\n2025", "a-b"], ["1-\n2", "x"]]


def test_indentation_tells_a_project_from_its_unit(tmp_path: Path) -> None:
    table = Table([["单位"], ["某局本级"], ["项目一"], ["某所"]], (200,), heights=[20] * 4)

    def paint(canvas: Canvas) -> None:
        table.rows = [[""], [""], [""], [""]]
        table.paint(canvas)
        canvas.setFont(SONG, 10)
        canvas.line(200, 520, 200, 440)
        for i, (text, indent) in enumerate([("单位", 0), ("某局本级", 0), ("项目一", 20), ("某所", 0)]):
            canvas.drawString(64 + indent, 506 - 20 * i, text)

    grid = only_grid(read_pdf(typeset(tmp_path / "a.pdf", paint)))
    indents = [row[0].indent for row in grid.rows() if row[0]]
    assert indents[0] == indents[1] == indents[3] == 0
    assert 1.5 <= indents[2] <= 2.5


def test_white_and_transparent_rules_are_none(tmp_path: Path) -> None:
    table = Table(ROWS, WIDTHS)

    def paint(canvas: Canvas) -> None:
        table.paint(canvas)
        canvas.setStrokeColorRGB(1, 1, 1)
        canvas.line(60, 495, 370, 495)
        canvas.setStrokeColorRGB(0, 0, 0, alpha=0)
        canvas.line(180, 520, 180, 460)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.rect(100, 462, 50, 0.5, stroke=0, fill=1)

    assert cells(only_grid(read_pdf(typeset(tmp_path / "a.pdf", paint)))) == table.expected()


def test_white_rules_on_a_coloured_header_are_rules(tmp_path: Path) -> None:
    table = Table(ROWS, WIDTHS)

    def paint(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0.2, 0.3, 0.6)
        canvas.rect(60, 520 - table.heights[0], 310, table.heights[0], stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        table.paint(canvas)
        canvas.setStrokeColorRGB(0.2, 0.3, 0.6)
        canvas.setLineWidth(1)
        canvas.setStrokeColorRGB(1, 1, 1)
        canvas.line(120, 520, 120, 520 - table.heights[0])

    assert cells(only_grid(read_pdf(typeset(tmp_path / "a.pdf", paint)))) == table.expected()


def test_text_and_rules_inside_nested_forms(tmp_path: Path) -> None:
    table = Table(ROWS, WIDTHS, left=10, top=300)

    def paint(canvas: Canvas) -> None:
        canvas.beginForm("inner")
        table.paint(canvas)
        canvas.endForm()
        canvas.beginForm("outer")
        canvas.translate(20, 30)
        canvas.doForm("inner")
        canvas.endForm()
        canvas.translate(5, 7)
        canvas.doForm("outer")

    grid = only_grid(read_pdf(typeset(tmp_path / "a.pdf", paint)))
    assert cells(grid) == table.expected()
    assert grid.box is not None
    assert (round(grid.box.x0), round(595 - grid.box.top)) == (35, 337)


def test_hidden_text_beside_visible_text_is_left_out(tmp_path: Path) -> None:
    table = Table(ROWS, WIDTHS)

    def paint(canvas: Canvas) -> None:
        table.paint(canvas)
        hidden = canvas.beginText(200, 100)
        hidden.setFont(SONG, 9)
        hidden.setTextRenderMode(3)
        hidden.textLine("看不见的文字")
        canvas.drawText(hidden)

    document = read_pdf(typeset(tmp_path / "a.pdf", paint))
    assert cells(only_grid(document)) == table.expected()
    assert not list(document.lines())
    assert [(finding.code, finding.severity) for finding in document.findings] == [("invisible_text", Severity.WARNING)]


def test_a_watermark_at_a_slant_is_not_in_the_cells(tmp_path: Path) -> None:
    table = Table(ROWS, WIDTHS)

    def paint(canvas: Canvas) -> None:
        table.paint(canvas)
        canvas.translate(80, 440)
        canvas.rotate(30)
        canvas.setFont(SONG, 24)
        canvas.drawString(0, 0, "仅供公开查阅")

    document = read_pdf(typeset(tmp_path / "a.pdf", paint))
    assert cells(only_grid(document)) == table.expected()
    [finding] = document.findings
    assert (finding.code, finding.evidence) == ("slanted_text", "仅供公开查阅")


def test_a_text_that_runs_over_its_neighbour_holds_the_page(tmp_path: Path) -> None:
    """As LibreOffice Calc writes what is too long for its cell: whole, and clipped where it is shown."""
    table = Table(ROWS, WIDTHS)

    def paint(canvas: Canvas) -> None:
        table.paint(canvas)
        canvas.setFont(SONG, 9)
        canvas.drawString(180, table.top - table.heights[0] - 3 - 9 * 0.95, "促进工业和信息化产业发展专项")

    found = [(f.code, f.severity, f.page) for f in read_pdf(typeset(tmp_path / "a.pdf", paint)).findings]
    assert found == [("overlapping_text", Severity.CRITICAL, 1)]


def test_a_page_with_hidden_text_alone_is_read_as_it_is_and_said_to_be(tmp_path: Path) -> None:
    def paint(canvas: Canvas) -> None:
        hidden = canvas.beginText(200, 100)
        hidden.setFont(SONG, 9)
        hidden.setTextRenderMode(3)
        hidden.textLine("别人识别的文字")
        canvas.drawText(hidden)

    document = read_pdf(typeset(tmp_path / "a.pdf", paint))
    assert [line.text for line in document.lines()] == ["别人识别的文字"]
    [finding] = document.findings
    assert (finding.code, finding.severity, finding.page) == ("hidden_layer", Severity.WARNING, 1)


def test_a_picture_of_a_page_is_a_finding(tmp_path: Path) -> None:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    def picture(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Image.new("RGB", (100, 70), "gray")), 0, 0, 842, 595)

    def empty(canvas: Canvas) -> None:
        canvas.line(50, 560, 790, 560)

    document = read_pdf(typeset(tmp_path / "a.pdf", Table(ROWS, WIDTHS).paint, picture, empty))
    [finding] = document.findings
    assert (finding.code, finding.severity, finding.page) == ("page_without_text", Severity.CRITICAL, 2)
    assert "ocr extra" in finding.message


def test_every_width_of_latin_text(tmp_path: Path) -> None:
    assert pdfmetrics.getFont("Times-Roman")
    table = Table([["Item of budget", "1,000.00"], ["ABC-12 x", "2"]], (120, 80), font="Times-Roman")
    assert cells(only_grid(read_pdf(typeset(tmp_path / "a.pdf", table.paint)))) == table.expected()


def test_a_comma_whose_box_is_low_stays_in_its_line() -> None:
    boxes = [("展", 0, 2.4, 10), ("，", 8, 8.1, 10), ("加", 16, 2.4, 10), ("度", 0, 12, 20)]
    x0 = np.array([float(x) for _, x, _, _ in boxes])
    characters = Characters(
        np.array([ord(code) for code, *_ in boxes], np.uint32),
        x0,
        np.array([top for *_, top, _ in boxes], np.float64),
        x0 + 8,
        np.array([bottom for *_, bottom in boxes], np.float64),
        np.zeros(4, np.int8),
        np.zeros(4, np.bool_),
    )
    assert [line.text for line in write(characters, np.zeros(4, np.int64))] == ["展，加", "度"]


def test_text_beyond_the_edge_of_a_page_with_a_table_holds_it(tmp_path: Path) -> None:
    """As where a damaged number makes the page smaller than its table."""
    table = Table(ROWS, WIDTHS)

    def paint(canvas: Canvas) -> None:
        table.paint(canvas)
        canvas.setFont(SONG, 9)
        canvas.drawString(-200, table.top - 12, "促进工业")

    document = read_pdf(typeset(tmp_path / "a.pdf", paint))
    assert cells(only_grid(document)) == table.expected()
    assert [(finding.code, finding.severity) for finding in document.findings] == [("unseen_text", Severity.CRITICAL)]


def test_a_page_whose_text_has_no_height_is_not_an_empty_page(tmp_path: Path) -> None:
    document = read_pdf(typeset(tmp_path / "a.pdf", Table(ROWS, WIDTHS, size=0, heights=[20] * len(ROWS)).paint))
    assert ("unseen_text", Severity.CRITICAL) in [(finding.code, finding.severity) for finding in document.findings]
