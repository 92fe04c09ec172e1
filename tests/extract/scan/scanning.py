"""A scanner for tests: pages of a PDF printed, laid askew, scanned with noise, stored as JPEG in a new PDF."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from extract.pdf.content import opened
from extract.pdf.fonts import Purpose
from samples import typeset as samples

PRINT = Path(samples.__file__).parent / "pdf" / "panyu-2025.pdf"


@dataclass(frozen=True, kw_only=True)
class Scanner:
    """How a sheet lies and what the machine makes of it."""

    dpi: int = 200
    skew: float = 0.7
    """Degrees, clockwise."""
    noise: float = 8.0
    """Standard deviation of a pixel, in grey levels."""
    dust: float = 0.00002
    """Share of the pixels that are black specks."""
    blur: float = 0.4
    """Radius in pixels."""
    contrast: float = 0.85
    """Of ink against paper."""
    quality: int = 70
    """Of the JPEG."""

    def scan(self, source: Path, target: Path, pages: Iterable[int] | None = None) -> Path:
        """`target`: the pages (from 0; all by default) of `source` as pictures."""
        with opened(source, Purpose.DRAW) as document:
            sheets = [self.sheet(document[at], at) for at in (range(len(document)) if pages is None else pages)]
        sheets[0].save(
            target, "PDF", save_all=True, append_images=sheets[1:], resolution=self.dpi, quality=self.quality
        )
        return target

    def sheet(self, page: pypdfium2.PdfPage, seed: int = 0) -> Image.Image:
        """One page as the scanner sees it."""
        random = np.random.default_rng(seed)
        picture = page.render(scale=self.dpi / 72, grayscale=True).to_pil().convert("L")
        picture = picture.rotate(-self.skew, resample=Image.Resampling.BICUBIC, fillcolor=255)
        picture = picture.filter(ImageFilter.GaussianBlur(self.blur))
        grey = 255 - (255 - np.asarray(picture, np.float32)) * self.contrast - 6
        grey += random.normal(0, self.noise, grey.shape)
        grey[random.random(grey.shape) < self.dust] = 60
        return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))


def ruled_sheet(rows: Sequence[Sequence[str]], *, column: int = 420, height: int = 90) -> Image.Image:
    """An A4 sheet at 200 dpi with a ruled table of words in Latin letters and digits: no Chinese font is needed."""
    sheet = Image.new("L", (1654, 1169), 250)
    pen = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(32)
    right, bottom = 150 + column * len(rows[0]), 150 + height * len(rows)
    for number, row in enumerate(rows):
        pen.line((150, 150 + height * number, right, 150 + height * number), fill=20, width=2)
        for place, text in enumerate(row):
            pen.text((150 + column * place + 30, 150 + height * number + 24), text, font=font, fill=30)
    pen.line((150, bottom, right, bottom), fill=20, width=2)
    for place in range(len(rows[0]) + 1):
        pen.line((150 + column * place, 150, 150 + column * place, bottom), fill=20, width=2)
    return sheet
