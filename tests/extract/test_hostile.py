"""A file written to do harm costs one clear ReadError, within its limits, and leaves nothing behind."""

from __future__ import annotations

import os
import time
from pathlib import Path

import psutil
import pypdfium2
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from extract.children import end_children
from extract.document import Severity
from extract.errors import ReadError
from extract.reading import ReadLimits, read_document
from tests.extract import hostile
from tests.extract.pdf.typesetting import Table, cells, only_grid, typeset

LIMITS = ReadLimits(memory=1 << 30, cpu_seconds=20, wall_seconds=40)
TABLE = Table([["项目", "金额"], ["招商", "1.00"]], (80, 80))


@pytest.mark.parametrize("name", hostile.CASES)
def test_a_hostile_file_is_one_clear_error(tmp_path: Path, name: str) -> None:
    make, codes = hostile.CASES[name]
    path = tmp_path / "filing.pdf"
    path.write_bytes(make())
    began = time.monotonic()
    code, message = "read", "filing.pdf"
    try:
        read_document(path, LIMITS)
    except ReadError as error:
        code, message = error.code, str(error)
    assert code in codes
    assert "filing.pdf" in message
    assert time.monotonic() - began < 45


def test_a_user_password_is_asked_for_and_an_empty_one_is_not(tmp_path: Path) -> None:
    for user, code in (("", None), ("secret", "encrypted")):
        path = tmp_path / "a.pdf"
        canvas = Canvas(str(path), pagesize=(842, 595), encrypt=StandardEncryption(user, "owner", strength=128))
        TABLE.paint(canvas)
        canvas.save()
        if code is None:
            assert cells(only_grid(read_document(path))) == TABLE.expected()
        else:
            with pytest.raises(ReadError) as caught:
                read_document(path)
            assert caught.value.code == code


def test_truncation_is_not_repaired_in_silence(tmp_path: Path) -> None:
    path = typeset(tmp_path / "a.pdf", *[TABLE.paint] * 5)
    data = path.read_bytes()
    for share in (0.3, 0.6, 0.9, 0.99):
        path.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(ReadError) as caught:
            read_document(path)
        assert caught.value.code == "truncated"


def test_a_broken_cross_reference_table_is_a_critical_finding(tmp_path: Path) -> None:
    path = typeset(tmp_path / "a.pdf", TABLE.paint)
    data = path.read_bytes()
    start = data.rindex(b"startxref")
    path.write_bytes(data[:start] + b"startxref\n7\n%%EOF\n")
    document = read_document(path)
    assert cells(only_grid(document)) == TABLE.expected()
    [finding] = document.findings
    assert (finding.code, finding.severity) == ("damaged", Severity.CRITICAL)


def test_time_and_memory_are_limited(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(hostile.exploding_forms())
    with pytest.raises(ReadError) as caught:
        read_document(path, ReadLimits(memory=4 << 30, cpu_seconds=1, wall_seconds=20))
    assert caught.value.code == "timeout"
    with pytest.raises(ReadError) as caught:
        read_document(path, ReadLimits(memory=4 << 30, wall_seconds=0.5))
    assert caught.value.code == "timeout"
    with pytest.raises(ReadError, match="its pages took too long together") as caught:
        read_document(path, ReadLimits(memory=4 << 30, filing_seconds=0.5))
    assert caught.value.code == "timeout"


def test_what_a_server_adds_below_a_pdf_is_no_damage(tmp_path: Path) -> None:
    path = typeset(tmp_path / "a.pdf", TABLE.paint)
    path.write_bytes(path.read_bytes() + b"<html>not found</html>\n" * 200)
    document = read_document(path)
    assert cells(only_grid(document)) == TABLE.expected()
    assert not document.findings


def test_a_font_without_characters_is_not_data(tmp_path: Path) -> None:
    """Identity-H without ToUnicode: the file says which glyphs, not which characters."""
    font = b"<</Type/Font/Subtype/Type0/BaseFont/Nothing/Encoding/Identity-H/DescendantFonts[6 0 R]>>"
    descendant = (
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Nothing/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/FontDescriptor 7 0 R>>"
    )
    descriptor = b"<</Type/FontDescriptor/FontName/Nothing/Flags 4/FontBBox[0 -200 1000 900]>>"
    content = b"BT /F 10 Tf 60 500 Td <" + b"".join(b"%04x" % i for i in range(40, 200)) + b"> Tj ET"
    path = tmp_path / "a.pdf"
    path.write_bytes(
        hostile.one_page(content, more={5: font, 6: descendant, 7: descriptor}, resources=b"/Font<</F 5 0 R>>")
    )
    findings = [
        f for f in read_document(path).findings if f.severity is not Severity.INFO
    ]  # its line runs off the page
    codes = {(finding.code, finding.severity, finding.page) for finding in findings}
    assert codes == {("unreadable_text", Severity.CRITICAL, 1)}


def test_pages_of_a_large_document_come_back_in_order(tmp_path: Path) -> None:
    def numbered(number: int) -> Table:
        return Table([[f"第{number}页", "金额"], ["招商", f"{number}.00"]], (80 + number % 7 * 10, 80))

    path = typeset(tmp_path / "a.pdf", *(numbered(i).paint for i in range(1, 151)))
    document = read_document(path)
    assert [page.number for page in document.pages] == list(range(1, 151))
    assert [cells(grid)[0][0] for grid in document.grids()] == [f"第{i}页" for i in range(1, 151)]
    with pytest.raises(ReadError) as caught:
        read_document(path, ReadLimits(pages=100))
    assert caught.value.code == "too_large"


def leftovers(path: Path, times: int) -> tuple[int, int, int]:
    """Growth of open files, of memory in MB and of children over so many readings in this process."""
    process = psutil.Process()

    def state() -> tuple[int, int, int]:
        return process.num_fds(), process.memory_info().rss >> 20, len(process.children(recursive=True))

    for _ in range(3):
        read_document(path)
    before = state()
    for _ in range(times):
        read_document(path)
    return tuple(b - a for a, b in zip(before, state(), strict=True))  # type: ignore[return-value]


def test_reading_leaves_nothing_behind(tmp_path: Path) -> None:
    files, memory, children = leftovers(typeset(tmp_path / "a.pdf", TABLE.paint), 15)
    assert (files, children) == (0, 0)
    assert memory <= 4


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_a_thousand_documents_leave_nothing_behind(tmp_path: Path) -> None:
    files, memory, children = leftovers(typeset(tmp_path / "a.pdf", TABLE.paint), 1000)
    assert (files, children) == (0, 0)
    assert memory <= 16


def test_pdfium_gives_back_what_it_took(tmp_path: Path) -> None:
    """Within one process, as in a child that reads many pages: memory does not grow with the pages read."""
    from extract.pdf.content import page_content
    from extract.pdf.reader import read_page

    path = typeset(tmp_path / "a.pdf", *[TABLE.paint] * 4)
    document = pypdfium2.PdfDocument(path)
    process = psutil.Process(os.getpid())
    for _ in range(50):
        read_page(page_content(document, 0), 1)
    before = process.memory_info().rss
    for i in range(400):
        read_page(page_content(document, i % 4), i % 4 + 1)
    assert process.memory_info().rss - before < 8 << 20
    document.close()


@pytest.mark.long
def test_a_thousand_pages_take_no_more_memory_than_a_hundred(tmp_path: Path) -> None:
    import resource

    def peak(pages: int) -> int:
        path = typeset(tmp_path / f"{pages}.pdf", *[TABLE.paint] * pages)
        document = read_document(path)
        assert len(document.pages) == pages
        end_children()
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10

    few = peak(100)
    assert peak(1000) - few < 40
