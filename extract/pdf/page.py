"""A real pdfplumber page whose objects come from PDFium: crop, filter, find tables, everything pdfplumber can do.

The reader itself does not need it; it is there to look into a page with the tools one knows, several times as fast, and
to prove the arrays right: pdfplumber's own table code over these objects gives what it gives over its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pypdfium2
from pdfplumber.page import Page

from extract.pdf.content import opened, page_content


class _Pdf:
    """What pdfplumber asks of the PDF a page belongs to."""

    laparams = None
    unicode_norm = None


class PdfiumPage(Page):
    """Page `index` (from 0) of a document; coordinates as in `extract.document`, overprints already dropped."""

    def __init__(self, document: pypdfium2.PdfDocument, index: int, initial_doctop: float = 0.0) -> None:
        content = page_content(document, index)
        view, self._characters, self._drawing = content.view, content.characters, content.drawing
        # pdfplumber's page wants its own document and pdfminer's page here; it asks no more of them than this.
        self.pdf = _Pdf()  # type: ignore[assignment]
        self.page_obj = None  # type: ignore[assignment]
        self.root_page = self
        self.page_number = index + 1
        self.initial_doctop = initial_doctop
        self.rotation = view.turn
        self.bbox = self.mediabox = self.cropbox = (0, 0, view.width, view.height)
        self.get_textmap = lru_cache()(self._get_textmap)

    @property
    def objects(self) -> dict[str, list[dict[str, Any]]]:
        if not hasattr(self, "_objects"):
            self._objects = {"char": self._chars(), "line": self._lines(), "rect": self._rects()}
        return self._objects

    def close(self) -> None:
        self.flush_cache()
        self.get_textmap.cache_clear()

    def _object(self, kind: str, x0: float, top: float, x1: float, bottom: float) -> dict[str, Any]:
        return {
            "object_type": kind,
            "page_number": self.page_number,
            "x0": x0,
            "x1": x1,
            "top": top,
            "bottom": bottom,
            "y0": self.height - bottom,
            "y1": self.height - top,
            "doctop": self.initial_doctop + top,
            "width": x1 - x0,
            "height": bottom - top,
        }

    def _chars(self) -> list[dict[str, Any]]:
        read = self._characters
        columns = (read.x0, read.top, read.x1, read.bottom, read.codes, read.direction, read.size)
        return [
            self._object("char", x0, top, x1, bottom)
            | {"text": chr(code), "upright": direction % 2 == 0, "size": size, "fontname": ""}
            for x0, top, x1, bottom, code, direction, size in zip(*(c.tolist() for c in columns), strict=True)
        ]

    def _lines(self) -> list[dict[str, Any]]:
        lies, stands = self._drawing.horizontal, self._drawing.vertical
        boxes = [(start, at, end, at) for at, start, end in zip(lies.at, lies.start, lies.end, strict=True)]
        boxes += [(at, start, at, end) for at, start, end in zip(stands.at, stands.start, stands.end, strict=True)]
        return [
            self._object("line", *map(float, box)) | {"stroke": True, "fill": False, "pts": [box[:2], box[2:]]}
            for box in boxes
        ]

    def _rects(self) -> list[dict[str, Any]]:
        return [
            self._object("rect", *box) | {"stroke": False, "fill": True, "pts": []}
            for box in self._drawing.fills.tolist()
        ]


@contextmanager
def pdfplumber_pages(path: Path) -> Iterator[Iterator[PdfiumPage]]:
    """The pages of a PDF, one at a time; each is closed when the next is asked for."""

    def pages(document: pypdfium2.PdfDocument) -> Iterator[PdfiumPage]:
        top = 0.0
        for index in range(len(document)):
            page = PdfiumPage(document, index, top)
            top += page.height
            yield page
            page.close()

    with opened(path) as document:
        yield pages(document)
