"""Plain pdfplumber: the reference that the reader is tested against, and its fallback for what PDFium refuses.

It reads through pdfminer, another parser, which bears other faults of a file. As a fallback it gives what PDFium would
have given, characters, rules and areas; the tables are then made of them in the one way there is. It knows neither
hidden text nor transparent rules, and it is slow: whoever calls it for a file of strangers does so within limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pdfplumber
from numpy.typing import NDArray
from pdfplumber.page import Page

from extract.errors import ReadError
from extract.pdf.characters import Characters, are_seen, is_slanted, quarter_turns, without_overprints
from extract.pdf.content import LARGEST_PAGE, PageContent
from extract.pdf.geometry import Floats, View, apply
from extract.pdf.objects import MAX_OBJECTS
from extract.pdf.paths import WHITE, Drawing, Strokes, drawn, straight

Table = list[list[str | None]]
_NO_CHARACTER = re.compile(r"\(cid:\d+\)")


def reference_tables(path: Path) -> Iterator[list[Table]]:
    """For each page its tables as pdfplumber finds them; without `dedupe_chars` bold by double strike is read twice."""
    with pdfplumber.open(path) as document:
        for page in document.pages:
            yield page.dedupe_chars().extract_tables()
            page.close()


@contextmanager
def plainly_opened(path: Path) -> Iterator[Sequence[Page]]:
    """The pages of a PDF, none where pdfminer cannot open it either."""
    try:
        document = pdfplumber.open(path)
        pages = document.pages
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  a parser in Python fails at a broken file in any way there is
        yield []
        return
    with document:
        yield pages


def plain_content(page: Page) -> PageContent:
    """What stands on a page. Raises ReadError `too_large`, `too_many_objects`; `truncated` if pdfminer fails on it."""
    number = page.page_number
    try:
        crop, objects = page.cropbox, page.objects
    except MemoryError:
        raise
    except Exception as error:
        raise ReadError("truncated", f"page {number} cannot be read: {error}; fetch the file again") from error
    if max(crop[2] - crop[0], crop[3] - crop[1]) > LARGEST_PAGE:
        raise ReadError("too_large", f"page {number} is larger than {LARGEST_PAGE:,.0f} points; it was not read")
    count = sum(map(len, objects.values()))
    if count > MAX_OBJECTS:
        raise ReadError("too_many_objects", f"page {number} draws more than {MAX_OBJECTS:,} objects; it was not read")
    chars = objects.get("char", [])
    matrices = np.array([char["matrix"] for char in chars], np.float32).reshape(-1, 6)
    turns = quarter_turns(matrices)
    turn = int(np.bincount(turns, minlength=4).argmax()) if len(chars) else 0
    visible = (float(crop[0]), -float(crop[3]), float(crop[2]), -float(crop[1]))
    view = View.of(visible, turn * 90)
    content = PageContent(view, _characters(chars, matrices, turns, view), _drawing(objects, view), count, len(chars))
    page.close()
    return content


def _characters(
    chars: list[dict[str, Any]], matrices: NDArray[np.float32], turns: NDArray[np.int64], view: View
) -> Characters:
    boxes = _boxes(chars, view)
    level = ~is_slanted(matrices)
    texts = ["\ufffd" if _NO_CHARACTER.fullmatch(char["text"]) else char["text"] for char in chars]
    lost = np.array([not text or text == "\ufffd" for text in texts], np.bool_)
    given = np.flatnonzero(level & ~lost).tolist()
    chosen = [i for i in given for _ in texts[i]]  # a ligature is several characters in one box
    codes = np.array([ord(character) for i in given for character in texts[i]], np.uint32)
    box = boxes[chosen]
    directions = ((-turns[chosen] + view.turn // 90) % 4).astype(np.int8)
    slanted = "".join(text for text, is_level in zip(texts, level.tolist(), strict=True) if not is_level)
    invisible = np.zeros(len(codes), np.bool_)
    x0, top, x1, bottom = box.T
    characters = Characters(codes, x0, top, x1, bottom, directions, invisible, int(np.count_nonzero(lost)), slanted)
    seen = are_seen(characters, view)
    unseen = int(np.count_nonzero(~seen & ~characters.blank))
    return without_overprints(replace(characters.where(seen), unseen=unseen))


def _drawing(objects: dict[str, list[dict[str, Any]]], view: View) -> Drawing:
    """Lines, rectangles and polygons as `paths.read_drawing` gives them."""
    shapes = [shape for kind in ("line", "rect", "curve") for shape in objects.get(kind, ())]
    sides: list[tuple[float, float, float, float]] = []
    side_white: list[bool] = []
    for shape in shapes:
        if shape["stroke"]:
            own = list(_sides(shape))
            sides += own
            side_white += [_is_white(shape["stroking_color"])] * len(own)
    ends = np.array(sides, np.float64).reshape(-1, 4)
    ax, ay = apply(view.matrix, ends[:, 0], -ends[:, 1])
    bx, by = apply(view.matrix, ends[:, 2], -ends[:, 3])
    horizontal, vertical, lies, stands = straight(ax, ay, bx, by)
    white = np.array(side_white, np.bool_)
    strokes = Strokes(horizontal, vertical, white[lies], white[stands])
    filled = [shape for shape in shapes if shape["fill"] and not shape["stroke"]]
    under = [
        shape for shape in shapes if shape["fill"] and shape["stroke"] and not _is_white(shape["non_stroking_color"])
    ]
    fill_white = np.array([_is_white(shape["non_stroking_color"]) for shape in filled], np.bool_)
    images = _boxes(objects.get("image", []), view)
    return drawn(strokes, _boxes(filled, view), fill_white, _boxes(under, view), images)


def _sides(shape: dict[str, Any]) -> Iterator[tuple[float, float, float, float]]:
    """The straight segments of a path, as (x0, top, x1, bottom) in reading order of its points."""
    if any(step[0] in "cvy" for step in shape["path"]):
        return
    points = shape["pts"]
    if shape["object_type"] == "rect" or any(step[0] == "h" for step in shape["path"]):
        points = [*points, points[0]]
    yield from ((*a, *b) for a, b in pairwise(points))


def _boxes(shapes: Sequence[dict[str, Any]], view: View) -> Floats:
    """k × 4 boxes in the view."""
    given = np.array([(s["x0"], s["top"], s["x1"], s["bottom"]) for s in shapes], np.float64).reshape(-1, 4)
    ax, ay = apply(view.matrix, given[:, 0], -given[:, 1])
    bx, by = apply(view.matrix, given[:, 2], -given[:, 3])
    return np.stack([np.minimum(ax, bx), np.minimum(ay, by), np.maximum(ax, bx), np.maximum(ay, by)], axis=1)


def _is_white(color: Any) -> bool:
    """Whether a colour as pdfminer gives it (grey, RGB or CMYK from 0 to 1; a name; none) cannot be told from paper."""
    parts = color if isinstance(color, tuple | list) else (color,)
    if not all(isinstance(part, int | float) for part in parts):
        return False
    if len(parts) == 4:
        return all(part * 255 <= 255 - WHITE for part in parts)
    return len(parts) in (1, 3) and all(part * 255 >= WHITE for part in parts)
