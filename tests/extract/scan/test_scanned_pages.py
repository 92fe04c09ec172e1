"""Pictures of pages become the same Document as printed pages, on their own, offline, in a child with limits."""

from __future__ import annotations

import re
import resource
import socket
from pathlib import Path

import psutil
import pytest
from PIL import Image, ImageChops, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extract.children import end_children
from extract.document import Document, Medium, Severity
from extract.pdf.reader import READER as PDF_READER
from extract.pdf.reader import read_pages
from extract.reading import ReadLimits, _batches, read_document, reader_versions
from extract.scan import extra
from extract.scan.reader import read_scanned_pages
from extract.scan.recognition import model_path
from tests.extract.pdf.typesetting import Table, typeset
from tests.extract.scan.folding import folded
from tests.extract.scan.scanning import PRINT, ruled_sheet

SCAN = Path(__file__).parent / "scans" / "panyu-2025-page-1.pdf"
ROWS = [["Item", "Amount"], ["Total", "1,234.50"], ["Travel", "1,000.00"], ["Water", "234.50"]]


def picture(sheet: Image.Image, path: Path) -> Path:
    sheet.save(path, "PDF", resolution=200)
    return path


def texts(document: Document) -> list[list[str | None]]:
    [grid] = document.grids()
    return [[cell.text if cell else None for cell in row] for row in grid.rows()]


def test_a_scanned_page_gives_the_cells_that_were_printed() -> None:
    document = read_document(SCAN)
    assert (document.medium, document.reader) == (Medium.SCAN, f"{PDF_READER}+{extra.READER}")
    assert [finding.code for finding in document.findings] == ["scanned_page"]
    [scanned], [printed] = document.grids(), read_pages(PRINT, range(1))[0].grids()
    wrong = letters = 0
    for read, expected in zip(scanned.cells, printed.cells, strict=True):
        assert (read.row, read.column) == (expected.row, expected.column)
        assert read.confidence is not None
        if re.fullmatch(r"[\d,.]+", expected.text):
            assert read.text == expected.text
        letters += len(folded(expected.text))
        wrong += sum(1 for a, b in zip(folded(read.text), folded(expected.text), strict=False) if a != b)
    assert wrong <= 0.001 * letters
    heading = "".join(line.text for line in document.lines())
    assert "项目支出绩效目标表" in heading
    assert "单位:万元" in heading


def test_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the reader asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    document, count = read_scanned_pages(picture(ruled_sheet(ROWS), tmp_path / "a.pdf"), range(5))
    assert count == 1
    assert texts(document) == ROWS
    assert "rapidocr" in model_path().parts


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_scanned_the_other_way_round_is_turned(tmp_path: Path, quarters: int) -> None:
    sheet = ruled_sheet(ROWS).rotate(90 * quarters, expand=True)
    document, _ = read_scanned_pages(picture(sheet, tmp_path / "a.pdf"), range(1))
    assert texts(document) == ROWS


def test_a_page_of_pixels_is_read_like_a_page_of_paper(tmp_path: Path) -> None:
    sheet = ruled_sheet(ROWS)
    sheet.save(path := tmp_path / "a.pdf", "PDF", resolution=72)  # 1654 × 1169 points
    document, _ = read_scanned_pages(path, range(1))
    assert texts(document) == ROWS
    assert (document.pages[0].width, document.pages[0].height) == pytest.approx((1654, 1169), abs=2)


def test_a_seal_does_not_hide_what_it_covers(tmp_path: Path) -> None:
    sheet = ruled_sheet(ROWS).convert("RGB")
    seal = Image.new("RGB", sheet.size, "white")
    ImageDraw.Draw(seal).ellipse((300, 180, 900, 420), outline=(230, 40, 40), width=14)
    document, _ = read_scanned_pages(picture(ImageChops.multiply(sheet, seal), tmp_path / "a.pdf"), range(1))
    assert texts(document) == ROWS


def test_pages_with_and_without_text_make_one_document(tmp_path: Path) -> None:
    table = Table([["项目", "金额"], ["招商", "1.00"]], (80, 80))

    def scan(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(ruled_sheet(ROWS)), 0, 0, 842, 595)

    def scan_with_hidden_layer(canvas: Canvas) -> None:
        scan(canvas)
        hidden = canvas.beginText(60, 400)
        hidden.setFont("Helvetica", 9)
        hidden.setTextRenderMode(3)
        hidden.textLine("lter Arnount l,Z34.5O and more that somebody recognised")
        canvas.drawText(hidden)

    seen: list[tuple[int, int]] = []
    path = typeset(tmp_path / "a.pdf", table.paint, scan, table.paint, scan_with_hidden_layer)
    document = read_document(path, ReadLimits(workers=1), lambda done, total: seen.append((done, total)))
    assert document.medium is Medium.PDF
    assert [[cell.text for cell in grid.cells] for grid in document.grids()] == [
        ["项目", "金额", "招商", "1.00"],
        [text for row in ROWS for text in row],
        ["项目", "金额", "招商", "1.00"],
        [text for row in ROWS for text in row],
    ]
    assert [all(cell.confidence is None for cell in grid.cells) for grid in document.grids()] == [True, False] * 2
    assert [(finding.code, finding.page) for finding in document.findings] == [("scanned_page", 2), ("scanned_page", 4)]
    assert seen == [(3, 4), (4, 4)]


def test_without_the_extra_a_picture_is_a_finding_and_is_read_again_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = picture(ruled_sheet(ROWS), tmp_path / "a.pdf")
    with_extra = reader_versions()
    monkeypatch.setattr(extra, "is_installed", lambda: False)
    document = read_document(path)
    [finding] = document.findings
    assert (finding.code, finding.severity, finding.page) == ("page_without_text", Severity.CRITICAL, 1)
    assert "needs the ocr extra" in finding.message
    assert not list(document.blocks())
    assert document.reader in reader_versions()
    assert document.reader not in with_extra


def test_an_empty_sheet_is_a_page_without_blocks(tmp_path: Path) -> None:
    document = read_document(picture(Image.new("L", (1654, 1169), 245), tmp_path / "a.pdf"))
    assert [page.blocks for page in document.pages] == [()]
    assert [finding.code for finding in document.findings] == ["scanned_page"]


def test_a_table_goes_on_over_scanned_pages(tmp_path: Path) -> None:
    more = [["Paper", "12.00"], ["Light", "7.25"]]
    first = ruled_sheet([*ROWS, *([["Filler", "1.00"]] * 6)], height=90)
    path = tmp_path / "a.pdf"
    first.save(path, "PDF", save_all=True, append_images=[ruled_sheet(more, column=425)], resolution=200)  # feeds vary
    [grid] = read_document(path).grids()
    assert [cell.text for cell in grid.cells][-4:] == ["Paper", "12.00", "Light", "7.25"]


def test_pages_are_shared_out_in_small_batches() -> None:
    assert _batches([1, 2, 3, 4, 5], 2) == [(0, 3), (3, 5)]
    assert _batches([1, 3, 4], 1) == [(0, 1), (2, 4)]
    assert [stop - start for start, stop in _batches(list(range(1, 301)), 2)] == [8] * 37 + [4]


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_long_scan_is_read_in_flat_memory_with_progress(tmp_path: Path) -> None:
    """300 pages, by children of 8 pages each; what they need does not grow, and this process keeps only the text."""
    path = tmp_path / "a.pdf"
    sheet = ruled_sheet(ROWS)
    sheet.save(path, "PDF", save_all=True, append_images=[sheet] * 299, resolution=200)
    process = psutil.Process()
    before = process.memory_info().rss
    seen: list[int] = []
    document = read_document(path, progress=lambda done, total: seen.append(done))
    assert len(document.pages) == 300
    assert sorted(seen) == seen
    assert len(seen) >= 300 // 8
    assert process.memory_info().rss - before < 64 << 20
    end_children()
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1 << 20  # KiB: no child needed a gigabyte
