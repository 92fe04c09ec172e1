"""The characters of a page as arrays, from PDFium's text page.

PDFium's ways, each answered here: it adds blanks and line ends of its own (dropped); a line's last `-` arrives as
U+0002; it drops overprints only in part; a character's box is right only for upright, unscaled text (else it is rebuilt
from origin, matrix and advance).
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, fields, replace
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from extract.pdf import foreign
from extract.pdf.geometry import Floats, View, apply
from extract.pdf.objects import is_plain
from extract.pdf.paint import Boxes, Paint
from extract.pdf.paths import Edges

OVERPRINT = 1.0
"""The same character again within this many points is bold by double strike, as in pdfplumber's `dedupe_chars`."""
ASCENT, DESCENT = 0.88, -0.12
"""Of an em, for boxes that are rebuilt."""
SLANT = 0.1
"""Rise over run of a baseline from which text is slanted; a scan's text layer leans less."""
OVERLAP, SAME_ROW = 0.5, 2.0
"""Characters on one line (points) overlap if they share this much of the narrower one's width."""
_SAMPLE = 64
_TICKS = (0xF050, 0xF052, 0xF054, 0xF06C, 0xF06E, 0xF06F, 0xF0A7, 0xF0A8, 0xF0D8, 0xF0FB, 0xF0FC, 0xF0FD, 0xF0FE)
"""Where Wingdings has its bullets, ticks and boxes."""


@dataclass(frozen=True, slots=True)
class Characters:
    """n characters of one page in the page's view; blanks are kept, for they separate words."""

    codes: NDArray[np.uint32]
    x0: Floats
    top: Floats
    x1: Floats
    bottom: Floats
    direction: NDArray[np.int8]
    """Reading direction in the view, in quarter turns clockwise from left-to-right."""
    invisible: NDArray[np.bool_]
    """Drawn with text render mode 3: the hidden text layer of a scan."""
    unreadable: int = 0
    """About how many glyphs of the page the file gives no character for."""
    slanted: str = ""
    """Text drawn neither level nor upright, a watermark as a rule; it is not among the n."""
    unseen: int = 0
    """How many characters, blanks not counted, stand beyond the page's edges or have no height; not among the n."""

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def blank(self) -> NDArray[np.bool_]:
        return is_blank(self.codes)

    @property
    def size(self) -> Floats:
        """Height of a character's line box, across its reading direction."""
        return np.where(self.direction % 2 == 0, self.bottom - self.top, self.x1 - self.x0)

    struck: str = ""
    """Text with a line through it; not among the n."""
    cut: str = ""
    """What a sheet cut off of texts of which a part is seen; it is marked as invisible."""
    illegible: int = 0
    """How many glyphs the file gives no character for, bullets and boxes to tick not counted."""
    cut_figures: str = ""
    """Of that the digits that go on with digits that are seen."""

    def where(self, chosen: NDArray[Any]) -> Characters:
        """The characters that a mask or an index array chooses."""
        arrays = {field.name: getattr(self, field.name)[chosen] for field in fields(self) if field.default is MISSING}
        rest = {field.name: getattr(self, field.name) for field in fields(self) if field.default is not MISSING}
        return Characters(**arrays, **rest)


def is_blank(codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    blank: NDArray[np.bool_] = (
        (codes <= 0x20) | (codes == 0xA0) | (codes == 0x3000) | ((codes >= 0x2000) & (codes <= 0x200B))
    )
    return blank


def turn_of_text(text_page: int, rotation: int) -> int:
    """Degrees by which the page is turned so that most of its text reads left to right; `rotation` if it has none."""
    count = _count(text_page)
    sample = range(0, count, max(1, count // _SAMPLE))
    matrices = np.zeros((len(sample), 6), np.float32)
    codes = foreign.integers(map(foreign.get_unicode, repeat(text_page), sample), len(sample))
    foreign.call(foreign.get_char_matrix, repeat(text_page), sample, foreign.addresses(matrices))
    drawn = (codes > 0x20) & matrices[:, :4].any(axis=1)
    if not drawn.any():
        return rotation
    turns = np.bincount(quarter_turns(matrices[drawn]), minlength=4)
    return int(turns.argmax()) * 90


def read_characters(
    text_page: int,
    view: View,
    hidden_text: bool,
    plain_text: bool,
    paint: Paint | None = None,
    edges: Edges | None = None,
) -> Characters:
    """The page's characters, in PDFium's order, overprints dropped.

    `hidden_text` says that the page has text in render mode 3, `plain_text` that none is turned or stretched; only else
    each character is asked. `paint` says how the texts are painted, `edges` which level lines there are.
    """
    count = _count(text_page)
    codes = _codes(text_page, count)
    unreadable = int(np.count_nonzero((codes == 0) | (codes == 0xFFFD) | ((codes >= 0xE000) & (codes < 0xF900))))
    illegible = _illegible(codes)
    drawn = _drawn(text_page, codes)
    unreadable += _without_unicode(text_page, drawn)
    codes = codes[drawn]
    at: Sequence[int] = drawn.tolist()
    loose = np.zeros((len(at), 4), np.float32)  # left, top, right, bottom
    foreign.call(foreign.get_loose_box, repeat(text_page), at, foreign.addresses(loose))
    x0, y1, x1, y0 = (loose[:, i].astype(np.float64) for i in range(4))
    quarter, level = np.zeros(len(at), np.int64), np.ones(len(at), np.bool_)
    good = (x0 < x1) & (y0 < y1)
    if not (plain_text and good.all()):
        matrices = np.zeros((len(at), 6), np.float32)
        foreign.call(foreign.get_char_matrix, repeat(text_page), at, foreign.addresses(matrices))
        level = ~is_slanted(matrices)
        odd = np.flatnonzero(~(is_plain(matrices) & good))
        quarter[odd] = quarter_turns(matrices[odd])
        x0[odd], y0[odd], x1[odd], y1[odd] = _rebuilt(text_page, drawn[odd], codes[odd], matrices[odd])
    ax, ay = apply(view.matrix, x0, y0)
    bx, by = apply(view.matrix, x1, y1)
    invisible = np.zeros(len(at), np.bool_)
    if hidden_text:
        objects = foreign.integers((o or 0 for o in map(foreign.get_text_object, repeat(text_page), at)), len(at))
        unique, which = np.unique(objects, return_inverse=True)
        modes = foreign.integers(map(foreign.get_render_mode, unique.tolist()), len(unique))
        invisible = modes[which] == foreign.RENDER_INVISIBLE
    characters = Characters(
        codes,
        np.minimum(ax, bx),
        np.minimum(ay, by),
        np.maximum(ax, bx),
        np.maximum(ay, by),
        ((quarter * -1 + view.turn // 90) % 4).astype(np.int8),
        invisible,
        unreadable,
        "".join(map(chr, codes[~level].tolist())),
    )
    characters = replace(characters, illegible=illegible + _bare_glyphs(text_page, drawn))
    if paint is not None:
        characters, level = _as_painted(text_page, at, characters, level, paint, edges or Edges.none())
    seen = are_seen(characters, view)
    if not (level & seen).all():
        unseen = int(np.count_nonzero(level & ~seen & ~characters.blank))
        characters = replace(characters.where(level & seen), unseen=unseen)
    return without_overprints(characters)


def _as_painted(
    text_page: int, at: Sequence[int], characters: Characters, level: NDArray[np.bool_], paint: Paint, edges: Edges
) -> tuple[Characters, NDArray[np.bool_]]:
    """The characters with what nobody sees marked as invisible; and which are text of the page, level and unstruck."""
    objects = foreign.integers((o or 0 for o in map(foreign.get_text_object, repeat(text_page), at)), len(at))
    part = characters
    verdict = paint.judge(Boxes(part.codes, part.x0, part.top, part.x1, part.bottom, objects, level), edges)

    def texts(chosen: NDArray[np.bool_]) -> str:
        return "".join(map(chr, part.codes[chosen].tolist()))

    characters = replace(
        characters,
        invisible=characters.invisible | verdict.unseen,
        slanted=texts(~level | verdict.foreign),
        struck=texts(verdict.struck).strip(),
        cut=verdict.cut,
        cut_figures=verdict.cut_figures,
    )
    return characters, level & ~verdict.foreign & ~verdict.struck


def are_seen(characters: Characters, view: View) -> NDArray[np.bool_]:
    """Whether the middle of each character lies on the page, and it has a height."""
    middle_x, middle_y = (characters.x0 + characters.x1) / 2, (characters.top + characters.bottom) / 2
    seen: NDArray[np.bool_] = (middle_x >= 0) & (middle_x <= view.width) & (middle_y >= 0) & (middle_y <= view.height)
    return seen & (characters.size > 0)


def without_overprints(characters: Characters) -> Characters:
    """The characters less those printed again in the same place; of each the first stays.

    The tolerance shrinks with the character, so that two dots of a small leader stay two.
    """
    codes, x0, top = characters.codes.astype(np.int64), characters.x0, characters.top
    suspects = np.zeros(len(codes), np.bool_)
    # two points within the tolerance share a square of twice its side in at least one of four shifted tilings
    for shift_x in (0.0, OVERPRINT):
        for shift_y in (0.0, OVERPRINT):
            column = ((x0 + shift_x) // (2 * OVERPRINT)).astype(np.int64)
            row = ((top + shift_y) // (2 * OVERPRINT)).astype(np.int64)
            key = (codes << 40) + (column << 20) + row
            order = np.argsort(key, kind="stable")
            same = key[order][1:] == key[order][:-1]
            suspects[order[1:][same]] = True
            suspects[order[:-1][same]] = True
    if not suspects.any():
        return characters
    keep = np.ones(len(codes), np.bool_)
    kept: dict[int, list[tuple[float, float]]] = {}
    for i in np.flatnonzero(suspects).tolist():
        x, y = float(x0[i]), float(top[i])
        near = min(OVERPRINT, 0.35 * float(characters.x1[i] - x0[i])) if characters.direction[i] % 2 == 0 else OVERPRINT
        places = kept.setdefault(int(codes[i]), [])
        if any(abs(px - x) <= near and abs(py - y) <= OVERPRINT for px, py in places):
            keep[i] = False
        else:
            places.append((x, y))
    return characters.where(keep)


def overlapping(characters: Characters) -> str:
    """The digits and Chinese characters that stand on others of their line: a text cut off, or printed over another."""
    codes = characters.codes  # no punctuation: typesetters push it under its neighbours
    words = ((codes >= 0x30) & (codes <= 0x39)) | ((codes >= 0x3400) & (codes < 0xA000))
    drawn = np.flatnonzero(words & ~characters.invisible & (characters.direction == 0))
    row = np.round(characters.bottom[drawn] / SAME_ROW)
    order = np.lexsort((characters.x0[drawn], row))
    drawn, row = drawn[order], row[order]
    x0, x1 = characters.x0[drawn], characters.x1[drawn]
    narrower = np.minimum((x1 - x0)[1:], (x1 - x0)[:-1])
    on_others = (np.diff(row) == 0) & (np.minimum(x1[:-1], x1[1:]) - x0[1:] > OVERLAP * narrower)
    return "".join(map(chr, characters.codes[drawn[1:][on_others]].tolist()))


def _count(text_page: int) -> int:
    return max(0, int(foreign.count_characters(text_page)))


def _codes(text_page: int, count: int) -> NDArray[np.uint32]:
    """Unicode of every character; in one call where PDFium's text has no character more or less than its list."""
    buffer = np.zeros(count + 2, np.uint16)
    if count and foreign.get_text(text_page, 0, count, buffer.ctypes.data) - 1 == count:
        codes = buffer[:count].astype(np.uint32)
        if not ((codes >= 0xD800) & (codes < 0xE000)).any():
            return codes
    codes = np.fromiter(map(foreign.get_unicode, repeat(text_page), range(count)), np.uint32, count)
    high, low = (codes >= 0xD800) & (codes < 0xDC00), (codes >= 0xDC00) & (codes < 0xE000)
    pair = np.flatnonzero(high[:-1] & low[1:])
    codes[pair] = 0x10000 + ((codes[pair] - 0xD800) << 10) + (codes[pair + 1] - 0xDC00)
    codes[pair + 1] = 0x200B  # its second half draws nothing
    return codes


def _drawn(text_page: int, codes: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Indices of the characters that are on the page: no line ends, no blanks of PDFium's own."""
    codes[(codes == 2) | (codes == 0xFFFE)] = 0x2D
    drawn = (codes > 0x20) & (codes != 0xFFFF) & (codes != 0xFFFD) & (codes != 0x200B) & (codes != 0xFEFF)
    blanks = np.flatnonzero((codes == 0x20) | (codes == 9))
    made_up = foreign.integers(map(foreign.is_generated, repeat(text_page), blanks.tolist()), len(blanks))
    drawn[blanks[made_up != 1]] = True
    return np.flatnonzero(drawn)


def _illegible(codes: NDArray[np.uint32]) -> int:
    """How many codes are no characters; halves of a pair are made the sign for that."""
    halves = (codes >= 0xD800) & (codes < 0xE000)
    codes[halves] = 0xFFFD
    private = (codes >= 0xE000) & (codes < 0xF900) & ~np.isin(codes, _TICKS)
    control = (codes < 0x20) & ~np.isin(codes, (2, 9, 10, 13))  # those PDFium writes itself
    return int(np.count_nonzero(control | (codes == 0xFFFD) | private))


def _bare_glyphs(text_page: int, drawn: NDArray[np.int64]) -> int:
    """How many characters are bare glyph numbers, which may look like others."""
    return sum(1 for found in map(foreign.has_no_unicode, repeat(text_page), drawn.tolist()) if found == 1)


def _without_unicode(text_page: int, drawn: NDArray[np.int64]) -> int:
    """About how many characters are bare glyph numbers, their font having no map to Unicode; from a sample."""
    sample = drawn[:: max(1, len(drawn) // _SAMPLE)].tolist()
    errors = sum(1 for found in map(foreign.has_no_unicode, repeat(text_page), sample) if found == 1)
    return errors * len(drawn) // max(1, len(sample))


def is_slanted(matrices: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Whether the baseline of each matrix leans by more than a tenth from both axes."""
    a, b = np.abs(matrices[:, 0]), np.abs(matrices[:, 1])
    slanted: NDArray[np.bool_] = np.minimum(a, b) > SLANT * np.maximum(a, b)
    return slanted


def quarter_turns(matrices: NDArray[np.float32]) -> NDArray[np.int64]:
    """Quarter turns anticlockwise, in user space, of the baseline of each matrix."""
    a, b = matrices[:, 0], matrices[:, 1]
    return np.where(np.abs(a) >= np.abs(b), np.where(a >= 0, 0, 2), np.where(b > 0, 1, 3))


def _rebuilt(
    text_page: int, indices: NDArray[np.int64], codes: NDArray[np.uint32], matrices: NDArray[np.float32]
) -> tuple[Floats, Floats, Floats, Floats]:
    """Left, bottom, right, top in user space from origin, matrix, font size and the font's own advance."""
    at = indices.tolist()
    origin = np.zeros((len(at), 2), np.float64)
    foreign.call(
        foreign.get_char_origin,
        repeat(text_page),
        at,
        foreign.addresses(origin),
        foreign.addresses(origin, 1),
    )
    size = np.fromiter(map(foreign.get_font_size, repeat(text_page), at), np.float64, len(at))
    advance = np.empty(len(at), np.float64)
    known: dict[tuple[int, int], float] = {}
    width = ctypes.c_float()
    for i, (index, code) in enumerate(zip(at, codes.tolist(), strict=True)):
        drawing = foreign.get_text_object(text_page, index)
        font = (foreign.get_font(drawing) if drawing else 0) or 0
        if (font, code) not in known:
            found = font and foreign.get_glyph_width(font, code, 1000.0, ctypes.addressof(width))
            usual = 0.5 if code < 0x2E80 else 1.0
            known[font, code] = width.value / 1000 if found and width.value > 0 else usual
        advance[i] = known[font, code]
    a, b, c, d = (matrices[:, i].astype(np.float64) * size for i in range(4))
    ax, ay = origin[:, 0] + c * DESCENT, origin[:, 1] + d * DESCENT
    bx, by = origin[:, 0] + a * advance + c * ASCENT, origin[:, 1] + b * advance + d * ASCENT
    return np.minimum(ax, bx), np.minimum(ay, by), np.maximum(ax, bx), np.maximum(ay, by)
