"""Office files as people leave them behind, and as an attacker would make them: what is seen is read, no more."""

from __future__ import annotations

import base64
import io
import time
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Inches
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Color, Font, NamedStyle, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from extract.document import Document, Line
from extract.errors import ReadError
from extract.media import described, medium_of
from extract.office.word import read_docx
from extract.office.workbooks import read_xls, read_xlsx
from extract.web.html import read_html

ROWS: list[list[Any]] = [["项目", "金额"], ["甲", 1.5], ["乙", 2]]
SHEET, WORD = "xl/worksheets/sheet1.xml", "word/document.xml"


def saved(file: Any) -> bytes:
    stream = io.BytesIO()
    file.save(stream)
    return stream.getvalue()


def book(*rows: list[Any]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    for row in rows:
        sheet_of(made).append(row)
    return made


def sheet_of(made: openpyxl.Workbook) -> Worksheet:
    assert isinstance(made.active, Worksheet)
    return made.active


def edited(data: bytes, part: str, edit: Callable[[bytes], bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, edit(content) if info.filename == part else content)
    return stream.getvalue()


def texts(document: Document) -> list[Any]:
    """Lines as they are, grids as lists of rows."""
    return [
        block.text
        if isinstance(block, Line)
        else [[cell.text if cell else None for cell in row] for row in block.rows()]
        for block in document.blocks()
    ]


def codes(document: Document) -> list[str]:
    return [finding.code for finding in document.findings]


def test_hidden_rows_and_columns_are_left_out_and_said() -> None:
    made = book(*ROWS, ["藏", 99])
    sheet = sheet_of(made)
    sheet.insert_cols(2)
    sheet["B2"], sheet["B3"] = 7, 8
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[4].hidden = True
    document = read_xlsx(saved(made))
    assert texts(document) == [[["项目", "金额"], ["甲", "1.5"], ["乙", "2"]]]
    assert codes(document) == ["hidden_cells"]
    assert document.findings[0].evidence == "7 8 藏 99"


def test_a_merged_cell_that_begins_in_a_hidden_column_is_seen() -> None:
    made = book(["金额"], ["代码", "甲", "乙"], [1, 2, 3])
    sheet_of(made).merge_cells("A1:C1")
    sheet_of(made).column_dimensions["A"].hidden = True
    document = read_xlsx(saved(made))
    assert texts(document) == ["金额", [["甲", "乙"], ["2", "3"]]]


def test_a_million_blank_cells_cost_little() -> None:
    blank = b"".join(
        b'<row r="%d"><c r="A%d" s="0"/><c r="B%d" s="0"></c></row>' % (n, n, n) for n in range(5, 500_000)
    )
    data = edited(saved(book(*ROWS)), SHEET, lambda xml: xml.replace(b"</sheetData>", blank + b"</sheetData>"))
    start = time.process_time()
    document = read_xlsx(data)
    assert texts(document) == [[["项目", "金额"], ["甲", "1.5"], ["乙", "2"]]]
    assert time.process_time() - start < 10


BOMB = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY e SYSTEM "file:///etc/passwd">]>"""


@pytest.mark.parametrize("entity", [b"&b;", b"&e;"], ids=["expanding", "external"])
@pytest.mark.parametrize("medium", ["xlsx", "docx"])
def test_entities_are_refused_and_never_read_as_nothing(medium: str, entity: bytes) -> None:
    def edit(xml: bytes) -> bytes:
        at = xml.index(b"<worksheet" if medium == "xlsx" else b"<w:document")
        return xml[:at] + BOMB + xml[at:].replace(b"1.5", entity)

    word = docx.Document()
    word.add_paragraph("1.5")
    data = edited(saved(book(*ROWS)), SHEET, edit) if medium == "xlsx" else edited(saved(word), WORD, edit)
    with pytest.raises(ReadError, match="declares entities") as caught:
        read_xlsx(data) if medium == "xlsx" else read_docx(data)
    assert caught.value.code == "damaged"


def test_a_sheet_of_broken_xml_is_a_read_error() -> None:
    with pytest.raises(ReadError) as caught:
        read_xlsx(edited(saved(book(*ROWS)), SHEET, lambda xml: xml.replace(b"</row>", b"</raw>")))
    assert caught.value.code == "damaged"


def word_with(xml: str) -> bytes:
    document = docx.Document()
    document.element.body.insert(0, parse_xml(xml.replace(">", f" {nsdecls('w')}>", 1)))
    return saved(document)


def test_struck_and_hidden_text_is_not_read() -> None:
    run = "<w:r><w:rPr><w:{}/></w:rPr><w:t>{}</w:t></w:r>"
    runs = run.format("strike", "12") + run.format("vanish", "藏") + run.format('strike w:val="0"', "13.00")
    document = read_docx(word_with(f"<w:p>{runs}</w:p>"))
    assert texts(document) == ["13.00"], "not 1213.00"
    assert [(each.code, each.evidence) for each in document.findings] == [("struck_text", "12")]


def test_a_struck_cell_of_a_workbook_is_not_read() -> None:
    made = book(*ROWS, ["丙", 9])
    for cell in sheet_of(made)[4]:
        cell.font = Font(strike=True)
    document = read_xlsx(saved(made))
    assert texts(document) == [[["项目", "金额"], ["甲", "1.5"], ["乙", "2"]]]
    assert [(each.code, each.evidence) for each in document.findings] == [("struck_text", "丙 9")]


def test_struck_text_of_a_web_page_is_not_read() -> None:
    rows = "<tr><td>项目</td><td>金额</td></tr><tr><td>甲</td><td><del>9</del><s>8</s>1.00</td></tr>"
    struck = '<tr><td>乙</td><td><span style="text-decoration: line-through">7</span><strike>6</strike>2.00</td></tr>'
    document = read_html(f"<table>{rows}{struck}</table>".encode())
    assert texts(document) == [[["项目", "金额"], ["甲", "1.00"], ["乙", "2.00"]]], "not 981.00"
    assert [(each.code, each.evidence) for each in document.findings] == [("struck_text", "9 8 7 6")]


def test_moved_text_is_read_where_it_is_now() -> None:
    moved = "<w:moveFrom w:id='1'><w:r><w:t>旧</w:t></w:r></w:moveFrom><w:r><w:t>今</w:t></w:r>"
    assert texts(read_docx(word_with(f"<w:p>{moved}</w:p>"))) == ["今"]
    assert texts(read_docx(word_with("<w:moveTo w:id='1'><w:p><w:r><w:t>移入</w:t></w:r></w:p></w:moveTo>"))) == [
        "移入"
    ]
    assert texts(read_docx(word_with("<w:del w:id='1'><w:p><w:r><w:t>删</w:t></w:r></w:p></w:del>"))) == []


def _table(*rows: tuple[str, ...]) -> str:
    cells = ["".join(f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in row) for row in rows]
    return "<w:tbl><w:tblPr/><w:tblGrid/>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def _box(content: str) -> str:
    return f"<w:r><w:pict><w:txbxContent>{content}</w:txbxContent></w:pict></w:r>"


def test_a_text_box_is_read_once_with_its_own_lines_and_tables() -> None:
    inside = "<w:p><w:r><w:t>单位：万元</w:t></w:r></w:p>" + _table(("甲", "7.77"), ("乙", "8.88"))
    document = read_docx(word_with(f"<w:p><w:r><w:t>前</w:t></w:r>{_box(inside)}</w:p>"))
    assert texts(document) == ["前", "单位：万元", [["甲", "7.77"], ["乙", "8.88"]]]


def test_a_text_box_in_a_cell_is_read_once() -> None:
    boxed = f"1.00{'</w:t></w:r>'}{_box('<w:p><w:r><w:t>注</w:t></w:r></w:p>')}<w:r><w:t>"
    document = read_docx(word_with(_table(("项目", "金额"), ("甲", boxed))))
    assert texts(document) == [[["项目", "金额"], ["甲", "1.00\n注"]]]


def test_a_table_that_holds_tables_only_lays_them_out() -> None:
    inner = _table(("项目", "金额"), ("甲", "9.99"))
    left = "<w:tc><w:p><w:r><w:t>左</w:t></w:r></w:p></w:tc>"
    outer = f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr>{left}<w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl>"
    assert texts(read_docx(word_with(outer))) == ["左", [["项目", "金额"], ["甲", "9.99"]]]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["[Content_Types].xml", "ppt/presentation.xml"], "a presentation"),
        (["OFD.xml"], "an OFD document"),
        (["mimetype", "META-INF/manifest.xml"], "another kind"),
    ],
)
def test_a_package_of_another_kind_is_not_unpacked_as_an_archive(names: list[str], said: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name in names:
            package.writestr(name, "<x/>")
    assert medium_of(stream.getvalue()) is None
    assert said in described(stream.getvalue())


def test_a_row_without_height_a_white_text_and_a_format_that_shows_nothing_are_hidden() -> None:
    made = book(*ROWS, ["丙", 3], ["丁", 4], ["戊", 5])
    sheet_of(made)["A4"].font = Font(color="FFFFFF")
    sheet_of(made)["A6"].font = Font(color=Color(theme=0, tint=-0.35))  # a grey
    sheet_of(made)["B5"].number_format = ";;;"
    flat = edited(
        saved(made), SHEET, lambda sheet: sheet.replace(b'<row r="2">', b'<row r="2" ht="0" customHeight="1">')
    )
    document = read_xlsx(flat)
    assert texts(document) == [[["项目", "金额"], ["乙", "2"], [None, "3"], ["丁", None], ["戊", "5"]]]
    assert [(finding.code, finding.evidence) for finding in document.findings] == [("hidden_cells", "甲 1.5 丙 4")]


def test_the_mark_of_a_footnote_is_no_digit() -> None:
    raised = '80.00</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>1</w:t></w:r><w:r><w:t>'
    document = read_docx(word_with(_table(("项目", "金额"), ("甲", raised))))
    assert texts(document) == [[["项目", "金额"], ["甲", "80.00¹"]]]
    page = b"<table><tr><td>x</td><td>y</td></tr><tr><td>z</td><td>80.00<sup>1</sup></td></tr></table>"
    assert texts(read_html(page)) == [[["x", "y"], ["z", "80.00¹"]]]


def struck_and_raised() -> openpyxl.Workbook:
    old, note = InlineFont(strike=True), InlineFont(vertAlign="superscript")
    white = InlineFont(color=Color(rgb="00FFFFFF"))
    made = book(*ROWS)
    sheet_of(made)["B2"] = CellRichText(TextBlock(old, "≥10次"), TextBlock(InlineFont(), "≥24次"))
    sheet_of(made)["B3"] = CellRichText("41.00", TextBlock(note, "1"), TextBlock(white, "99"))
    return made


def test_runs_of_a_workbook_s_text_are_read_as_they_are_seen() -> None:
    document = read_xlsx(saved(struck_and_raised()))
    assert texts(document) == [[["项目", "金额"], ["甲", "≥24次"], ["乙", "41.00¹"]]], "not ≥10次≥24次, 41.00199"
    assert [(each.code, each.evidence) for each in document.findings] == [
        ("hidden_cells", "99"),
        ("struck_text", "≥10次"),
    ]


def test_text_in_the_colour_of_its_ground_is_hidden() -> None:
    made = book(*ROWS, ["丙", 3])
    blue, white = PatternFill("solid", fgColor="000000FF"), PatternFill("solid", fgColor="00FFFFFF")
    sheet_of(made)["A2"].font, sheet_of(made)["A2"].fill = Font(color="000000FF"), blue
    sheet_of(made)["A3"].font, sheet_of(made)["A3"].fill = Font(color="FFFFFF"), blue
    sheet_of(made)["A4"].font, sheet_of(made)["A4"].fill = Font(color=Color(indexed=9)), white
    document = read_xlsx(saved(made))
    assert texts(document) == [[["项目", "金额"], [None, "1.5"], ["乙", "2"], [None, "3"]]]
    assert [(each.code, each.evidence) for each in document.findings] == [("hidden_cells", "甲 丙")]


def test_dates_in_the_formats_that_a_chinese_excel_names_by_number() -> None:
    made = book(["完成时间"], ["x", date(2025, 12, 1)], ["y", date(2025, 5, 10)], ["z", 5_000_000])
    for row, number in ((2, 57), (3, 58), (4, 14)):
        cell: Any = sheet_of(made).cell(row, 2)
        cell.number_format = "yyyy/m/d"
        cell._style.numFmtId = number
    [_, grid] = texts(read_xlsx(saved(made)))
    assert grid == [["x", "2025年12月"], ["y", "5月10日"], ["z", "########"]], "not 46022 and #VALUE!"


def test_an_old_workbook_is_read_as_it_is_seen_too() -> None:
    """The file has struck, raised, white and formatted-away text, a date that no calendar has, a blank at IV65536."""
    document = read_xls((Path(__file__).parent / "workbooks" / "seen.xls").read_bytes())
    [grid] = texts(document)
    assert grid == [
        ["项目", "金额"], ["甲", "1.5"], ["乙", "24"], ["丙", "41.00¹"], ["丁", None], ["戊", None], ["己", None],
        ["庚", "########"],
    ]  # fmt: skip
    assert [(each.code, each.evidence) for each in document.findings] == [
        ("hidden_cells", "8 9.0"),
        ("struck_text", "10 7"),
    ]


def run(content: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr>{content}</w:r>"


def cell_of(*runs: str) -> Document:
    """A table whose last cell holds these runs."""
    return read_docx(word_with(_table(("项目", "金额"), ("甲", f"</w:t></w:r>{''.join(runs)}<w:r><w:t>"))))


def field_of(code: str) -> str:
    mark = "<w:r><w:fldChar w:fldCharType='{}'/></w:r>"
    return f"{mark.format('begin')}<w:r><w:instrText>{code}</w:instrText></w:r>{mark.format('end')}"


MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
ENTRIES = "<w:listEntry w:val='元'/><w:listEntry w:val='万元'/>"
DROP_DOWN = f"<w:ffData><w:ddList><w:result w:val='1'/>{ENTRIES}</w:ddList></w:ffData>"


def math(content: str) -> str:
    return f"<m:oMath {MATH}>{content}</m:oMath>"


def letters(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


SYMBOL_FONT = "<w:rFonts w:ascii='Symbol' w:hAnsi='Symbol'/>"
FRACTION = f"<m:f><m:num>{letters('1')}</m:num><m:den>{letters('2')}</m:den></m:f>"
POWER = f"<m:sSup><m:e>{letters('10m')}</m:e><m:sup>{letters('2')}</m:sup></m:sSup>"
CHOICE = f"<w:fldChar w:fldCharType='begin'>{DROP_DOWN}</w:fldChar><w:fldChar w:fldCharType='end'/>"
RUBY = f"<w:ruby><w:rt>{run('<w:t>yuan</w:t>')}</w:rt><w:rubyBase>{run('<w:t>34元</w:t>')}</w:rubyBase></w:ruby>"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (run("<w:sym w:font='Symbol' w:char='F0B3'/>") + run("<w:t>34次</w:t>"), "≥34次"),
        (run("<w:t>\uf0a334次</w:t>", SYMBOL_FONT), "≤34次"),
        (math(letters("≥")) + run("<w:t>34次</w:t>"), "≥34次"),
        (math(FRACTION), "1/2"),
        (math(POWER), "10m²"),
        (field_of(r" EQ \o\ac(○,1)") + run("<w:t>34次</w:t>"), "①34次"),
        (field_of(r"eq \o(≥)") + run("<w:t>34次</w:t>"), "≥34次"),
        (run(CHOICE), "万元"),
        (run(RUBY), "34元"),
    ],
    ids=["symbol", "private", "formula", "fraction", "power", "circled", "equation", "drop-down", "ruby"],
)
def test_what_stands_in_no_run_of_text_is_read_too(content: str, text: str) -> None:
    """A ≥ that was inserted as a symbol or a formula was lost: ≥34次 was published as = 34."""
    document = cell_of(content)
    assert texts(document) == [[["项目", "金额"], ["甲", text]]]
    assert not document.findings


def test_a_symbol_that_only_its_font_knows_holds() -> None:
    document = cell_of(run("<w:sym w:font='某字体' w:char='F0B3'/>"), run("<w:t>34次</w:t>"))
    assert texts(document) == [[["项目", "金额"], ["甲", "\ufffd34次"]]]
    assert [(each.code, each.severity) for each in document.findings] == [("unreadable_text", "critical")]


def test_white_text_of_a_document_is_not_read_but_on_a_coloured_ground() -> None:
    white = "<w:color w:val='FFFFFF'/>"
    document = cell_of(run("<w:t>≥37次</w:t>"), run("<w:t>≥99次</w:t>", white))
    assert texts(document) == [[["项目", "金额"], ["甲", "≥37次"]]], "not ≥37次≥99次"
    assert [(each.code, each.evidence) for each in document.findings] == [("invisible_text", "≥99次")]
    coloured = cell_of(run("<w:t>≥99次</w:t>", f"{white}<w:shd w:val='clear' w:fill='4472C4'/>"))
    assert texts(coloured) == [[["项目", "金额"], ["甲", "≥99次"]]]


def styled(kind: str, properties: str, marks: str) -> Document:
    """A table whose last cell holds ≥37次 and, in a style with these properties, ≥99次; `marks` names the style."""
    made = docx.Document()
    for name, base, inside in (("Old", None, properties), ("Older", "Old", "")):
        based = f"<w:basedOn w:val='{base}'/>" if base else ""
        style = f"<w:style {nsdecls('w')} w:type='{kind}' w:styleId='{name}'>{based}<w:rPr>{inside}</w:rPr></w:style>"
        made.styles.element.append(parse_xml(style))
    table = made.add_table(2, 2)
    for cell, text in zip((cell for row in table.rows for cell in row.cells), ("项目", "金额", "甲", ""), strict=True):
        cell.text = text
    last = table.cell(1, 1)._tc
    last.append(parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>≥37次</w:t></w:r></w:p>"))
    last.append(parse_xml(f"<w:p {nsdecls('w')}>{marks}</w:p>"))
    return read_docx(saved(made))


@pytest.mark.parametrize("name", ["Old", "Older"])
@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ("<w:color w:val='FFFFFF'/>", "invisible_text"),
        ("<w:sz w:val='2'/>", "invisible_text"),
        ("<w:strike/>", "struck_text"),
        ("<w:vanish/>", None),
    ],
)
def test_what_a_style_whitens_strikes_or_hides_is_not_read(properties: str, code: str | None, name: str) -> None:
    by_run = f"<w:r><w:rPr><w:rStyle w:val='{name}'/></w:rPr><w:t>≥99次</w:t></w:r>"
    by_paragraph = f"<w:pPr><w:pStyle w:val='{name}'/></w:pPr><w:r><w:t>≥99次</w:t></w:r>"
    for kind, marks in (("character", by_run), ("paragraph", by_paragraph)):
        document = styled(kind, properties, marks)
        assert texts(document) == [[["项目", "金额"], ["甲", "≥37次"]]], "not ≥37次≥99次"
        assert [each.code for each in document.findings] == ([code] if code else [])


def test_what_a_run_says_itself_outweighs_its_style() -> None:
    seen = (
        "<w:pPr><w:pStyle w:val='Old'/></w:pPr><w:r><w:rPr><w:color w:val='auto'/><w:strike w:val='0'/></w:rPr>"
        "<w:t>≥99次</w:t></w:r>"
    )
    document = styled("paragraph", "<w:color w:val='FFFFFF'/><w:strike/>", seen)
    assert texts(document) == [[["项目", "金额"], ["甲", "≥37次\n≥99次"]]]


def test_white_by_a_style_of_the_workbook_and_almost_white_are_hidden() -> None:
    made = book(*ROWS, ["丙", 3])
    made.add_named_style(NamedStyle("old", font=Font(color="FFFFFF")))
    sheet_of(made)["A2"].style = "old"
    sheet_of(made)["A3"].font = Font(color="FEFEFD")
    document = read_xlsx(saved(made))
    assert texts(document) == [[["项目", "金额"], [None, "1.5"], [None, "2"], ["丙", "3"]]]


def test_a_number_that_its_format_prints_in_white_is_hidden() -> None:
    made = book(*ROWS, ["丙", 3], ["丁", -4])
    sheet_of(made)["B2"].number_format = "[White]0.00"
    sheet_of(made)["B3"].number_format = "[颜色2]0.00"
    sheet_of(made)["B3"].fill = PatternFill("solid", fgColor="000000FF")
    sheet_of(made)["B4"].number_format = "[Red]0.00;[White]-0.00"
    sheet_of(made)["B5"].number_format = "0.00;[白色]-0.00"
    document = read_xlsx(saved(made))
    assert texts(document) == [[["项目", "金额"], ["甲", None], ["乙", "2.00"], ["丙", "3.00"], ["丁", None]]]
    assert [(each.code, each.evidence) for each in document.findings] == [("hidden_cells", "1.50 -4.00")]


def test_a_large_picture_and_an_embedded_sheet_of_a_document_hold() -> None:
    picture = docx.Document()
    png = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
    )
    picture.add_picture(io.BytesIO(png), Inches(1), Inches(1))
    assert not read_docx(saved(picture)).findings, "an emblem"
    picture.add_picture(io.BytesIO(png), Inches(5), Inches(4))
    assert codes(read_docx(saved(picture))) == ["picture_unread"]
    assert codes(read_docx(word_with("<w:p><w:r><w:object/></w:r></w:p>"))) == ["object_unread"]
