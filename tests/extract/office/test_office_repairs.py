"""Office files that Word, Excel and WPS open and libraries refuse are read; others are refused by their name."""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from extract.document import Medium
from extract.media import described, medium_of
from extract.office.word import read_docx
from extract.office.workbooks import read_xls, read_xlsx
from tests.extract.office.test_office_quirks import ROWS, book, edited, saved, texts

TYPES, STYLES, SHEET = "[Content_Types].xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"
SEEN = [[["项目", "金额"], ["甲", "1.5"], ["乙", "2"]]]
EMPTY = re.compile(rb"<fill><patternFill ?/></fill>")
ODD = b'</sheetData><dataValidations><dataValidation type="nosuch" operator="odd" sqref="A1"/></dataValidations>'
USUAL = b"http://schemas.openxmlformats.org/"


def renamed(
    data: bytes, names: Callable[[str], str], edit: Callable[[str, bytes], bytes] = lambda _, part: part
) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for info in old.infolist():
            new.writestr(names(info.filename), edit(info.filename, old.read(info)))
    # the module writes / for \ itself
    return stream.getvalue()


def strict(_: str, part: bytes) -> bytes:
    for kind in (b"spreadsheetml", b"wordprocessingml"):
        part = part.replace(USUAL + kind + b"/2006/main", b"http://purl.oclc.org/ooxml/" + kind + b"/main")
    return part.replace(USUAL + b"officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/")


def with_macros(name: str, part: bytes) -> bytes:
    if name != TYPES:
        return part
    part = part.replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    return part.replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )


def same(name: str) -> str:
    return name


WORKBOOKS: dict[str, Callable[[bytes], bytes]] = {
    "strict": lambda data: renamed(data, same, strict),
    "macros": lambda data: renamed(data, same, with_macros),
    "a name in another case": lambda data: renamed(data, lambda name: name.replace("sharedStrings", "SharedStrings")),
    "an empty fill": lambda data: edited(data, STYLES, lambda part: EMPTY.sub(b"<fill/>", part)),
    "a validation of no known kind": lambda data: edited(data, SHEET, lambda part: part.replace(b"</sheetData>", ODD)),
}  # fmt: skip


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_workbook_that_excel_opens_is_read(name: str) -> None:
    data = WORKBOOKS[name](saved(book(*ROWS)))
    assert medium_of(data) is Medium.XLSX
    assert texts(read_xlsx(data)) == SEEN


@pytest.mark.parametrize("edit", [strict, with_macros])
def test_a_document_that_word_opens_is_read(edit: Callable[[str, bytes], bytes]) -> None:
    data = renamed(document(), same, edit)
    assert medium_of(data) is Medium.DOCX
    assert texts(read_docx(data)) == [[["项目", "金额"]]]


def document() -> bytes:
    made = docx.Document()
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "项目", "金额"
    return saved(made)


def test_a_document_of_word_online_is_read() -> None:
    """Its main part is word/document2.xml."""

    def edit(_: str, part: bytes) -> bytes:
        return part.replace(b"/document.xml", b"/document2.xml").replace(b'"word/document.xml', b'"word/document2.xml')

    data = renamed(document(), lambda name: name.replace("document.xml", "document2.xml"), edit)
    assert medium_of(data) is Medium.DOCX
    assert texts(read_docx(data)) == [[["项目", "金额"]]]


def test_names_with_backslashes_are_read() -> None:
    data = saved(book(*ROWS))
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for info in old.infolist():
            written = zipfile.ZipInfo(info.filename)
            written.filename = info.filename.replace("/", "\\")
            new.writestr(written, old.read(info))
    assert medium_of(stream.getvalue()) is Medium.XLSX
    assert texts(read_xlsx(stream.getvalue())) == SEEN


@pytest.mark.skipif("YUSUAN_FILINGS" not in os.environ, reason="YUSUAN_FILINGS names no folder of filings")
@pytest.mark.parametrize("name", ["50833.xls", "WORKBOOK_in_capitals.xls", "pivots.xlsx", "SampleSS.strict.xlsx"])
def test_workbooks_of_peers_that_were_refused_are_read(name: str) -> None:
    """One is protected as Excel does without a password."""
    data = (Path(os.environ["YUSUAN_FILINGS"]) / "troubles" / "peers" / name).read_bytes()
    assert medium_of(data) is (Medium.XLS if name.endswith("xls") else Medium.XLSX)
    document = read_xls(data) if name.endswith("xls") else read_xlsx(data)
    assert any(page.blocks for page in document.pages)


PARTS = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\n\r\n<html><table><tr><td>1'
REFUSED = {
    b'<?xml?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Row>': "Spreadsheet 2003",
    b'<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:p/>': "Word 2003 XML",
    b'<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">': "as one XML",
    PARTS: "web archive",
    b"From: <saved by Word>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=x\r\n": "MHT",
    b"{\\rtf1\\ansi 1}": "RTF",
}  # fmt: skip


@pytest.mark.parametrize("data", REFUSED)
def test_what_is_no_web_page_and_no_text_is_refused_with_what_to_do(data: bytes) -> None:
    """A workbook as XML was read as a web page without its names, a web archive as a text in quoted-printable."""
    for form in (data, b"\xef\xbb\xbf" + data) if not data.startswith(b"{") else (data,):
        assert medium_of(form) is None
        said = described(form)
        assert REFUSED[data] in said
        assert "save it as .xlsx" in said or "save it as .docx" in said


@pytest.mark.parametrize(
    ("part", "said"), [("xl/workbook.bin", "XLSB"), ("content.xml", "ODS"), ("ppt/presentation.xml", "PPTX")]
)
def test_packages_of_other_kinds_are_named(part: str, said: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("META-INF/manifest.xml" if part == "content.xml" else TYPES, "<x/>")
        package.writestr(part, "x")
    assert medium_of(stream.getvalue()) is None
    assert said in described(stream.getvalue())


def test_a_page_that_word_saved_is_a_web_page() -> None:
    page = b'<html xmlns:x="urn:schemas-microsoft-com:office:spreadsheet">'
    assert medium_of(page + b"<body><table><tr><td>1</td></tr></table></body></html>") is Medium.HTML
