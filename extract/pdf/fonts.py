"""Which fonts PDFium takes for those that a file does not embed: ours, so that nothing depends on the machine's.

To read, fonts of small squares (`extract.pdf.squares`): PDFium's text page drops a text object whose glyphs have no
extent, and widens boxes to the glyphs of whatever font it finds. To draw, Noto Sans and Noto Serif of the package
`pylopdf-fonts-zh-cn`, and PDFium's own for the standard fonts. Symbol and Dingbats PDFium never asks for.
"""

from __future__ import annotations

import ctypes
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn as noto
import pypdfium2.raw as pdfium
from fontTools.ttLib import TTFont

from extract.pdf.squares import ANY, FACES, FOLDER


class Purpose(Enum):
    """What a process opens documents for; the fonts that stand in for others are right for one of them."""

    READ = "read"
    DRAW = "draw"


_SONG = (b"song", b"sun", b"ming", b"serif", b"roman", b"kai", b"fang")
"""Parts of names of fonts that are drawn with a brush's strokes."""
_FILES: list[Path] = [*(FOLDER / f"{name}.ttf" for name in FACES), noto.sans_path(), noto.serif_path()]
_HANDLES = {name: number for number, name in enumerate(FACES, start=1)}
"""What PDFium is told as a font's handle: its place in `_FILES`, from 1."""
_SANS, _SERIF = len(_FILES) - 1, len(_FILES)

_LAST_CONTROL = 0x20
_CONTROLS = frozenset({0x7F, 0xAD, 0xFEFF, 0xFFFE, 0xFFFF})
"""What PDFium gives beside characters that are drawn, above the blank."""

_purpose = Purpose.READ


def is_drawn(code: int) -> bool:
    """Whether the fonts for drawing have the character, or there is nothing to draw."""
    return code <= _LAST_CONTROL or code in _drawn_codes()


@cache
def _drawn_codes() -> frozenset[int]:
    """What both have, so that it does not matter which of them is taken."""
    sans, serif = (TTFont(path, lazy=True).getBestCmap().keys() for path in (noto.sans_path(), noto.serif_path()))
    return frozenset(sans & serif) | _CONTROLS


def use_fonts(purpose: Purpose) -> None:
    """From now on PDFium asks this process's machine for no font; what is open already keeps the fonts it has."""
    global _purpose
    _purpose = purpose
    _installed()


@cache
def _installed() -> Any:
    """The callbacks, kept alive as long as the process."""
    kinds = dict(pdfium.FPDF_SYSFONTINFO._fields_)
    info = pdfium.FPDF_SYSFONTINFO()
    info.version = 2
    info.MapFont = kinds["MapFont"](_map_font)
    info.GetFontData = kinds["GetFontData"](_get_font_data)
    pdfium.FPDF_SetSystemFontInfo(info)
    return info


def _map_font(*asked: Any) -> int | None:
    """The font for the name that is asked for, the sixth argument; weight, slant and character set do not matter."""
    name = ctypes.cast(asked[5], ctypes.c_char_p).value or b""
    standard = _HANDLES.get(name.decode("ascii", "replace"))
    if _purpose is Purpose.READ:
        return standard or _HANDLES[ANY]
    if standard:
        return None
    return _SERIF if any(part in name.lower() for part in _SONG) else _SANS


def _get_font_data(_: Any, font: int, table: int, buffer: Any, size: int) -> int:
    if table:
        return 0  # none of them is a collection; no other table is asked of a font that is not listed
    data = _data(font)
    if buffer and size >= len(data):
        ctypes.memmove(buffer, data, len(data))
    return len(data)


@cache
def _data(font: int) -> bytes:
    return _FILES[font - 1].read_bytes()
