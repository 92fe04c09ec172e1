"""Tables typeset as PDF for the tests, beside the exact cells that must be read back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from extract.document import Document, Grid

SONG = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(SONG))

SUBSET = "SubsetSong"


def embed_subset(text: str) -> str:
    """A TrueType font for `text`, embedded as a subset with a ToUnicode table; returns its name.

    reportlab brings one TrueType font, Latin only. Its glyphs stand in for the characters: their shapes are wrong, what
    a reader goes by (glyph numbers, widths, the map to Unicode) is as in any subset.
    """
    font = TTFont(SUBSET, "Vera.ttf")
    glyphs = sorted(set(font.face.charToGlyph.values()))[3:]
    for i, character in enumerate(sorted(set(text) - {" "})):
        font.face.charToGlyph[ord(character)] = glyphs[i % len(glyphs)]
        font.face.charWidths[ord(character)] = 1000 if ord(character) >= 0x2E80 else 500
    pdfmetrics.registerFont(font)
    return SUBSET


A4_LANDSCAPE = (842.0, 595.0)
Draw = Callable[[Canvas, float, float, float, float], None]


@dataclass(frozen=True)
class Span:
    """A cell over several rows or columns."""

    text: str
    rows: int = 1
    columns: int = 1


Entry = str | Span | None
"""A cell's text, a span, or None where a span covers."""


def line(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    canvas.line(x0, y0, x1, y1)


def thin_rectangle(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    """Half a point wide and filled: how Word, Excel and WPS draw a border."""
    canvas.rect(min(x0, x1), min(y0, y1), max(abs(x1 - x0), 0.5), max(abs(y1 - y0), 0.5), stroke=0, fill=1)


def dashes(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    """Pieces of two points with gaps of two, each a path of its own."""
    length = max(abs(x1 - x0), abs(y1 - y0))
    across, down = (x1 - x0) / length, (y1 - y0) / length
    for i in range(0, int(length) + 1, 4):
        end = min(i + 2, length)
        canvas.line(x0 + across * i, y0 + down * i, x0 + across * end, y0 + down * end)


def double_line(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    shift_x, shift_y = (1.5, 0.0) if x0 == x1 else (0.0, 1.5)
    canvas.line(x0, y0, x1, y1)
    canvas.line(x0 + shift_x, y0 + shift_y, x1 + shift_x, y1 + shift_y)


@dataclass
class Table:
    """A table with its left top corner at (`left`, `top` from the page's lower edge), wrapped at the cells' widths."""

    rows: Sequence[Sequence[Entry]]
    widths: Sequence[float]
    left: float = 60
    top: float = 520
    size: float = 9
    padding: float = 3
    font: str = SONG
    draw: Draw = line
    outer: bool = True
    upright: bool = True
    level: bool = True
    heights: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.heights:
            self.heights = [self._height(row) for row in self.rows]

    def _height(self, row: Sequence[Entry]) -> float:
        single = [(i, cell) for i, cell in enumerate(row) if isinstance(cell, str)]
        lines = max([len(self.wrapped(cell, self.widths[i])) for i, cell in single], default=1)
        return max(1, lines) * self.size * 1.2 + 2 * self.padding

    def wrapped(self, text: str, width: float) -> list[str]:
        lines: list[str] = []
        for part in text.split("\n"):
            current = ""
            for character in part:
                if pdfmetrics.stringWidth(current + character, self.font, self.size) > width - 2 * self.padding:
                    lines.append(current)
                    current = ""
                current += character
            lines.append(current)
        return lines

    def expected(self) -> list[list[str | None]]:
        """The rows as a reader must give them: lines as wrapped, None where a span covers."""
        out: list[list[str | None]] = []
        for row in self.rows:
            out.append([None if cell is None else "\n".join(self._lines(cell, i)) for i, cell in enumerate(row)])
        return out

    def _lines(self, cell: str | Span, column: int) -> list[str]:
        text, columns = (cell.text, cell.columns) if isinstance(cell, Span) else (cell, 1)
        return self.wrapped(text, sum(self.widths[column : column + columns]))

    def paint(self, canvas: Canvas) -> None:
        y = self.top
        n_rows, n_columns = len(self.rows), len(self.widths)
        for i, row in enumerate(self.rows):
            x = self.left
            for j, cell in enumerate(row):
                if cell is not None:
                    rows, columns = (cell.rows, cell.columns) if isinstance(cell, Span) else (1, 1)
                    width, height = sum(self.widths[j : j + columns]), sum(self.heights[i : i + rows])
                    self._borders(canvas, (x, y, width, height), (i, j, i + rows, j + columns), (n_rows, n_columns))
                    self.write(canvas, self._lines(cell, j), x, y)
                x += self.widths[j]
            y -= self.heights[i]

    def _borders(
        self,
        canvas: Canvas,
        box: tuple[float, float, float, float],
        place: tuple[int, int, int, int],
        size: tuple[int, int],
    ) -> None:
        x, y, width, height = box
        first_row, first_column, last_row, last_column = place
        if self.level:
            if first_row > 0 or self.outer:
                self.draw(canvas, x, y, x + width, y)
            if last_row < size[0] or self.outer:
                self.draw(canvas, x, y - height, x + width, y - height)
        if self.upright:
            if first_column > 0 or self.outer:
                self.draw(canvas, x, y, x, y - height)
            if last_column < size[1] or self.outer:
                self.draw(canvas, x + width, y, x + width, y - height)

    def write(self, canvas: Canvas, lines: Sequence[str], x: float, y: float) -> None:
        canvas.setFont(self.font, self.size)
        for k, text in enumerate(lines):
            canvas.drawString(x + self.padding, y - self.padding - self.size * (1.2 * k + 0.95), text)


def typeset(path: Path, *pages: Callable[[Canvas], None], size: tuple[float, float] = A4_LANDSCAPE) -> Path:
    """A PDF of the pages that the functions paint."""
    canvas = Canvas(str(path), pagesize=size)
    for paint in pages:
        canvas.setLineWidth(0.5)
        paint(canvas)
        canvas.showPage()
    canvas.save()
    return path


def cells(grid: Grid) -> list[list[str | None]]:
    return [[cell.text if cell else None for cell in row] for row in grid.rows()]


def only_grid(document: Document) -> Grid:
    grids = list(document.grids())
    assert len(grids) == 1, [(grid.n_rows, grid.n_columns) for grid in grids]
    return grids[0]
