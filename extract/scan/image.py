"""A page of a PDF as an upright grey picture of known resolution."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
from numpy.typing import NDArray

from extract.pdf import foreign
from extract.pdf.fonts import is_drawn

Grey = NDArray[np.uint8]
Mask = NDArray[np.uint8]
"""0 or 255, 255 where there is something."""

DPI = 200
LARGEST_SKEW = 3.5
"""Degrees; a steeper slope is a drawing's, not a sheet's that lay askew."""
_SMALLEST, _A4, _LARGEST = 500.0, 842.0, 1_300.0
"""Points of a page's longer side: a page beyond these was given its picture's pixels as points and counts as A4."""
_SAMPLE = 64
_SPECK = 2
"""Pixels; a decimal point has at least four."""


@dataclass(frozen=True, slots=True)
class PageImage:
    """`grey` (rows × columns, 0 black to 255 white) at DPI pixels an inch of paper; `points` of the page per pixel."""

    grey: Grey
    points: float
    skew: float = 0.0
    """Degrees by which the sheet lay askew, clockwise; already taken out."""


def page_image(page: pypdfium2.PdfPage) -> PageImage:
    """The page drawn by PDFium, its specks removed and its skew taken out."""
    longer = max(page.get_size())
    paper = longer if _SMALLEST <= longer <= _LARGEST else _A4
    scale = DPI / 72 * paper / longer
    bitmap = page.render(scale=scale)
    drawn = bitmap.to_numpy()
    # The red channel shows black and blue ink, but no red seal.
    red = drawn[:, :, 2] if drawn.ndim == 3 else drawn
    grey = np.ascontiguousarray(red).copy()
    bitmap.close()
    return deskewed(PageImage(_without_specks(grey), 1 / scale))


def font_is_missing(page: pypdfium2.PdfPage) -> bool:
    """Whether the page's text cannot be drawn as it was printed: a font is not in the file, and the text names no
    characters, or some that no font of ours has."""
    text = page.get_textpage()
    count = text.count_chars()
    try:
        for at in range(0, count, max(1, count // _SAMPLE)):
            if pdfium.FPDFText_HasUnicodeMapError(text, at) == 1 and not _is_embedded(text, at):
                return True
        return any(_is_undrawn(text, at) for at in range(count))
    finally:
        text.close()


def _is_undrawn(text: pypdfium2.PdfTextPage, at: int) -> bool:
    code = pdfium.FPDFText_GetUnicode(text, at)
    return (
        not is_drawn(code)
        and not _is_embedded(text, at)
        and pdfium.FPDFTextObj_GetTextRenderMode(pdfium.FPDFText_GetTextObject(text, at)) != foreign.RENDER_INVISIBLE
    )


def _is_embedded(text: pypdfium2.PdfTextPage, at: int) -> bool:
    drawing = pdfium.FPDFText_GetTextObject(text, at)
    return not drawing or pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(drawing)) == 1


def turned(image: PageImage, quarters: int) -> PageImage:
    """The picture turned clockwise by quarter turns."""
    return replace(image, grey=np.ascontiguousarray(np.rot90(image.grey, -quarters)))


def deskewed(image: PageImage) -> PageImage:
    """The picture turned so that its long lines lie level; without lines, its rows of text."""
    skew = skew_of(image.grey)
    if abs(skew) < 0.02:
        return image
    height, width = image.grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1)
    paper = int(np.median(image.grey[:: DPI // 8, :: DPI // 8]))
    level = cv2.warpAffine(image.grey, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(paper,))
    return replace(image, grey=level.astype(np.uint8), skew=skew)


def ink_of(grey: Grey) -> Mask:
    """Where the page is darker than its surroundings."""
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 15)
    return ink.astype(np.uint8)


def skew_of(grey: Grey) -> float:
    """Slope of the page's long thin marks in degrees (positive: falling to the right), 0 if it has none."""
    half = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.uint8)
    ink = ink_of(half)
    lines = cv2.morphologyEx(ink, cv2.MORPH_OPEN, _bar(0.07, 0))
    slope = _slope(cv2.dilate(lines, np.ones((3, _half_pixels(0.06)), np.uint8)), 1.2)
    if slope is None:  # no rules: characters run together into rows of text
        slope = _slope(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, _bar(0.12, 0)), 1.5)
    return slope if slope is not None and abs(slope) <= LARGEST_SKEW else 0.0


def _half_pixels(inches: float) -> int:
    return max(1, round(inches * DPI / 2))


def _bar(width: float, height: float) -> Mask:
    return np.ones((_half_pixels(height), _half_pixels(width)), np.uint8)


def _slope(marks: NDArray[np.generic], shortest: float) -> float | None:
    """Median slope, weighted by length, of the marks at least `shortest` inches long."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(marks.astype(np.uint8), connectivity=8)
    angles: list[float] = []
    weights: list[int] = []
    for number in range(1, count):
        left, top, width, height = stats[number, :4].tolist()
        if width < _half_pixels(shortest) or height > 0.12 * width + 8:
            continue
        ys, xs = np.nonzero(labels[top : top + height, left : left + width] == number)
        angles.append(math.degrees(math.atan(float(np.polyfit(xs, ys, 1)[0]))))
        weights.append(width)
    if not angles:
        return None
    order = np.argsort(angles)
    sums = np.cumsum(np.array(weights)[order])
    return float(angles[order[int(np.searchsorted(sums, sums[-1] / 2))]])


def _without_specks(grey: Grey) -> Grey:
    """White where lone pixels are dark: dust, and what a JPEG leaves beside letters."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink_of(grey), connectivity=8)
    small = stats[:count, cv2.CC_STAT_AREA] <= _SPECK
    small[0] = False
    clean = grey.copy()
    clean[small[labels]] = 255
    return clean
