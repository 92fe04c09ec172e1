"""Word documents, workbooks and web pages end in the same document: lines above and below, one grid."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from extract.document import Cell, Document, Grid
from extract.errors import ReadError
from extract.media import medium_of
from extract.office.libreoffice import read_doc
from extract.office.number_formats import printed
from extract.office.word import read_docx
from extract.office.workbooks import read_xls, read_xlsx
from extract.reading import read_document
from extract.web.html import read_html

ROWS = [
    ["项目名称（资金使用单位）", "总计", "财政拨款", "绩效目标"],
    ["合计", "17,960.54", "17,960.54", ""],
    ["    编外人员", "69.20", "69.20", "保障\n待遇"],
]
ABOVE = ["项目支出绩效目标表", "单位名称：某局 单位：万元"]

needs_libreoffice = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")


def word() -> bytes:
    document = docx.Document()
    for line in ABOVE:
        document.add_paragraph(line)
    table = document.add_table(len(ROWS), 4)
    for row, texts in enumerate(ROWS):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    document.add_paragraph("注：以上")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = ABOVE[0]
    sheet.merge_cells("A1:D1")
    sheet["A2"], sheet["D2"] = "单位名称：某局", "单位：万元"
    for row, texts in enumerate(ROWS, start=4):  # row 3 stays empty
        for column, text in enumerate(texts, start=1):
            sheet.cell(row, column, text or None)
    sheet["B5"], sheet["B5"].number_format = 17960.54, "#,##0.00"
    sheet["A7"] = "注：以上"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def page(encoding: str = "utf-8") -> bytes:
    table = "".join("<tr>" + "".join(f"<td>{_cell(text)}</td>" for text in texts) + "</tr>" for texts in ROWS)
    return (
        "<!DOCTYPE html><html><head><title>某局</title><meta charset=gb2312></head><body>"
        "<div class=menu><a href=/>首页</a><a href=/1>政务公开</a><a href=/2>办事服务</a></div>"
        f"<div id=article><p>{ABOVE[0]}</p><p>{ABOVE[1]}</p><table>{table}</table><p>注：以上</p></div>"
        "<div class=footer><a href=/3>网站地图</a><a href=/4>联系我们</a></div></body></html>"
    ).encode(encoding)


def _cell(text: str) -> str:
    return text.replace("    ", "&nbsp;" * 4).replace("\n", "<br>")


def grid_of(document: Document) -> Grid:
    (grid,) = document.grids()
    return grid


def texts_of(grid: Grid) -> list[list[str]]:
    return [[cell.text if cell else "" for cell in row] for row in grid.rows()]


@pytest.mark.parametrize(
    "document",
    [read_docx(word()), read_xlsx(workbook()), read_html(page()), read_html(page("gb18030"))],
    ids=["docx", "xlsx", "html", "html declared wrongly"],
)
def test_every_medium_ends_in_the_same_document(document: Document) -> None:
    assert [line.text for line in document.lines()] == [*ABOVE, "注：以上"]
    assert texts_of(grid_of(document)) == [[text.strip() for text in row] for row in ROWS]
    indents = {cell.text: cell.indent for cell in grid_of(document).cells}
    assert indents["编外人员"] == 2.0
    assert indents["合计"] == 0.0


@needs_libreoffice
def test_old_formats_are_read_by_their_bytes_whatever_their_name(tmp_path: Path) -> None:
    for name, data, target in (("a.docx", word(), "doc"), ("a.xlsx", workbook(), "xls")):
        (tmp_path / name).write_bytes(data)
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [
            "soffice",
            profile,
            "--headless",
            "--convert-to",
            target,
            "--outdir",
            str(tmp_path),
            str(tmp_path / name),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    (tmp_path / "a.doc").rename(tmp_path / "a.wps")
    (tmp_path / "a.xls").rename(tmp_path / "a.et")
    for name in ("a.wps", "a.et"):
        document = read_document(tmp_path / name)
        assert [line.text for line in document.lines()] == [*ABOVE, "注：以上"], name
        assert texts_of(grid_of(document))[1][:2] == ["合计", "17,960.54"], name


def test_without_libreoffice_a_doc_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extract.office.libreoffice.shutil.which", lambda _: None)
    with pytest.raises(ReadError, match="LibreOffice") as caught:
        read_doc(b"")
    assert caught.value.code == "no_converter"


def test_merged_cells_of_a_word_table() -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for row in range(3):
        for column in range(3):
            table.cell(row, column).text = f"{row}{column}"
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(2, 1).merge(table.cell(2, 2))
    stream = io.BytesIO()
    document.save(stream)
    cells = {(cell.row, cell.column): cell for cell in grid_of(read_docx(stream.getvalue())).cells}
    assert (cells[0, 0].row_span, cells[0, 0].column_span) == (2, 1)
    assert (cells[2, 1].row_span, cells[2, 1].column_span) == (1, 2)
    assert (1, 0) not in cells
    assert (2, 2) not in cells


def test_inserted_text_of_a_word_document_is_read_and_deleted_text_is_not() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("金额 ")
    for tag, inner, text in (("w:ins", "w:t", "20"), ("w:del", "w:delText", "10")):
        change, run, content = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(inner)
        content.text = text
        run.append(content)
        change.append(run)
        paragraph._p.append(change)
    stream = io.BytesIO()
    document.save(stream)
    assert [line.text for line in read_docx(stream.getvalue()).lines()] == ["金额 20"]
    assert qn("w:ins") in {element.tag for element in document.element.iter()}


def test_spans_of_an_html_table_and_their_abuse() -> None:
    table = (
        "<table><tr><td rowspan=2>a</td><td colspan=2>b</td><td>c</td></tr><tr><td>d</td><td>e</td><td>f</td></tr>"
        "<tr><td rowspan=0>g</td><td colspan=99999999>h</td></tr><tr><td>i</td></tr></table>"
    )
    cells = {cell.text: cell for cell in grid_of(read_html(table.encode())).cells}
    assert (cells["a"].row_span, cells["b"].column_span, cells["g"].row_span) == (2, 2, 2)
    assert (cells["d"].row, cells["d"].column) == (1, 1)
    assert (cells["i"].row, cells["i"].column_span) == (3, 1)
    many = "<tr>" + "<td colspan=1000 rowspan=9999>x</td>" * 40 + "</tr>"
    with pytest.raises(ReadError) as caught:
        read_html(f"<table>{many * 100}</table>".encode())
    assert caught.value.code == "too_many_objects"


def test_tables_that_lay_out_a_page_are_transparent() -> None:
    inner = "<table>" + "<tr><td>x</td><td>1</td></tr>" * 3 + "</table>"
    document = read_html(f"<table><tr><td>标题</td></tr><tr><td>{inner}</td></tr></table>".encode())
    assert [line.text for line in document.lines()] == ["标题"]
    assert grid_of(document).n_rows == 3


def test_a_page_nested_without_end_is_refused() -> None:
    with pytest.raises(ReadError) as caught:
        read_html(b"<div>" * 5000 + b"x")
    assert caught.value.code == "too_many_objects"


def test_an_article_names_itself() -> None:
    assert read_html(b"<meta name='ArticleTitle' content='T'><h1>site</h1><p>x</p>").title == "T"
    assert read_html(b"<title>t</title><h1>h</h1><p>x</p>").title == "h"


def test_hidden_sheets_and_formulas_without_a_value_are_found() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["A2"], sheet["B2"] = "x", "y", 1, "=A2*2"
    book.create_sheet("旧").sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    assert [finding.code for finding in read_xlsx(stream.getvalue()).findings] == [
        "formula_without_value",
        "hidden_sheet",
    ]


def test_a_stray_cell_at_the_end_of_a_sheet_costs_nothing() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"], sheet["XFD1048576"] = "x", "y", "z"
    stream = io.BytesIO()
    book.save(stream)
    grid = grid_of(read_xlsx(stream.getvalue()))
    assert (grid.n_rows, grid.n_columns) == (2, 3)
    assert grid.cells[-1] == Cell(row=1, column=2, text="z", page=1, line=1048576)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (17960.54, "#,##0.00", "17,960.54"),
        (17960.54, "General", "17960.54"),
        (0.1 + 0.2, "General", "0.3"),
        (69.2, "0.00_ ", "69.20"),
        (69.2, '0.00"万元"', "69.20万元"),
        (80000, "0!.0,", "8.0"),
        (-80000, "0!.0,;-0!.0,", "-8.0"),
        (80000, '0!.0,"万元"', "8.0万元"),
        (500, '[>=10000]0!.0,"万";0', "500"),
        (80000, '[>=10000]0!.0,"万";0', "8.0万"),
        (80000, '0"."0,', "8.0"),
        (80000, "#,##0.00,", "80.00"),
        (80, ";;;", ""),
        (0.955, "0.0%", "95.5%"),
        (1.005, "0.00", "1.01"),
        (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (-5, "0.0;(0.0)", "(5.0)"),
        (-5, "0.0", "-5.0"),
        (1.5, "0.##", "1.5"),
        (1, "0.##", "1"),
        (2024, "0", "2024"),
        ("100%", "General", "100%"),
        (90, '0"%"', "90%"),
        (5, '"≥"General"次"', "≥5次"),
        (0, "#,###", ""),
        (0, "0;-0;", ""),
        (1234567, '#,##0"元"', "1,234,567元"),
        (-12, "0.00_);[Red]\\(0.00\\)", "(12.00)"),
        (1234, "00-00", "12-34"),
        (5, "[$¥-804]#,##0.00", "¥5.00"),
        (3, '"有"', "有"),
        ("甲", '"项目："@', "项目：甲"),
        ("甲", "0.00;-0.00;;", ""),
        ("甲", "0.00;-0.00;0;@", "甲"),
        (date(2025, 12, 1), 'yyyy"年"m"月"', "2025年12月"),
        (date(2025, 5, 10), 'm"月"d"日"', "5月10日"),
        (date(2025, 12, 31), "[$-804]yyyy/m/d;@", "2025/12/31"),
        (date(2025, 12, 31), "General", "2025-12-31"),
        (datetime.fromisoformat("2025-12-31 09:05"), "yyyy-mm-dd hh:mm", "2025-12-31 09:05"),
        (time(15, 30), '上午/下午h"时"mm"分"', "下午3时30分"),
        (timedelta(hours=30), "[h]:mm", "30:00"),
        (45992, 'yyyy"年"m"月"', "2025年12月"),
        (5_000_000, "yyyy/m/d", "########"),
        (None, "General", ""),
    ],
)
def test_a_value_is_read_as_its_cell_shows_it(value: object, number_format: str, text: str) -> None:
    assert printed(value, number_format) == text


@pytest.mark.parametrize("data", [word()[:-200], word()[:3000], workbook()[:-200], b"PK\x03\x04" + b"\0" * 100])
def test_a_damaged_package_is_a_read_error(data: bytes) -> None:
    for read in (read_docx, read_xlsx):
        with pytest.raises(ReadError):
            read(data)


def test_a_damaged_compound_file_is_a_read_error() -> None:
    with pytest.raises(ReadError):
        read_xls(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 5000)


def test_a_package_bomb_is_refused_unread() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "")
        package.writestr("word/document.xml", b" " * 50_000_000)
    assert medium_of(stream.getvalue()) == "docx"
    with pytest.raises(ReadError) as caught:
        read_docx(stream.getvalue())
    assert caught.value.code == "too_large"
