"""What objects are clipped to: each by itself, though all are asked at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from extract.pdf import foreign
from extract.pdf.clips import CLIP_SLACK, NOWHERE
from extract.pdf.geometry import View
from extract.pdf.paint import read_paint

HEIGHT = 500.0


def clip(canvas: Canvas, *corners: tuple[float, float]) -> None:
    path = canvas.beginPath()
    path.moveTo(*corners[0])
    for corner in corners[1:]:
        path.lineTo(*corner)
    path.close()
    canvas.clipPath(path, stroke=0, fill=0)


def rectangle(x0: float, y0: float, x1: float, y1: float) -> list[tuple[float, float]]:
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def test_each_text_has_its_own_clips_and_their_intersection(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "clips.pdf"), pagesize=(500, HEIGHT))
    canvas.drawString(10, 10, "free")
    canvas.saveState()
    clip(canvas, *rectangle(50, 100, 250, 300))
    canvas.drawString(40, 110, "one")  # PDFium forgets a clip that cuts nothing
    clip(canvas, *rectangle(100, 50, 400, 200))
    canvas.drawString(90, 120, "two")
    canvas.restoreState()
    canvas.saveState()
    clip(canvas, (300, 300), (340, 420), (380, 310), (370, 305), (360, 302), (350, 301))
    canvas.drawString(280, 320, "polygon")
    canvas.restoreState()
    canvas.beginForm("form")
    clip(canvas, *rectangle(0, 0, 40, 20))
    canvas.drawString(-20, 0, "in a form, and beyond its edges")
    canvas.endForm()
    canvas.saveState()
    canvas.translate(200, 400)
    canvas.scale(2, 2)
    canvas.doForm("form")
    canvas.restoreState()
    canvas.save()

    def seen(x0: float, y0: float, x1: float, y1: float) -> list[float]:
        return [x0 - CLIP_SLACK, HEIGHT - y1 - CLIP_SLACK, x1 + CLIP_SLACK, HEIGHT - y0 + CLIP_SLACK]

    document = pypdfium2.PdfDocument(tmp_path / "clips.pdf")
    try:
        page = document[0]
        paint = read_paint(foreign.handle(page.raw), View.of((0, 0, 500, HEIGHT), 0))
    finally:
        document.close()
    assert paint.clips.tolist() == [
        list(NOWHERE),
        pytest.approx(seen(50, 100, 250, 300)),
        pytest.approx(seen(100, 100, 250, 200)),
        pytest.approx(seen(300, 300, 380, 420)),
        pytest.approx(seen(200, 400, 280, 440)),
    ]
    assert np.all(np.diff(paint.turns) > 0)
