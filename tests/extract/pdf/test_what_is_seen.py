"""What nobody sees on a page is not read, nor what is no text of it: struck text, watermarks, seals, /ActualText."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from extract.document import Document, Severity
from extract.pdf.reader import read_pdf
from tests.extract.pdf.typesetting import typeset

SEEN = ["Project A", "120.00"]
RED, GREY, WHITE = Color(0.86, 0.08, 0.08), Color(0.85, 0.85, 0.85), Color(1, 1, 1)


def page(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 10)
    canvas.setFillColor(Color(0, 0, 0))
    for number, text in enumerate(SEEN):
        canvas.drawString(100, 400 - 40 * number, text)


def white(canvas: Canvas) -> None:
    canvas.setFillColor(WHITE)
    canvas.drawString(200, 360, "77.00")


def transparent(canvas: Canvas) -> None:
    canvas.setFillAlpha(0)
    canvas.drawString(200, 360, "77.00")


def covered(canvas: Canvas) -> None:
    canvas.drawString(200, 360, "77.00")
    canvas.setFillColor(WHITE)
    canvas.rect(190, 350, 60, 25, stroke=0, fill=1)


def clipped(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.rect(300, 350, 50, 20)
    canvas.clipPath(path, stroke=0)
    canvas.drawString(200, 360, "77.00")


def struck(canvas: Canvas) -> None:
    canvas.drawString(200, 360, "77.00")
    canvas.line(199, 363.3, 227, 363.3)


def watermark(canvas: Canvas) -> None:
    canvas.setFillColor(GREY)
    canvas.setFont("Helvetica", 40)
    canvas.drawString(100, 350, "DRAFT")


def seal(canvas: Canvas) -> None:
    canvas.setFillColor(RED)
    for number, letter in enumerate("OFFICE SEAL"):
        angle = math.radians(160 - 14 * number)
        canvas.saveState()
        canvas.translate(130 + 40 * math.cos(angle), 360 + 40 * math.sin(angle))
        canvas.rotate(math.degrees(angle) - 90)
        canvas.drawString(0, 0, letter)
        canvas.restoreState()


def drawn(tmp_path: Path, *paints: Callable[[Canvas], None]) -> Document:
    def paint(canvas: Canvas) -> None:
        for one in paints:
            one(canvas)

    return read_pdf(typeset(tmp_path / "page.pdf", paint))


def lines(document: Document) -> list[str]:
    return [line.text for line in document.lines()]


@pytest.mark.parametrize(
    ("paint", "code"),
    [
        (white, "invisible_text"),
        (transparent, "invisible_text"),
        (covered, "invisible_text"),
        (clipped, "invisible_text"),
        (struck, "struck_text"),
        (watermark, "slanted_text"),
        (seal, "slanted_text"),
    ],
)
def test_what_is_not_seen_or_no_text_of_the_page_is_left_out(
    paint: Callable[[Canvas], None], code: str, tmp_path: Path
) -> None:
    """A white or covered amount was read beside the one that is seen; letters of seals stood in the cells."""
    document = drawn(tmp_path, page, paint)
    assert lines(document) == SEEN
    assert code in [finding.code for finding in document.findings]


def strewn(canvas: Canvas) -> None:
    """A small watermark, as large as the text: over the amount, between it and beside it."""
    canvas.setFillColor(GREY)
    canvas.setFont("Helvetica", 10)
    for x in (60, 112, 200):
        for y in (402, 380, 361):
            canvas.drawString(x, y, "INTERNAL")


def test_a_small_watermark_that_is_strewn_over_the_page_mixes_into_no_cell(tmp_path: Path) -> None:
    document = drawn(tmp_path, page, strewn)
    assert lines(document) == SEEN
    assert "slanted_text" in [finding.code for finding in document.findings]


def test_a_grey_word_that_stands_in_four_cells_is_read(tmp_path: Path) -> None:
    def grey(canvas: Canvas) -> None:
        canvas.setFillColor(GREY)
        for number in range(4):
            canvas.drawString(300, 400 - 40 * number, "none")

    assert "".join(lines(drawn(tmp_path, page, grey))).count("none") == 4


def noted(size: float, rise: float, note: str = "1", before: str = "41.00") -> Callable[[Canvas], None]:
    def paint(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        canvas.drawString(100, 400, before)
        canvas.setFont("Helvetica", size)
        canvas.drawString(100.3 + canvas.stringWidth(before, "Helvetica", 10), 400 + rise, note)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(200, 400, "7")

    return paint


@pytest.mark.parametrize(
    ("paint", "read"),
    [
        (noted(6, 4), "41.00¹7"),
        (noted(6, 4, "12"), "41.00¹²7"),
        (noted(7, 3.3), "41.00¹7"),
        (noted(6, 4, "3", "95%"), "95%³7"),
        (noted(9, 0), "41.0017"),
        (noted(6, 0), "41.0017"),
    ],
)
def test_a_small_raised_digit_is_a_note(paint: Callable[[Canvas], None], read: str, tmp_path: Path) -> None:
    """41.00 with the note 1 was 41.001, or 410,010 yuan."""
    assert "".join("".join(lines(drawn(tmp_path, paint))).split()) == read


def on_a_dark_ground(canvas: Canvas) -> None:
    canvas.setFillColor(Color(0, 0, 0.5))
    canvas.rect(190, 350, 60, 25, stroke=0, fill=1)
    white(canvas)


def under_a_clear_area(canvas: Canvas) -> None:
    canvas.drawString(200, 360, "77.00")
    canvas.setFillColor(Color(1, 1, 0, alpha=0.3))
    canvas.rect(190, 350, 60, 25, stroke=0, fill=1)


def within_its_clip(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.rect(190, 350, 60, 25)
    canvas.clipPath(path, stroke=0)
    canvas.drawString(200, 360, "77.00")


def underlined(canvas: Canvas) -> None:
    canvas.drawString(200, 360, "77.00")
    canvas.line(199, 358.5, 227, 358.5)


def red(canvas: Canvas) -> None:
    canvas.setFillColor(RED)
    canvas.drawString(200, 360, "77.00")


@pytest.mark.parametrize("paint", [on_a_dark_ground, under_a_clear_area, within_its_clip, underlined, red])
def test_what_is_seen_all_the_same_is_read(paint: Callable[[Canvas], None], tmp_path: Path) -> None:
    document = drawn(tmp_path, page, paint)
    assert "".join(lines(document)[1].split()) == "120.0077.00"
    assert not document.findings


def test_a_figure_that_is_cut_off_within_holds(tmp_path: Path) -> None:
    def cut(canvas: Canvas) -> None:
        path = canvas.beginPath()
        path.rect(190, 350, 25, 25)
        canvas.clipPath(path, stroke=0)
        canvas.drawString(200, 360, "12,345.00")

    document = drawn(tmp_path, page, cut)
    (finding,) = [finding for finding in document.findings if finding.code == "cut_text"]
    assert finding.severity is Severity.CRITICAL


def test_glyphs_are_read_and_not_what_stands_for_them(tmp_path: Path) -> None:
    """/ActualText said 9,999.00 where everybody sees 77.00."""

    def replaced(canvas: Canvas) -> None:
        canvas._code.append("/Span <</ActualText (9,999.00)>> BDC")
        canvas.drawString(200, 360, "77.00")
        canvas._code.append("EMC")

    document = drawn(tmp_path, page, replaced)
    assert "".join(lines(document)[1].split()) == "120.0077.00"


@pytest.mark.skipif("YUSUAN_FILINGS" not in os.environ, reason="YUSUAN_FILINGS names no folder of filings")
@pytest.mark.parametrize(
    "name",
    [
        "q01-amount-no-tounicode",
        "q02-amount-tounicode-pua",
        "q21-target-no-tounicode-short",
        "q22-lone-surrogate-in-tounicode",
    ],
)
def test_a_few_glyphs_without_a_character_hold_a_page_with_a_table(name: str) -> None:
    """Below 5 % of a page nothing was said: an amount was lost, a goal published as ᭙ΰහ葋ნΰ䗂Ҳ."""
    document = read_pdf(Path(os.environ["YUSUAN_FILINGS"]) / "troubles" / "pdf" / f"{name}.pdf")
    (finding,) = [finding for finding in document.findings if finding.code == "illegible_characters"]
    assert finding.severity is Severity.CRITICAL
