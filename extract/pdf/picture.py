"""A page as a picture, turned as the reader turned it, so that the cells it found can be drawn on it."""

from __future__ import annotations

import io
from pathlib import Path

from extract.errors import ReadError
from extract.pdf import foreign
from extract.pdf.characters import turn_of_text
from extract.pdf.content import opened
from extract.pdf.fonts import Purpose

SCALE = 1.5
"""Pixels per point."""
LARGEST = 2_000
"""Pixels of the longer side."""


def page_picture(path: Path, number: int) -> bytes:
    """Page `number` (from 1) as PNG. Raises ReadError as `opened` does, and when there is no such page."""
    return _drawn(path, number, SCALE, LARGEST)


def large_page_picture(path: Path, number: int) -> bytes:
    """`page_picture` with twice as many pixels a side."""
    return _drawn(path, number, 2 * SCALE, 2 * LARGEST)


def _drawn(path: Path, number: int, most: float, largest: int) -> bytes:
    with opened(path, Purpose.DRAW) as document:
        if not 1 <= number <= len(document):
            raise ReadError("no_pages", f"{path.name} has no page {number}")
        page = document[number - 1]
        text = page.get_textpage()
        turn = turn_of_text(foreign.handle(text.raw), page.get_rotation())
        text.close()
        scale = min(most, largest / max(page.get_size()))
        picture = page.render(scale=scale, rotation=(turn - page.get_rotation()) % 360).to_pil()
        page.close()
        out = io.BytesIO()
        picture.convert("P").save(out, "PNG", optimize=True)
        return out.getvalue()
