"""The boxes that objects of a page fill and the boxes that they are clipped to, for all objects of a kind at once.

A table page sets a clip for nearly each of its texts: asked one by one, they cost more than all the rest of a page.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from extract.pdf import foreign
from extract.pdf.geometry import Floats, Matrix, View, apply_each
from extract.pdf.paths import RECTANGLE

CLIP_SLACK = 0.5
NOWHERE = (-np.inf, -np.inf, np.inf, np.inf)
"""The clip of what is not clipped."""


class Painted(NamedTuple):
    """Something on a page: its handle, its turn to be painted, and the matrix of the form that it stands in."""

    handle: int
    turn: int
    outer: Matrix


def boxes_of(objects: list[Painted], view: View) -> Floats:
    """k × 4: where each object lies in the view."""
    found = np.zeros((len(objects), 4), np.float32)
    foreign.call(foreign.get_bounds, [one.handle for one in objects], *(foreign.addresses(found, i) for i in range(4)))
    return _viewed(found.astype(np.float64), _outers(objects), view)


def clips_of(objects: list[Painted], view: View) -> Floats:
    """k × 4: the box in the view that each object is clipped to, without end where it is not clipped."""
    clips = np.tile(np.array(NOWHERE, np.float64), (len(objects), 1))
    handles = np.fromiter((foreign.get_clip(one.handle) or 0 for one in objects), np.uint64, len(objects))
    counts = foreign.integers(map(foreign.count_clips, handles.tolist()), len(objects)).clip(min=0)
    owner = np.repeat(np.arange(len(objects)), counts)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    paths = handles[owner].tolist()
    segments = foreign.integers(map(foreign.count_clip_segments, paths, number.tolist()), len(owner))
    drawn = segments > 0
    owner, number, segments = owner[drawn], number[drawn], segments[drawn]
    if not len(owner):
        return clips
    boxes = _viewed(_clip_boxes(handles[owner], number, segments), _outers(objects)[owner], view)
    np.maximum.at(clips[:, 0], owner, boxes[:, 0] - CLIP_SLACK)
    np.maximum.at(clips[:, 1], owner, boxes[:, 1] - CLIP_SLACK)
    np.minimum.at(clips[:, 2], owner, boxes[:, 2] + CLIP_SLACK)
    np.minimum.at(clips[:, 3], owner, boxes[:, 3] + CLIP_SLACK)
    return clips


def _clip_boxes(clips: NDArray[np.uint64], number: NDArray[np.int64], segments: NDArray[np.int64]) -> Floats:
    """k × 4 in user space: around the corners of path `number` of each clip."""
    # of a rectangle two opposite corners say all
    rectangular = (segments == RECTANGLE) | (segments == RECTANGLE - 1)
    asked = np.where(rectangular, 2, segments)
    starts = np.cumsum(asked) - asked
    corner = np.arange(int(asked.sum())) - np.repeat(starts, asked)
    corner = np.where(np.repeat(rectangular, asked), corner * 2, corner)
    points = np.zeros((len(corner), 2), np.float32)
    of_path = (np.repeat(one, asked).tolist() for one in (clips, number))
    handles = map(foreign.get_clip_segment, *of_path, corner.tolist())
    foreign.call(foreign.get_segment_point, handles, foreign.addresses(points), foreign.addresses(points, 1))
    low, high = np.minimum.reduceat(points, starts), np.maximum.reduceat(points, starts)
    return np.concatenate([low, high], axis=1).astype(np.float64)


def _outers(objects: list[Painted]) -> Floats:
    return np.array([one.outer for one in objects], np.float64).reshape(-1, 6)


def _viewed(boxes: Floats, outers: Floats, view: View) -> Floats:
    corners = boxes.reshape(-1, 2, 2)
    matrices = np.array([view.matrix], np.float64)
    x, y = apply_each(outers[:, None], corners[:, :, 0], corners[:, :, 1])
    x, y = apply_each(matrices[:, None], x, y)
    return np.stack([x.min(axis=1), y.min(axis=1), x.max(axis=1), y.max(axis=1)], axis=1)
