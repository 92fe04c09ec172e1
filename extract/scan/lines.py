"""Where the lines of text stand: within a cell, and on the page outside of all tables."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from extract.scan.image import DPI, Grey, Mask
from extract.scan.ruling import Rectangle

EM = round(DPI * 9 / 72)
"""Pixels of a usual character."""
_PITCH = DPI * 11 / 72
_DARKER = 45
"""Grey levels by which ink is darker than its paper."""
_BORDER = max(2, round(DPI * 0.008))
"""Pixels beside a ruling line that may still be its own."""
_MARGIN = max(2, round(DPI * 0.018))


@dataclass(frozen=True, slots=True)
class TextLine:
    """Where a line's ink stands, and the cut of the page that is recognised.

    The cut has an em of margin at either end where there is room: a full stop or colon there has too little ink to be
    told from dust.
    """

    ink: Rectangle
    cut: Rectangle


def lines_of_cell(grey: Grey, ruling: Mask, room: Rectangle) -> list[TextLine]:
    """The lines of text in a cell, from top to bottom."""
    x0, top = room[0] + _BORDER - 1, room[1] + _BORDER - 1
    x1, bottom = room[2] - _BORDER + 1, room[3] - _BORDER + 1
    if x1 - x0 < 3 or bottom - top < 3:
        return []
    ink = _marks(grey[top:bottom, x0:x1], ruling[top:bottom, x0:x1])
    found = []
    for first, last in _bands(ink):
        columns = np.flatnonzero(ink[first:last].any(axis=0))
        if columns.size:
            box = (x0 + int(columns[0]), top + first, x0 + int(columns[-1]) + 1, top + last)
            found.append(TextLine(box, _cut(box, (x0, top, x1, bottom))))
    return found


def lines_outside(grey: Grey, ruling: Mask, tables: list[Rectangle]) -> list[list[TextLine]]:
    """The lines of text outside the tables from top to bottom; pieces of a line that stand far apart are parted."""
    ink = _marks(grey, ruling)
    for x0, top, x1, bottom in tables:
        ink[max(0, top - 2) : bottom + 2, max(0, x0 - 2) : x1 + 2] = False
    joined = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((_MARGIN, 2 * EM), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined.astype(np.uint8), connectivity=8)
    pieces = []
    for number in range(1, count):
        x, y, width, height, _ = stats[number].tolist()
        if height >= EM * 0.3 and width >= EM * 0.3 and height < EM * 8:
            pieces.append((x, y, x + width, y + height))
    rows: list[list[Rectangle]] = []
    for piece in sorted(pieces, key=lambda piece: (piece[1] + piece[3], piece[0])):
        middle = (piece[1] + piece[3]) / 2
        if rows and any(other[1] <= middle <= other[3] for other in rows[-1]):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    page = (0, 0, grey.shape[1], grey.shape[0])
    return [[TextLine(piece, _cut(piece, page)) for piece in sorted(row)] for row in rows]


def _cut(ink: Rectangle, room: Rectangle) -> Rectangle:
    side = _MARGIN + EM
    return (
        max(room[0], ink[0] - side),
        max(room[1], ink[1] - _MARGIN),
        min(room[2], ink[2] + side),
        min(room[3], ink[3] + _MARGIN),
    )


def _marks(grey: Grey, ruling: Mask) -> NDArray[np.bool_]:
    """Ink that is neither a ruling line's nor a lone speck's."""
    paper = float(np.median(grey[::2, ::2]))
    ink = (grey < paper - _DARKER) & (ruling == 0)
    words = cv2.morphologyEx(ink.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((1, round(DPI * 0.06)), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(words.astype(np.uint8), connectivity=8)
    keep = stats[:count, cv2.CC_STAT_AREA] > (DPI * 0.02) ** 2
    keep[0] = False
    return np.asarray(ink & keep[labels], np.bool_)


def _bands(ink: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First row and the one after the last, of each line of text."""
    written = np.concatenate([[False], ink.any(axis=1), [False]])
    changes = np.flatnonzero(written[1:] != written[:-1]).tolist()
    bands: list[list[int]] = []
    height = DPI * 8 / 72
    for first, last in zip(changes[::2], changes[1::2], strict=True):
        # the strokes of 二 or 言 are parted; a line is about as high as its type, and lines stand apart
        if bands and last - bands[-1][0] <= height * 1.25 and first - bands[-1][1] < height * 0.45:
            bands[-1][1] = last
        else:
            bands.append([first, last])
    lines: list[tuple[int, int]] = []
    for first, last in bands:
        if last - first < height * 0.2:
            continue
        # what is too high holds several lines that touch: cut at equal pitch
        count = max(1, round((last - first) / _PITCH)) if last - first > height * 1.7 else 1
        step = (last - first) / count
        lines += [(first + round(step * at), first + round(step * (at + 1))) for at in range(count)]
    return lines
