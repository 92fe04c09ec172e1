"""The objects of a page and of the forms on it: found in one walk, within the caps, sorted by kind."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from extract.errors import ReadError
from extract.pdf import foreign
from extract.pdf.geometry import IDENTITY, Floats, Matrix, apply, multiply

MAX_OBJECTS = 200_000
MAX_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Objects:
    """Handles of a page's objects; `…_outer` is k × 6, for each the matrix of the form it stands in."""

    paths: list[int]
    paths_outer: Floats
    images: Floats
    """k × 4 boxes (x0, y0, x1, y1) in user space."""
    count: int
    hidden_text: bool
    """Some text is drawn invisibly (render mode 3)."""
    plain_text: bool
    """All text is upright in user space and as wide as it is high."""
    texts: list[int]
    """Handles of those that show text."""


def read_objects(page: int, number: int) -> Objects:
    """Everything painted on page `number`, whose handle is `page`. Raises ReadError `too_many_objects`."""
    paths: list[int] = []
    outers: list[tuple[Matrix, int]] = []
    images: list[tuple[float, float, float, float]] = []
    shown: list[int] = []
    count, hidden, plain = 0, False, True
    waiting = [(page, IDENTITY, 0)]
    while waiting:
        holder, outer, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise _too_many(number, f"nests forms more than {MAX_DEPTH} deep")
        handles, kinds = _held(holder, number, in_form=depth > 0, allowed=MAX_OBJECTS - count)
        count += len(handles)
        own_paths = [drawn for drawn, kind in zip(handles, kinds, strict=True) if kind == foreign.OBJECT_PATH]
        paths += own_paths
        outers.append((outer, len(own_paths)))
        texts = [drawn for drawn, kind in zip(handles, kinds, strict=True) if kind == foreign.OBJECT_TEXT]
        shown += texts
        hidden = hidden or foreign.RENDER_INVISIBLE in set(map(foreign.get_render_mode, texts))
        plain = plain and _all_plain(texts, outer)
        for drawn, kind in zip(handles, kinds, strict=True):
            if kind == foreign.OBJECT_IMAGE:
                images.append(_box(drawn, outer))
            elif kind == foreign.OBJECT_FORM:
                waiting.append((drawn, multiply(_own_matrix(drawn), outer), depth + 1))
    rows = [np.broadcast_to(np.array(outer, np.float64), (n, 6)) for outer, n in outers]
    boxes = np.array(images, np.float64).reshape(-1, 4)
    return Objects(paths, np.concatenate(rows), boxes, count, hidden, plain, shown)


def is_plain(matrices: NDArray[np.float32] | Floats) -> NDArray[np.bool_]:
    """Whether text drawn with each matrix stands upright and is not stretched (so PDFium's boxes are right)."""
    a, b, d = matrices[:, 0], matrices[:, 1], matrices[:, 3]
    plain: NDArray[np.bool_] = (np.abs(b) <= 0.01 * np.abs(a)) & (a > 0) & (d > 0) & (np.abs(a - d) <= 0.02 * d)
    return plain


def _held(holder: int, number: int, in_form: bool, allowed: int) -> tuple[list[int], list[int]]:
    counted = foreign.count_form_objects(holder) if in_form else foreign.count_page_objects(holder)
    count = max(0, int(counted))
    if count > allowed:
        raise _too_many(number, f"draws more than {MAX_OBJECTS:,} objects")
    get = foreign.get_form_object if in_form else foreign.get_page_object
    handles = list(map(get, repeat(holder), range(count)))
    return handles, list(map(foreign.get_object_type, handles))


def _all_plain(texts: list[int], outer: Matrix) -> bool:
    matrices = np.zeros((len(texts), 6), np.float32)
    foreign.call(foreign.get_object_matrix, texts, foreign.addresses(matrices))
    if outer == IDENTITY:
        return bool(is_plain(matrices).all())
    turned = [multiply(_as_matrix(row), outer) for row in matrices]
    return bool(is_plain(np.array(turned, np.float64).reshape(-1, 6)).all())


def _own_matrix(drawn: int) -> Matrix:
    own = np.zeros(6, np.float32)
    foreign.get_object_matrix(drawn, own.ctypes.data)
    return _as_matrix(own)


def _as_matrix(values: NDArray[np.float32]) -> Matrix:
    a, b, c, d, e, f = values.tolist()
    return a, b, c, d, e, f


def _box(drawn: int, outer: Matrix) -> tuple[float, float, float, float]:
    box = np.zeros((4, 1), np.float32)
    foreign.get_bounds(drawn, *foreign.addresses(box))
    x, y = apply(outer, box[[0, 2], 0].astype(np.float64), box[[1, 3], 0].astype(np.float64))
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _too_many(number: int, what: str) -> ReadError:
    return ReadError("too_many_objects", f"page {number} {what}; it was not read")
