"""The rules (ruling lines) of a page as arrays, from the paths PDFium finds on it and in its nested forms.

A rule is a stroked line, the side of a stroked rectangle, or a thin filled rectangle (Word and Excel draw every border
so). The sides of a filled area are edges too, of a weaker kind: a coloured band may stand for rules, or merely
highlight text. What a reader cannot see is no rule: white ones (unless on a coloured ground) and transparent ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from extract.errors import ReadError
from extract.pdf import foreign
from extract.pdf.geometry import Floats, Matrix, View, apply, multiply

MAX_OBJECTS = 200_000
MAX_SEGMENTS = 400_000
MAX_DEPTH = 12
THIN = 3.0
"""A filled rectangle of at most this thickness (points) is a rule, and parallel rules as close as this are one."""
STRAIGHT = 0.5
"""A segment that leans by at most this many points is horizontal or vertical."""
WHITE = 248
"""Red, green and blue from here on (of 255) cannot be told from paper."""

Flags = NDArray[np.bool_]


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
    """What is painted on a page besides its characters."""

    horizontal: Edges
    vertical: Edges
    fills: Floats
    """k × 4 (x0, top, x1, bottom): coloured areas that are not thin enough to be rules."""
    images: Floats
    """k × 4 boxes of images."""
    hidden_text: bool
    """Some text is drawn invisibly (render mode 3)."""
    objects: int


def read_drawing(page: int, view: View, number: int) -> Drawing:
    """The rules, areas and images of a page handle; ReadError `too_many_objects` beyond the caps."""
    paths: list[tuple[int, Matrix]] = []
    images: list[tuple[float, float, float, float]] = []
    hidden, objects = False, 0
    for count, get, holder, matrix in _holders(page, view.matrix, number):
        handles = list(map(get, repeat(holder), range(count)))
        kinds = list(map(foreign.get_object_type, handles))
        objects += count
        for drawn, kind in zip(handles, kinds, strict=True):
            if kind == foreign.OBJECT_PATH:
                paths.append((drawn, matrix))
            elif kind == foreign.OBJECT_TEXT:
                hidden = hidden or foreign.get_render_mode(drawn) == foreign.RENDER_INVISIBLE
            elif kind == foreign.OBJECT_IMAGE:
                images.append(_bounds(drawn, matrix))
    horizontal, vertical, fills = _edges(paths, number)
    boxes = np.array(images, np.float64).reshape(-1, 4)
    return Drawing(horizontal, vertical, fills, boxes, hidden, objects)


def _holders(page: int, matrix: Matrix, number: int) -> Iterable[tuple[int, Callable[[int, int], int], int, Matrix]]:
    """The page itself and every form on it: number of objects, how to get one, the holder and its matrix."""
    seen = 0
    waiting = [(foreign.count_page_objects, foreign.get_page_object, page, matrix, 0)]
    own = np.zeros(6, np.float32)
    while waiting:
        count_of, get, holder, outer, depth = waiting.pop()
        count = max(0, int(count_of(holder)))
        seen += count
        if seen > MAX_OBJECTS:
            raise ReadError(
                "too_many_objects", f"page {number} draws more than {MAX_OBJECTS:,} objects; it was not read"
            )
        if depth > MAX_DEPTH:
            raise ReadError(
                "too_many_objects", f"page {number} nests forms more than {MAX_DEPTH} deep; it was not read"
            )
        yield count, get, holder, outer
        for i in range(count):
            drawn = get(holder, i)
            if foreign.get_object_type(drawn) == foreign.OBJECT_FORM:
                foreign.get_object_matrix(drawn, own.ctypes.data)
                inner = multiply(_matrix(own), outer)
                waiting.append((foreign.count_form_objects, foreign.get_form_object, drawn, inner, depth + 1))


def _matrix(values: NDArray[np.float32]) -> Matrix:
    a, b, c, d, e, f = values.tolist()
    return a, b, c, d, e, f


def _bounds(drawn: int, matrix: Matrix) -> tuple[float, float, float, float]:
    box = np.zeros(4, np.float32)
    foreign.get_bounds(drawn, *foreign.addresses(box.reshape(4, 1)))
    x, y = apply(matrix, box[[0, 2]].astype(np.float64), box[[1, 3]].astype(np.float64))
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _painted(handles: list[int]) -> tuple[Flags, ...]:
    """For each path: whether it is filled, stroked, filled in white, stroked in white (transparent is not painted)."""
    modes = np.zeros((len(handles), 2), np.int32)
    list(map(foreign.get_draw_mode, handles, foreign.addresses(modes), foreign.addresses(modes, 1)))
    fill_white, fill_seen = _colors(foreign.get_fill_color, handles)
    stroke_white, stroke_seen = _colors(foreign.get_stroke_color, handles)
    return (modes[:, 0] != 0) & fill_seen, (modes[:, 1] != 0) & stroke_seen, fill_white, stroke_white


def _colors(get: foreign.Function, handles: list[int]) -> tuple[Flags, Flags]:
    """Whether each path's colour is white, and whether it shows at all; a pattern, which has no colour, shows."""
    colors = np.zeros((len(handles), 4), np.uint32)
    colors[:, 3] = 255
    list(map(get, handles, *(foreign.addresses(colors, i) for i in range(4))))
    white: Flags = np.logical_and.reduce(colors[:, :3] >= WHITE, axis=1)
    return white, colors[:, 3] > 0


def _edges(paths: list[tuple[int, Matrix]], number: int) -> tuple[Edges, Edges, Floats]:
    if not paths:
        return Edges.none(), Edges.none(), np.empty((0, 4))
    filled, stroked, fill_white, stroke_white = _painted([path for path, _ in paths])
    shown = np.flatnonzero(filled | stroked).tolist()
    handles = [paths[i][0] for i in shown]
    lengths = np.maximum(foreign.integers(map(foreign.count_segments, handles), len(handles)), 0)
    total = int(lengths.sum())
    if total > MAX_SEGMENTS:
        raise ReadError(
            "too_many_objects", f"page {number} draws more than {MAX_SEGMENTS:,} line segments; it was not read"
        )
    if not total:
        return Edges.none(), Edges.none(), np.empty((0, 4))
    owner = np.repeat(np.arange(len(handles)), lengths)  # point → path
    index = np.arange(total) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    segments = list(map(foreign.get_segment, np.array(handles, np.uint64)[owner].tolist(), index.tolist()))
    points = np.zeros((total, 2), np.float32)
    list(map(foreign.get_segment_point, segments, foreign.addresses(points), foreign.addresses(points, 1)))
    kinds = foreign.integers(map(foreign.get_segment_type, segments), total)
    closes = foreign.integers(map(foreign.get_segment_close, segments), total) == 1
    x, y = _placed(points, [paths[i] for i in shown], owner)

    begins = (kinds == foreign.SEGMENT_MOVE) | (index == 0)
    part = np.cumsum(begins) - 1  # point → subpath
    first = np.flatnonzero(begins)
    last = np.append(first[1:], total) - 1
    path = owner[first]  # subpath → path
    whole = last > first
    x0, x1 = np.minimum.reduceat(x, first), np.maximum.reduceat(x, first)
    y0, y1 = np.minimum.reduceat(y, first), np.maximum.reduceat(y, first)
    at = np.array(shown)[path]
    is_filled, is_stroked = filled[at] & whole, stroked[at] & whole
    is_white = np.where(is_stroked, stroke_white[at], fill_white[at])

    # filled areas and filled rules: one subpath is one box
    thickness = np.minimum(x1 - x0, y1 - y0)
    bar = is_filled & ~is_stroked & (thickness <= THIN)
    area = is_filled & ~fill_white[at] & (thickness > THIN)
    fills = np.stack([x0, y0, x1, y1], axis=1)[area]
    flat = bar & (x1 - x0 >= y1 - y0)
    tall = bar & (y1 - y0 >= x1 - x0)  # a dot is both: a dotted rule is made of dots
    horizontal = Edges((y0[flat] + y1[flat]) / 2, x0[flat], x1[flat])
    vertical = Edges((x0[tall] + x1[tall]) / 2, y0[tall], y1[tall])
    white_h, white_v = is_white[flat], is_white[tall]

    # strokes: every straight side, and the side that closes the subpath
    drawn = is_stroked[part]
    sides = np.flatnonzero(drawn[1:] & ~begins[1:] & (kinds[1:] != foreign.SEGMENT_CURVE) & (kinds[:-1] >= 0))
    closing = np.flatnonzero(is_stroked & np.logical_or.reduceat(closes, first))
    start = np.concatenate([sides, last[closing]])
    end = np.concatenate([sides + 1, first[closing]])
    side_h, side_v, lies, stands = _straight(x[start], y[start], x[end], y[end])
    stroke_is_white = is_white[part[start]]
    horizontal, white_h = horizontal.joined_with(side_h), np.concatenate([white_h, stroke_is_white[lies]])
    vertical, white_v = vertical.joined_with(side_v), np.concatenate([white_v, stroke_is_white[stands]])
    seen_h = ~white_h | _on_ground((horizontal.start + horizontal.end) / 2, horizontal.at, fills)
    seen_v = ~white_v | _on_ground(vertical.at, (vertical.start + vertical.end) / 2, fills)
    return horizontal.where(seen_h), vertical.where(seen_v), fills


def _placed(
    points: NDArray[np.float32], paths: list[tuple[int, Matrix]], owner: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """The points in the view: each path's own matrix, then that of the form it stands in."""
    own = np.zeros((len(paths), 6), np.float32)
    list(map(foreign.get_object_matrix, [path for path, _ in paths], foreign.addresses(own)))
    outer = np.array([matrix for _, matrix in paths], np.float64)
    a, b, c, d, e, f = own.astype(np.float64)[owner].T
    g, h, i, j, k, m = outer[owner].T
    x, y = points[:, 0].astype(np.float64), points[:, 1].astype(np.float64)
    x, y = x * a + y * c + e, x * b + y * d + f
    return x * g + y * i + k, x * h + y * j + m


def _straight(x0: Floats, y0: Floats, x1: Floats, y1: Floats) -> tuple[Edges, Edges, Flags, Flags]:
    """The horizontal and vertical among the segments, and which those are."""
    width, height = np.abs(x1 - x0), np.abs(y1 - y0)
    lies = (height <= STRAIGHT) & (width >= height)
    stands = (width <= STRAIGHT) & (height >= width) & ~lies
    horizontal = Edges((y0 + y1)[lies] / 2, np.minimum(x0, x1)[lies], np.maximum(x0, x1)[lies])
    vertical = Edges((x0 + x1)[stands] / 2, np.minimum(y0, y1)[stands], np.maximum(y0, y1)[stands])
    return horizontal, vertical, lies, stands


def _on_ground(x: Floats, y: Floats, fills: Floats) -> Flags:
    """Whether each point lies on a coloured area."""
    if not len(fills) or not len(x):
        return np.zeros(len(x), np.bool_)
    inside: Flags = (x[:, None] > fills[:, 0]) & (x[:, None] < fills[:, 2])
    inside &= (y[:, None] > fills[:, 1]) & (y[:, None] < fills[:, 3])
    on_ground: Flags = np.logical_or.reduce(inside, axis=1)
    return on_ground
