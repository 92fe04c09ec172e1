"""A page that is a picture beside or under a little text: what it shows is read, or said to be unread."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extract.document import Cell, Document, Finding, Grid, Line, Medium, Page, Severity
from extract.pdf.reader import read_pages
from extract.scan.pages import pictures, with_pictures
from tests.extract.pdf.typesetting import typeset


def test_a_header_typed_over_a_scan_does_not_hide_it(tmp_path: Path) -> None:
    """Its page was published without what the scan shows."""

    def paint(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Image.new("L", (400, 300), 200)), 50, 50, 700, 480)
        canvas.drawString(100, 560, "Page 2 of the filing")

    document, _ = read_pages(typeset(tmp_path / "headed.pdf", paint), range(1))
    assert [(finding.code, finding.severity) for finding in document.findings] == [("picture_beside_text", "critical")]
    assert pictures(document) == [1]


def document_of(*blocks: Line | Grid, code: str) -> Document:
    finding = Finding(code=code, severity=Severity.CRITICAL, message="", page=1)
    return Document(
        medium=Medium.PDF, reader="", pages=(Page(number=1, blocks=blocks),), findings=(finding,), title=None
    )


HEADER = Line(text="2025年部门预算", page=1)
TABLE = Grid(n_rows=1, n_columns=1, page=1, cells=(Cell(row=0, column=0, text="1.00", page=1),))


@pytest.mark.parametrize(("shown", "is_read"), [(TABLE, True), (Line(text="2025年部门", page=1), False)])
def test_a_picture_that_shows_a_table_is_read_and_a_cover_keeps_its_text(shown: Line | Grid, is_read: bool) -> None:
    printed = document_of(HEADER, code="picture_beside_text")
    scanned = document_of(*((HEADER, shown) if is_read else (shown,)), code="scanned_page")
    read = with_pictures(printed, [scanned])
    assert read.pages == (scanned if is_read else printed).pages
    assert [finding.code for finding in read.findings] == (["scanned_page"] if is_read else [])
