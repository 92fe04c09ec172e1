"""What stands on a PDF's pages: characters, rules, areas and images, from PDFium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from extract.errors import ReadError
from extract.pdf import foreign
from extract.pdf.annotations import with_fields
from extract.pdf.characters import Characters, read_characters, turn_of_text
from extract.pdf.fonts import Purpose, use_fonts
from extract.pdf.geometry import View
from extract.pdf.lost_characters import count_silent
from extract.pdf.objects import Objects, read_objects
from extract.pdf.paint import Paint, read_paint, take_replacements
from extract.pdf.paths import Drawing, read_drawing
from extract.pdf.raised import with_notes_raised

LARGEST_PAGE = 14_400.0
"""Points; 200 inches, the largest page that PDF 1.x knows. No filing is printed on more."""
_TAIL = 2_048


@dataclass(frozen=True, slots=True)
class PageContent:
    """A page's characters and drawing in its view, and how many objects, of them texts, were found on it."""

    view: View
    characters: Characters
    drawing: Drawing
    objects: int
    texts: int
    silent: int = 0
    """Texts that PDFium gives no character for, and whose font the file does not bring."""
    lost: str = ""
    """Characters that another parser finds and PDFium does not (see `lost_characters.UNKNOWN`)."""


@contextmanager
def opened(path: Path, purpose: Purpose = Purpose.READ) -> Iterator[pypdfium2.PdfDocument]:
    """The document, closed afterwards. Raises ReadError `not_a_document`, `truncated`, `encrypted` or `no_pages`.

    Its text is right for `READ`, its pictures are for `DRAW`; a process has one purpose at a time.
    """
    use_fonts(purpose)
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise _cannot_open(path, error) from error
    try:
        if len(document) < 1:
            raise ReadError("no_pages", f"{path.name} has no pages; fetch it again or ask its publisher")
        yield document
    finally:
        document.close()


def page_content(document: pypdfium2.PdfDocument, index: int) -> PageContent:
    """What stands on a page; everything of PDFium's is released again."""
    try:
        page = with_fields(document, document[index], index)
    except pypdfium2.PdfiumError as error:
        raise ReadError("truncated", f"page {index + 1} cannot be loaded; fetch the file again") from error
    try:
        left, bottom, right, top = page.get_bbox()
        if max(right - left, top - bottom) > LARGEST_PAGE:
            size = f"{right - left:,.0f} × {top - bottom:,.0f} points"
            raise ReadError("too_large", f"page {index + 1} is {size}, more than {LARGEST_PAGE:,.0f}; it was not read")
        text = page.get_textpage()
        try:
            text_handle = foreign.handle(text.raw)
            objects = read_objects(foreign.handle(page.raw), index + 1)
            view = View.of((left, bottom, right, top), turn_of_text(text_handle, page.get_rotation()))
            drawing = read_drawing(objects, view, index + 1)
            paint = read_paint(foreign.handle(page.raw), view)
            hidden, plain, edges = objects.hidden_text, objects.plain_text, drawing.horizontal
            characters = read_characters(text_handle, view, hidden, plain, paint, edges)
            silent = count_silent(text_handle, objects.texts)
            if take_replacements(objects.texts):
                characters = _by_glyphs(page, view, objects, paint, drawing, characters)
            return PageContent(view, with_notes_raised(characters), drawing, objects.count, len(objects.texts), silent)
        finally:
            text.close()
    finally:
        page.close()


def _by_glyphs(
    page: pypdfium2.PdfPage, view: View, objects: Objects, paint: Paint, drawing: Drawing, replaced: Characters
) -> Characters:
    """The characters as their glyphs show them; as /ActualText says where glyphs are unreadable."""
    text = page.get_textpage()
    try:
        handle = foreign.handle(text.raw)
        hidden, plain = objects.hidden_text, objects.plain_text
        shown = read_characters(handle, view, hidden, plain, paint, drawing.horizontal)
    finally:
        text.close()
    return replaced if shown.unreadable > replaced.unreadable else shown


def _cannot_open(path: Path, error: pypdfium2.PdfiumError) -> ReadError:
    if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower():
        return ReadError(
            "encrypted", f"{path.name} is encrypted and asks for a password; ask its publisher for an open one"
        )
    if getattr(error, "err_code", None) == pdfium.FPDF_ERR_SECURITY:
        return ReadError(
            "encrypted", f"{path.name} is encrypted in a way no reader knows; ask its publisher for an open one"
        )
    with path.open("rb") as file:
        head = file.read(1_024)
        file.seek(max(0, path.stat().st_size - _TAIL))
        tail = file.read()
    if b"%PDF-" not in head:
        return ReadError("not_a_document", f"{path.name} is not a PDF: it does not begin with %PDF-")
    if b"%%EOF" not in tail:
        return ReadError("truncated", f"{path.name} is cut off: it has no end mark; fetch it again")
    if getattr(error, "err_code", None) == pdfium.FPDF_ERR_SUCCESS:  # PDFium's answer to an empty page tree
        return ReadError("no_pages", f"{path.name} has no pages; fetch it again or ask its publisher")
    return ReadError("not_a_document", f"{path.name} cannot be opened as a PDF: {error}")
