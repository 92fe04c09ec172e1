"""What PDFium refuses and pdfminer reads is read by plain pdfplumber, held, and never lost in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from extract.document import Grid, Page, Severity
from extract.errors import ReadError
from extract.pdf.plain import plain_content, plainly_opened
from extract.pdf.reader import READER, read_page, read_pages
from extract.reading import ReadLimits, read_document, reader_versions
from tests.extract import hostile
from tests.extract.pdf.test_reference import samples
from tests.extract.pdf.typesetting import SONG, Table, cells, typeset

TABLES = [Table([["项目", "金额"], [f"第{i}页", f"{i}.00"]], (80 + 5 * i, 80)) for i in range(1, 4)]
DAMAGES = {
    "a catalogue without pages": (rb"/Pages 9 0 R", rb"/Pages null "),
    "a page tree whose members are none": (rb"/Kids [ 4 0 R", rb"/Kids [ 4   R"),
    "a page tree that counts too few": (rb"/Count 3", rb"/Count 1"),
}


def damaged(path: Path, damage: tuple[bytes, bytes]) -> Path:
    data = typeset(path, *(table.paint for table in TABLES)).read_bytes()
    right, wrong = damage
    assert data.count(right) == 1
    assert len(right) == len(wrong)
    path.write_bytes(data.replace(right, wrong))
    return path


@pytest.mark.parametrize("damage", DAMAGES)
def test_no_page_is_lost_that_pdfminer_reads(tmp_path: Path, damage: str) -> None:
    document = read_document(damaged(tmp_path / "a.pdf", DAMAGES[damage]))
    assert [cells(grid) for grid in document.grids()] == [table.expected() for table in TABLES]
    found = {(finding.code, finding.severity) for finding in document.findings}
    assert found == {("damaged", Severity.CRITICAL), ("read_by_pdfplumber", Severity.CRITICAL)}
    assert document.reader == f"{READER}+pdfplumber"
    assert document.reader in reader_versions()


def test_a_damaged_file_that_stops_pdfminer_fails_within_its_limits(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(hostile.exploding_forms().replace(b"/Pages 2 0 R", b"/Pages null "))
    with pytest.raises(ReadError) as caught:
        read_document(path, ReadLimits(cpu_seconds=3, wall_seconds=20))
    assert caught.value.code in {"timeout", "memory"}


def test_what_neither_reads_is_refused_as_pdfium_refused_it(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(hostile.no_pages().replace(b"/Pages 2 0 R", b"/Pages null "))
    with pytest.raises(ReadError) as caught:
        read_document(path)
    assert caught.value.code == "no_pages"


def drawn_sideways(canvas: Canvas) -> None:
    canvas.translate(800, 20)
    canvas.rotate(90)
    Table([["项目", "金额"], ["招商", "1.00"]], (80, 80)).paint(canvas)


def striped(canvas: Canvas) -> None:
    """White rules on a coloured header; a slanted watermark; a title."""
    table = samples()[0]
    canvas.setFillColorRGB(0.2, 0.3, 0.6)
    canvas.rect(60, 520 - table.heights[0], 250, table.heights[0], stroke=0, fill=1)
    canvas.setFillColorRGB(0, 0, 0)
    table.paint(canvas)
    canvas.setFont(SONG, 14)
    canvas.drawString(100, 550, "项目支出表")
    canvas.setStrokeColorRGB(1, 1, 1)
    canvas.line(100, 300, 100, 500)
    canvas.rotate(30)
    canvas.drawString(300, 100, "仅供查阅")


def test_the_same_pages_as_pdfium_reads(tmp_path: Path) -> None:
    path = typeset(tmp_path / "a.pdf", *(table.paint for table in samples()), drawn_sideways, striped)
    document, count = read_pages(path, range(100))
    with plainly_opened(path) as pages:
        contents = [plain_content(page) for page in pages]
    read = [read_page(content, number)[0] for number, content in enumerate(contents, 1)]
    assert len(read) == count
    assert [texts(page) for page in read] == [texts(page) for page in document.pages]


def texts(page: Page) -> list[object]:
    return [cells(block) if isinstance(block, Grid) else block.text for block in page.blocks]


def test_an_intact_file_is_not_read_twice(tmp_path: Path) -> None:
    document = read_document(typeset(tmp_path / "a.pdf", *(table.paint for table in TABLES)))
    assert (document.reader, document.findings) == (READER, ())
