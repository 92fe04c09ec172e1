"""What of a workbook's cell is seen: no struck runs, none in the colour of its ground; raised digits stay raised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import xlrd
from openpyxl.cell import Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.styles.colors import COLOR_INDEX, Color

from extract.grids import RAISED

_WHITE = "FFFFFF"
_PALE = 0xF8
_AUTOMATIC = 0x7FFF
"""The colour of XLS that is black on white, whatever the palette says."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a cell's text, and how it is drawn."""

    text: str
    struck: bool = False
    raised: bool = False
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class SeenText:
    """A cell's text as it is seen, and what of it was left out."""

    text: str
    struck: str = ""
    unseen: str = ""


def seen(runs: Iterable[Run]) -> SeenText:
    text, struck, unseen = "", "", ""
    for run in runs:
        if run.struck:
            struck += run.text
        elif run.unseen:
            unseen += run.text
        else:
            text += run.text.translate(RAISED) if run.raised else run.text
    return SeenText(text, struck.strip(), unseen.strip())


def runs_of(cell: Cell) -> list[Run]:
    """The runs of an XLSX cell's text, [] if it is no text of several."""
    if not isinstance(cell.value, CellRichText):
        return []
    ground, whole = _ground(cell), is_unseen(cell)
    found: list[Run] = []
    for part in cell.value:
        if isinstance(part, TextBlock):
            font = part.font
            unseen = font.color is not None and _rgb(font.color) == ground  # without a colour it is black
            found.append(Run(part.text, bool(font.strike), font.vertAlign == "superscript", unseen))
        else:
            found.append(Run(str(part), struck=bool(cell.font.strike), unseen=whole))
    return found


def is_unseen(cell: Cell) -> bool:
    """Whether a cell's font has the colour of its ground."""
    return cell.font is not None and cell.font.color is not None and _rgb(cell.font.color) == _ground(cell)


def is_on_paper(cell: Cell) -> bool:
    """Whether nothing is painted behind a cell's text."""
    return _ground(cell) == _WHITE


def _ground(cell: Cell) -> str | None:
    """The colour behind a cell's text; None if it is of a theme, or a pattern."""
    if cell.fill is None or not cell.fill.fill_type:
        return _WHITE
    return _rgb(cell.fill.fgColor) if cell.fill.fill_type == "solid" else None


def _rgb(color: Color | None) -> str | None:
    """Red, green and blue, whatever the alpha, which spreadsheet programs ignore; None if only the theme knows."""
    if color is None:
        return None
    if color.type == "rgb":
        return _told_from_paper(str(color.rgb)[-6:].upper())
    if color.type == "indexed":
        return _told_from_paper(COLOR_INDEX[color.indexed][-6:].upper()) if color.indexed < len(COLOR_INDEX) else None
    if color.type != "theme" or color.tint:  # tinted, white is a grey
        return None
    return _WHITE if color.theme == 0 else f"theme {color.theme}"


def _told_from_paper(color: str) -> str:
    """The colour; white for what nobody can tell from it."""
    near = all(color[at : at + 2] >= "F8" for at in (0, 2, 4))
    return _WHITE if near else color


def xls_runs(book: xlrd.Book, sheet: xlrd.sheet.Sheet, row: int, column: int, text: str) -> Sequence[Run]:
    """The runs of an XLS cell's text; one for a number or a text in one font."""
    style = book.xf_list[sheet.cell_xf_index(row, column)]
    cuts = [(0, style.font_index), *sheet.rich_text_runlist_map.get((row, column), ())]
    ground = _xls_ground(book, style)
    ends = [start for start, _ in cuts[1:]] + [len(text)]
    runs: list[Run] = []
    for (start, index), end in zip(cuts, ends, strict=True):
        font = book.font_list[index]
        color = None if font.colour_index == _AUTOMATIC else book.colour_map.get(font.colour_index)
        raised = font.escapement == 1 and len(cuts) > 1
        unseen = color is not None and ground is not None and (color == ground or min(*color, *ground) >= _PALE)
        runs.append(Run(text[start:end], bool(font.struck_out), raised, unseen))
    return runs


def _xls_ground(book: xlrd.Book, style: xlrd.formatting.XF) -> tuple[int, int, int] | None:
    pattern = style.background.fill_pattern
    if pattern == 0:
        return (255, 255, 255)
    found: tuple[int, int, int] | None = book.colour_map.get(style.background.pattern_colour_index)
    return found if pattern == 1 else None
