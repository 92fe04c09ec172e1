"""`python -m extract.pdf.squares`: makes the fonts of `squares/`, which stand for fonts that a file does not embed.

Each shows one small square for every character. What counts is that it has an extent, that it never reaches beyond a
character's own box, and what PDFium takes from a font where the file says nothing: ascent, descent and, of the standard
fonts, the widths.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "squares"
ANY = "Any"
"""Of all fonts but the standard ones."""
FACES = {
    ANY: (880, -120),
    "Courier": (803, -250),
    "Courier-Bold": (811, -250),
    "Courier-BoldOblique": (811, -250),
    "Courier-Oblique": (803, -250),
    "Helvetica": (945, -225),
    "Helvetica-Bold": (962, -228),
    "Helvetica-BoldOblique": (962, -228),
    "Helvetica-Oblique": (951, -225),
    "Times-Bold": (889, -250),
    "Times-BoldItalic": (869, -250),
    "Times-Italic": (868, -250),
    "Times-Roman": (878, -250),
}
"""Ascent and descent: the standard fonts' are those of the ones that PDFium brings, which it rounds towards zero."""
_EM, _SQUARE = 1000, 20
_WIDE, _LAST = 0x2E80, 0x30000
"""Characters from here on are an em wide, those before half an em; none beyond is printed in a filing."""


def square_font(name: str) -> bytes:
    """The font's bytes, the same every time."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.ttLib import newTable
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

    ascent, descent = FACES[name]
    widths = _widths(name)
    advances = {".notdef": _EM} | {_glyph(width): width for width in sorted(set(widths.values()))}
    builder = FontBuilder(_EM, isTTF=True)
    builder.setupGlyphOrder(list(advances))
    builder.setupGlyf({glyph: _square() for glyph in advances})
    builder.setupHorizontalMetrics({glyph: (width, 0) for glyph, width in advances.items()})
    builder.setupHorizontalHeader(ascent=ascent, descent=descent)
    many_to_one = CmapSubtable.newSubtable(13)
    many_to_one.platformID, many_to_one.platEncID, many_to_one.language = 0, 6, 0
    many_to_one.format, many_to_one.reserved, many_to_one.length = 13, 0, 0
    many_to_one.cmap = {code: _glyph(width) for code, width in widths.items()}
    font = builder.font
    font["cmap"] = newTable("cmap")
    font["cmap"].tableVersion, font["cmap"].tables = 0, [many_to_one]
    latin_and_chinese = 1 << 0 | 1 << 17 | 1 << 18 | 1 << 19 | 1 << 20 | 1 << 21
    builder.setupOS2(
        version=4,
        sTypoAscender=ascent,
        sTypoDescender=descent,
        usWinAscent=ascent,
        usWinDescent=-descent,
        ulCodePageRange1=latin_and_chinese,
        ulCodePageRange2=0,
    )
    builder.setupNameTable({"familyName": name, "fullName": name, "psName": name, "styleName": "Regular"})
    builder.setupPost(keepGlyphNames=False)
    font.recalcTimestamp = font.recalcBBoxes = False
    head, sizes, level = font["head"], font["maxp"], font["hhea"]
    head.created = head.modified = 0
    head.xMin, head.yMin, head.xMax, head.yMax = 0, descent, _EM, ascent
    sizes.maxPoints, sizes.maxContours = 4, 1
    level.advanceWidthMax, level.minLeftSideBearing, level.minRightSideBearing, level.xMaxExtent = _EM, 0, 0, _SQUARE
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _widths(name: str) -> Mapping[int, int]:
    return {code: _width(name, chr(code)) for code in range(0x20, _LAST) if not 0xD800 <= code < 0xE000}


def _width(name: str, character: str) -> int:
    from pdfminer.fontmetrics import FONT_METRICS

    standard = {} if name == ANY else FONT_METRICS[name][1]
    return int(standard.get(character, _EM // 2 if ord(character) < _WIDE else _EM))


def _glyph(width: int) -> str:
    return f"w{width}"


def _square() -> Any:
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, _SQUARE), (_SQUARE, _SQUARE), (_SQUARE, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for face in FACES:
        (FOLDER / f"{face}.ttf").write_bytes(square_font(face))
