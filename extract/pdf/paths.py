"""The rules (ruling lines) of a page as arrays, from the paths PDFium finds on it and in its nested forms.

A rule is a stroked line, the side of a stroked rectangle, or a thin filled rectangle (Word and Excel draw every border
so). The sides of a filled area are edges too, of a weaker kind: a coloured band may stand for rules, or merely
highlight text. What a reader cannot see is no rule: white ones (unless on a coloured ground) and transparent ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extract.errors import ReadError
from extract.pdf import foreign
from extract.pdf.geometry import IDENTITY, Floats, View, apply
from extract.pdf.objects import Objects

MAX_SEGMENTS = 400_000
RECTANGLE = 5
"""Segments of a rectangle as PDFium keeps it."""
THIN = 3.0
"""A filled rectangle of at most this thickness (points) is a rule, and parallel rules as close as this are one."""
THICK, LONG = 5.0, 4.0
"""So is one of up to this thickness that is so many times as long: no line of text is as low as that."""
STRAIGHT = 0.5
"""A segment that leans by at most this many points is horizontal or vertical."""
RIM = 1.0
"""Points around a coloured area that still belong to it."""
WHITE = 248
"""Red, green and blue from here on (of 255) cannot be told from paper."""

Flags = NDArray[np.bool_]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Edges:
    """m segments that lie along one axis: `at` on the other axis, from `start` to `end`."""

    at: Floats
    start: Floats
    end: Floats

    def __len__(self) -> int:
        return len(self.at)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Edges:
        return Edges(self.at[chosen], self.start[chosen], self.end[chosen])

    def joined_with(self, other: Edges) -> Edges:
        return Edges(*(np.concatenate(pair) for pair in zip(self._arrays(), other._arrays(), strict=True)))

    def _arrays(self) -> tuple[Floats, Floats, Floats]:
        return self.at, self.start, self.end

    @classmethod
    def none(cls) -> Edges:
        return cls(np.empty(0), np.empty(0), np.empty(0))


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is painted on a page besides its characters, in the page's view."""

    horizontal: Edges
    vertical: Edges
    fills: Floats
    """k × 4 (x0, top, x1, bottom): coloured areas that are not thin enough to be rules."""
    images: Floats
    """k × 4 boxes of images."""


def read_drawing(objects: Objects, view: View, number: int) -> Drawing:
    """The rules, areas and images of page `number`; ReadError `too_many_objects` beyond the caps."""
    images = _viewed(objects.images, view)
    if not objects.paths:
        return Drawing(Edges.none(), Edges.none(), np.empty((0, 4)), images)
    filled, stroked, fill_white, stroke_white = _painted(objects.paths)
    lengths = np.maximum(foreign.integers(map(foreign.count_segments, objects.paths), len(objects.paths)), 0)
    if int(lengths.sum()) > MAX_SEGMENTS:
        raise ReadError(
            "too_many_objects", f"page {number} draws more than {MAX_SEGMENTS:,} line segments; it was not read"
        )
    # most paths are one filled rectangle: its bounds say all, in one call instead of twenty
    simple = filled & ~stroked & (lengths == RECTANGLE)
    boxes = _viewed(_bounds(objects, np.flatnonzero(simple)), view)
    white = fill_white[simple]
    strokes = Strokes.none()
    rest = np.flatnonzero((filled | stroked) & ~simple & (lengths > 0))
    if len(rest):
        parts = _parts(objects, rest, lengths[rest], view)
        strokes = _strokes(parts, stroked[rest], stroke_white[rest])
        of_fills = parts.whole & (filled & ~stroked)[rest][parts.path]
        boxes = np.concatenate([boxes, parts.boxes[of_fills]])
        white = np.concatenate([white, fill_white[rest][parts.path][of_fills]])
        fills_under = parts.boxes[parts.whole & (filled & stroked & ~fill_white)[rest][parts.path]]
    else:
        fills_under = np.empty((0, 4))
    return drawn(strokes, boxes, white, fills_under, images)


def drawn(strokes: Strokes, boxes: Floats, white: Flags, fills_under: Floats, images: Floats) -> Drawing:
    """The drawing of strokes and filled boxes; white rules count on a coloured ground only."""
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    thickness, length = np.minimum(width, height), np.maximum(width, height)
    bar = (thickness <= THIN) | ((thickness <= THICK) & (length >= LONG * thickness))
    fills = np.concatenate([boxes[~bar & ~white], fills_under])
    flat, tall = bar & (width >= height), bar & (height >= width)  # a dot is both: a dotted rule is made of dots
    x0, y0, x1, y1 = boxes.T
    horizontal = strokes.horizontal.joined_with(Edges((y0[flat] + y1[flat]) / 2, x0[flat], x1[flat]))
    vertical = strokes.vertical.joined_with(Edges((x0[tall] + x1[tall]) / 2, y0[tall], y1[tall]))
    white_h = np.concatenate([strokes.white_horizontal, white[flat]])
    white_v = np.concatenate([strokes.white_vertical, white[tall]])
    seen_h = ~white_h | _on_ground((horizontal.start + horizontal.end) / 2, horizontal.at, fills)
    seen_v = ~white_v | _on_ground(vertical.at, (vertical.start + vertical.end) / 2, fills)
    return Drawing(horizontal.where(seen_h), vertical.where(seen_v), fills, images)


@dataclass(frozen=True, slots=True)
class Strokes:
    horizontal: Edges
    vertical: Edges
    white_horizontal: Flags
    white_vertical: Flags

    @classmethod
    def none(cls) -> Strokes:
        return cls(Edges.none(), Edges.none(), np.empty(0, np.bool_), np.empty(0, np.bool_))


@dataclass(frozen=True, slots=True)
class _Parts:
    """Paths taken apart: points in the view, and subpaths (from one move to the next)."""

    x: Floats
    y: Floats
    begins: Flags
    """Whether each point begins a subpath."""
    curved: Flags
    """Whether each point belongs to a curve."""
    first: Places
    last: Places
    path: Places
    """The path of each subpath, as a position among those taken apart."""
    closed: Flags
    whole: Flags
    """Whether each subpath has more than one point."""
    boxes: Floats


def _parts(objects: Objects, chosen: Places, lengths: Places, view: View) -> _Parts:
    total = int(lengths.sum())
    owner = np.repeat(np.arange(len(chosen)), lengths)  # point → path
    index = np.arange(total) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    handles = np.array(objects.paths, np.uint64)[chosen]
    segments = list(map(foreign.get_segment, handles[owner].tolist(), index.tolist()))
    points = np.zeros((total, 2), np.float32)
    foreign.call(foreign.get_segment_point, segments, foreign.addresses(points), foreign.addresses(points, 1))
    kinds = foreign.integers(map(foreign.get_segment_type, segments), total)
    closes = foreign.integers(map(foreign.get_segment_close, segments), total) == 1
    own = np.zeros((len(chosen), 6), np.float32)
    foreign.call(foreign.get_object_matrix, handles.tolist(), foreign.addresses(own))
    x, y = points[:, 0].astype(np.float64), points[:, 1].astype(np.float64)
    for matrices in (own.astype(np.float64), objects.paths_outer[chosen]):
        a, b, c, d, e, f = matrices[owner].T
        x, y = x * a + y * c + e, x * b + y * d + f
    x, y = apply(view.matrix, x, y)
    begins = (kinds == foreign.SEGMENT_MOVE) | (index == 0)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], total) - 1
    low_x, high_x = np.minimum.reduceat(x, first), np.maximum.reduceat(x, first)
    low_y, high_y = np.minimum.reduceat(y, first), np.maximum.reduceat(y, first)
    boxes = np.stack([low_x, low_y, high_x, high_y], axis=1)
    closed = np.logical_or.reduceat(closes, first)
    curved = kinds == foreign.SEGMENT_CURVE
    return _Parts(x, y, begins, curved, first, last, owner[first], closed, last > first, boxes)


def _strokes(parts: _Parts, stroked: Flags, white: Flags) -> Strokes:
    """Every straight side of the stroked subpaths, and the side that closes one."""
    of_part = np.cumsum(parts.begins) - 1  # point → subpath
    drawn = stroked[parts.path] & parts.whole
    sides = np.flatnonzero(drawn[of_part][1:] & ~parts.begins[1:] & ~parts.curved[1:])
    closing = np.flatnonzero(drawn & parts.closed)
    start = np.concatenate([sides, parts.last[closing]])
    end = np.concatenate([sides + 1, parts.first[closing]])
    horizontal, vertical, lies, stands = straight(parts.x[start], parts.y[start], parts.x[end], parts.y[end])
    is_white = white[parts.path][of_part[start]]
    return Strokes(horizontal, vertical, is_white[lies], is_white[stands])


def _bounds(objects: Objects, chosen: Places) -> Floats:
    """Boxes of paths in user space, k × 4."""
    found = np.zeros((len(chosen), 4), np.float32)
    handles = [objects.paths[i] for i in chosen.tolist()]
    foreign.call(foreign.get_bounds, handles, *(foreign.addresses(found, i) for i in range(4)))
    boxes = found.astype(np.float64)
    outer = objects.paths_outer[chosen]
    if (outer == np.array(IDENTITY)).all():
        return boxes
    a, b, c, d, e, f = outer.T
    ax, ay = boxes[:, 0] * a + boxes[:, 1] * c + e, boxes[:, 0] * b + boxes[:, 1] * d + f
    bx, by = boxes[:, 2] * a + boxes[:, 3] * c + e, boxes[:, 2] * b + boxes[:, 3] * d + f
    return np.stack([np.minimum(ax, bx), np.minimum(ay, by), np.maximum(ax, bx), np.maximum(ay, by)], axis=1)


def _viewed(boxes: Floats, view: View) -> Floats:
    ax, ay = apply(view.matrix, boxes[:, 0], boxes[:, 1])
    bx, by = apply(view.matrix, boxes[:, 2], boxes[:, 3])
    return np.stack([np.minimum(ax, bx), np.minimum(ay, by), np.maximum(ax, bx), np.maximum(ay, by)], axis=1)


def _painted(handles: list[int]) -> tuple[Flags, ...]:
    """For each path: whether it is filled, stroked, filled in white, stroked in white (transparent is not painted)."""
    modes = np.zeros((len(handles), 2), np.int32)
    foreign.call(foreign.get_draw_mode, handles, foreign.addresses(modes), foreign.addresses(modes, 1))
    filled, stroked = modes[:, 0] != 0, modes[:, 1] != 0
    fill_white, fill_seen = _colors(foreign.get_fill_color, handles, filled)
    stroke_white, stroke_seen = _colors(foreign.get_stroke_color, handles, stroked)
    return filled & fill_seen, stroked & stroke_seen, fill_white, stroke_white


def _colors(get: foreign.Function, handles: list[int], used: Flags) -> tuple[Flags, Flags]:
    """Whether the colour each path uses is white, and whether it shows at all; a pattern has none, and shows."""
    white, seen = np.zeros(len(handles), np.bool_), np.ones(len(handles), np.bool_)
    asked = np.flatnonzero(used).tolist()
    colors = np.zeros((len(asked), 4), np.uint32)
    colors[:, 3] = 255
    foreign.call(get, [handles[i] for i in asked], *(foreign.addresses(colors, i) for i in range(4)))
    white[asked] = np.logical_and.reduce(colors[:, :3] >= WHITE, axis=1)
    seen[asked] = colors[:, 3] > 0
    return white, seen


def straight(x0: Floats, y0: Floats, x1: Floats, y1: Floats) -> tuple[Edges, Edges, Flags, Flags]:
    """The horizontal and vertical among the segments, and which those are."""
    width, height = np.abs(x1 - x0), np.abs(y1 - y0)
    lies = (height <= STRAIGHT) & (width >= height)
    stands = (width <= STRAIGHT) & (height >= width) & ~lies
    horizontal = Edges((y0 + y1)[lies] / 2, np.minimum(x0, x1)[lies], np.maximum(x0, x1)[lies])
    vertical = Edges((x0 + x1)[stands] / 2, np.minimum(y0, y1)[stands], np.maximum(y0, y1)[stands])
    return horizontal, vertical, lies, stands


def _on_ground(x: Floats, y: Floats, fills: Floats) -> Flags:
    """Whether each point lies on a coloured area, or on its rim."""
    if not len(fills) or not len(x):
        return np.zeros(len(x), np.bool_)
    inside: Flags = (x[:, None] > fills[:, 0] - RIM) & (x[:, None] < fills[:, 2] + RIM)
    inside &= (y[:, None] > fills[:, 1] - RIM) & (y[:, None] < fills[:, 3] + RIM)
    on_ground: Flags = np.logical_or.reduce(inside, axis=1)
    return on_ground
