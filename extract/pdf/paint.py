"""How the texts of a page are painted, and so which of their characters nobody sees, and which are a watermark or seal.

Unseen are white text on paper, transparent text, text under an area that was painted over it and text beyond the edges
it is clipped to. Text with a short line through it is seen, but taken back. A watermark is light and much larger than
the text of the page; a seal of text has turned letters in a colour of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress, repeat

import numpy as np
from numpy.typing import NDArray

from extract.pdf import foreign
from extract.pdf.clips import NOWHERE, Painted, boxes_of, clips_of
from extract.pdf.geometry import IDENTITY, Floats, Matrix, View, multiply
from extract.pdf.paths import RECTANGLE, WHITE, Edges

TRANSPARENT = 12
"""Alpha (of 255) up to which nothing is seen."""
COVERED = 0.7
"""Of a character's box, under a later area, from which on it is covered."""
LIGHT, LARGE = 150, 1.8
"""A watermark's darkest channel, and its size over that of the page's other text."""
STREWN = 4
"""Times that a light text of any size stands on a page, over its text and rules, for it to be a watermark."""
FAINT = 128
"""Alpha below which a large text is a watermark whatever its colour."""
COLOURED = 80
"""Between the strongest and the weakest channel: neither black nor grey."""
STRIKE_LOW, STRIKE_HIGH, STRIKE_OVERHANG = 0.35, 0.7, 3.0
"""Of a character's height, from its top, where a line strikes it; points that such a line is longer than its text."""
_STARS = (0x2605, 0x2606)
_MOST_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Boxes:
    """What a character is, as far as it is judged: its place in the view, and the text object it belongs to."""

    codes: NDArray[np.uint32]
    x0: Floats
    top: Floats
    x1: Floats
    bottom: Floats
    objects: NDArray[np.int64]
    level: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Masks over a page's characters, and what a sheet cut off."""

    unseen: NDArray[np.bool_]
    struck: NDArray[np.bool_]
    foreign: NDArray[np.bool_]
    """Of a watermark or a seal."""
    cut: str = ""
    """The unseen rest of texts of which a part is seen: a clip cut them off."""
    cut_figures: str = ""
    """Of those the digits that go on with digits that are seen."""


@dataclass(frozen=True, slots=True)
class Paint:
    """The text objects of a page with their colours (red, green, blue, alpha), their clips and their turn to be
    painted; the areas that may cover or ground them."""

    texts: NDArray[np.int64]
    colors: NDArray[np.int64]
    clips: Floats
    turns: NDArray[np.int64]
    covers: Floats
    cover_turns: NDArray[np.int64]
    grounds: Floats

    def judge(self, boxes: Boxes, edges: Edges) -> Verdict:
        count = len(boxes.codes)
        nothing = np.zeros(count, np.bool_)
        if not len(self.texts) or not count:
            return Verdict(nothing, nothing, nothing)
        order = np.argsort(self.texts, kind="stable")
        place = np.minimum(np.searchsorted(self.texts[order], boxes.objects), len(order) - 1)
        at = order[place]
        known = self.texts[at] == boxes.objects
        colors = np.where(known[:, None], self.colors[at], np.array([0, 0, 0, 255]))
        x, y = (boxes.x0 + boxes.x1) / 2, (boxes.top + boxes.bottom) / 2
        clips = np.where(known[:, None], self.clips[at], np.array(NOWHERE))
        cut = (x < clips[:, 0]) | (y < clips[:, 1]) | (x > clips[:, 2]) | (y > clips[:, 3])
        white = (colors[:, :3] >= WHITE).all(axis=1)
        white = np.logical_and(white, ~_inside(x, y, self.grounds)) if white.any() else white
        unseen = cut | white | (colors[:, 3] <= TRANSPARENT) | (known & self._covered(boxes, self.turns[at]))
        drawn = known & (boxes.codes > 0x20)
        clip = np.unique(np.round(clips), axis=0, return_inverse=True)[1].reshape(-1)
        rest = cut & drawn & np.isin(clip, clip[drawn & ~unseen])
        return Verdict(
            unseen,
            _struck(boxes, edges) & ~unseen,
            (_foreign(boxes, colors) | _repeated(boxes, _light(colors), edges)) & ~unseen,
            "".join(map(chr, boxes.codes[rest].tolist())),
            "".join(map(chr, boxes.codes[_goes_on(boxes, cut, drawn)].tolist())),
        )

    def _covered(self, boxes: Boxes, turns: NDArray[np.int64]) -> NDArray[np.bool_]:
        covered = np.zeros(len(turns), np.bool_)
        area = np.maximum((boxes.x1 - boxes.x0) * (boxes.bottom - boxes.top), 1e-6)
        for (x0, top, x1, bottom), turn in zip(self.covers.tolist(), self.cover_turns.tolist(), strict=True):
            width = np.minimum(boxes.x1, x1) - np.maximum(boxes.x0, x0)
            height = np.minimum(boxes.bottom, bottom) - np.maximum(boxes.top, top)
            shared = np.maximum(width, 0) * np.maximum(height, 0)
            covered |= (turns < turn) & (shared >= COVERED * area)
        return covered


def read_paint(page: int, view: View) -> Paint:
    """How the texts of a page, whose handle is `page`, are painted; its objects are within the caps by now."""
    texts: list[Painted] = []
    paths: list[Painted] = []
    areas: list[Painted] = []
    for turn, (drawn, kind, outer) in enumerate(_painted(page, IDENTITY, 0)):
        if kind == foreign.OBJECT_TEXT:
            texts.append(Painted(drawn, turn, outer))
        elif kind == foreign.OBJECT_PATH:
            paths.append(Painted(drawn, turn, outer))
        elif kind in (foreign.OBJECT_IMAGE, foreign.OBJECT_SHADING):
            areas.append(Painted(drawn, turn, outer))
    colors = _colors(texts)
    modes = foreign.integers(map(foreign.get_render_mode, [one.handle for one in texts]), len(texts))
    colors[modes != foreign.RENDER_FILL] = (0, 0, 0, 255)  # its outline is seen, or it is known to be hidden
    filled = _filled(paths)
    white_text = bool(len(colors)) and bool((colors[:, :3] >= WHITE).all(axis=1).any())
    grounded: list[Painted] = []
    if white_text:
        path_colors = _colors(filled)
        seen = ~(path_colors[:, :3] >= WHITE).all(axis=1) & (path_colors[:, 3] > TRANSPARENT)
        grounded = [*compress(filled, seen.tolist()), *areas]
    first = min((one.turn for one in texts), default=0)
    covers, cover_turns = _covers([one for one in filled if one.turn > first], view)
    return Paint(
        np.array([one.handle for one in texts], np.int64),
        colors,
        clips_of(texts, view),
        np.array([one.turn for one in texts], np.int64),
        covers,
        cover_turns,
        boxes_of(grounded, view),
    )


def take_replacements(texts: list[int]) -> int:
    """How many of the text objects said by /ActualText that they read otherwise than they look; taken from them."""
    found = 0
    marks = foreign.integers(map(foreign.count_marks, texts), len(texts))
    for at in np.flatnonzero(marks > 0).tolist():
        for number in range(int(marks[at])):
            mark = foreign.get_mark(texts[at], number)
            if mark and foreign.get_mark_value_type(mark, b"ActualText"):
                found += 1
                foreign.remove_mark_value(texts[at], mark, b"ActualText")
    return found


def _painted(holder: int, outer: Matrix, depth: int) -> Iterator[tuple[int, int, Matrix]]:
    """Handle, kind and surrounding matrix of everything on a page or in a form, in the order that it is painted."""
    if depth > _MOST_DEPTH:
        return
    count = foreign.count_form_objects(holder) if depth else foreign.count_page_objects(holder)
    get = foreign.get_form_object if depth else foreign.get_page_object
    handles = list(map(get, repeat(holder), range(max(0, int(count)))))
    for drawn, kind in zip(handles, map(foreign.get_object_type, handles), strict=True):
        if kind == foreign.OBJECT_FORM:
            own = np.zeros(6, np.float32)
            foreign.get_object_matrix(drawn, own.ctypes.data)
            a, b, c, d, e, f = own.tolist()
            yield from _painted(drawn, multiply((a, b, c, d, e, f), outer), depth + 1)
        else:
            yield drawn, kind, outer


def _colors(objects: list[Painted]) -> NDArray[np.int64]:
    """Red, green, blue and alpha that each object is filled with; black where a pattern is."""
    colors = np.zeros((len(objects), 4), np.uint32)
    colors[:, 3] = 255
    handles = [one.handle for one in objects]
    foreign.call(foreign.get_fill_color, handles, *(foreign.addresses(colors, i) for i in range(4)))
    return colors.astype(np.int64)


def _filled(paths: list[Painted]) -> list[Painted]:
    modes = np.zeros((len(paths), 2), np.int32)
    handles = [one.handle for one in paths]
    foreign.call(foreign.get_draw_mode, handles, *(foreign.addresses(modes, i) for i in range(2)))
    return list(compress(paths, modes[:, 0].tolist()))


def _covers(paths: list[Painted], view: View) -> tuple[Floats, NDArray[np.int64]]:
    """The rectangles that filled paths hide entirely, and their turns; not what something shows through."""
    solid = [
        one
        for one in paths
        if foreign.count_segments(one.handle) == RECTANGLE and not foreign.has_transparency(one.handle)
    ]
    solid = list(compress(solid, (_colors(solid)[:, 3] == 255).tolist()))
    boxes, clips = boxes_of(solid, view), clips_of(solid, view)
    hidden = np.concatenate([np.maximum(boxes[:, :2], clips[:, :2]), np.minimum(boxes[:, 2:], clips[:, 2:])], axis=1)
    large = (hidden[:, 2] - hidden[:, 0] > 2) & (hidden[:, 3] - hidden[:, 1] > 2)
    return hidden[large], np.array([one.turn for one in solid], np.int64)[large]


def _inside(x: Floats, y: Floats, boxes: Floats) -> NDArray[np.bool_]:
    inside = np.zeros(len(x), np.bool_)
    for x0, top, x1, bottom in boxes.tolist():
        inside |= (x >= x0) & (x <= x1) & (y >= top) & (y <= bottom)
    return inside


def _goes_on(boxes: Boxes, cut: NDArray[np.bool_], drawn: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Digits that are cut off right beside a digit that is seen, on its line: a figure would be read in part."""
    digit = drawn & (((boxes.codes >= 0x30) & (boxes.codes <= 0x39)) | (boxes.codes == 0x2C) | (boxes.codes == 0x2E))
    height = boxes.bottom - boxes.top
    line = np.abs(np.diff(boxes.bottom)) <= 0.3 * height[1:]
    beside = (boxes.x0[1:] - boxes.x1[:-1] <= 0.5 * height[1:]) & (boxes.x0[:-1] - boxes.x1[1:] <= 0.5 * height[1:])
    pairs = line & beside & digit[1:] & digit[:-1] & (cut[1:] != cut[:-1])
    found = np.zeros(len(cut), np.bool_)
    found[1:] |= pairs & cut[1:]
    found[:-1] |= pairs & cut[:-1]
    return found


def _struck(boxes: Boxes, edges: Edges) -> NDArray[np.bool_]:
    """Whether a line, hardly longer than its text, runs through the middle of each character."""
    struck = np.zeros(len(boxes.codes), np.bool_)
    height, x = boxes.bottom - boxes.top, (boxes.x0 + boxes.x1) / 2
    for at, start, end in zip(edges.at.tolist(), edges.start.tolist(), edges.end.tolist(), strict=True):
        through = (at > boxes.top + STRIKE_LOW * height) & (at < boxes.top + STRIKE_HIGH * height)
        through &= (x > start) & (x < end) & boxes.level
        if not through.any():
            continue
        text = through & (boxes.codes > 0x20)
        if (
            text.any()
            and boxes.x0[text].min() - start <= STRIKE_OVERHANG
            and end - boxes.x1[text].max() <= (STRIKE_OVERHANG)
        ):
            struck |= through
    return struck


def _light(colors: NDArray[np.int64]) -> NDArray[np.bool_]:
    darkest = colors[:, :3].min(axis=1)
    light: NDArray[np.bool_] = ((darkest >= LIGHT) & (darkest < WHITE)) | (colors[:, 3] < FAINT)
    return light


def _repeated(boxes: Boxes, light: NDArray[np.bool_], edges: Edges) -> NDArray[np.bool_]:
    """Whether each character is one of a light text that is strewn over the page, through its text and its rules."""
    found = np.zeros(len(boxes.codes), np.bool_)
    drawn = light & (boxes.codes > 0x20)
    body = np.flatnonzero(~light & (boxes.codes > 0x20))
    groups: dict[str, list[NDArray[np.int64]]] = {}
    for one in np.unique(boxes.objects[drawn]).tolist():
        part = np.flatnonzero(drawn & (boxes.objects == one))
        groups.setdefault("".join(map(chr, boxes.codes[part].tolist())), []).append(part)
    for text, parts in groups.items():
        if len(parts) < STREWN or not any(character.isalpha() for character in text):
            continue
        rows = {round(float(boxes.top[part].mean()) / 2) for part in parts}
        across = any(_crosses(boxes, part, body, edges) for part in parts)
        if len(rows) > 1 and across:
            found[np.concatenate(parts)] = True
    return found


def _crosses(boxes: Boxes, part: NDArray[np.int64], body: NDArray[np.int64], edges: Edges) -> bool:
    """Whether a text lies over other text, or a level line runs through it."""
    x0, x1 = float(boxes.x0[part].min()), float(boxes.x1[part].max())
    top, bottom = float(boxes.top[part].min()), float(boxes.bottom[part].max())
    inset = (bottom - top) / 5
    through = (edges.at > top + inset) & (edges.at < bottom - inset) & (edges.start < x1) & (edges.end > x0)
    if through.any():
        return True
    x, y = (boxes.x0[body] + boxes.x1[body]) / 2, (boxes.top[body] + boxes.bottom[body]) / 2
    return bool(((x > x0) & (x < x1) & (y > top + inset) & (y < bottom - inset)).any())


def _foreign(boxes: Boxes, colors: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each character is one of a watermark or of a seal."""
    rgb, size = colors[:, :3], np.maximum(boxes.bottom - boxes.top, 1e-6)
    light = _light(colors)
    found = np.zeros(len(size), np.bool_)
    body = ~light & (boxes.codes > 0x20)
    if light.any() and body.any():
        found |= light & (size >= LARGE * float(np.median(size[body])))
    coloured = (rgb.max(axis=1) - rgb.min(axis=1)) >= COLOURED
    turned = coloured & (~boxes.level | np.isin(boxes.codes, _STARS))
    for color in {tuple(one) for one in rgb[turned & ~boxes.level].tolist()}:
        own = (rgb == np.array(color)).all(axis=1)
        letters = own & turned
        reach = float(size[letters].max())
        x, y = (boxes.x0 + boxes.x1) / 2, (boxes.top + boxes.bottom) / 2
        inside = (x >= boxes.x0[letters].min() - reach) & (x <= boxes.x1[letters].max() + reach)
        inside &= (y >= boxes.top[letters].min() - reach) & (y <= boxes.bottom[letters].max() + reach)
        found |= own & inside
    return found
