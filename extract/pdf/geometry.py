"""From a PDF's user space to the page as a person reads it: origin at the top left, upright, in points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class View:
    """The visible part of a page, turned clockwise by `turn` degrees: its size and the matrix that leads there."""

    width: float
    height: float
    turn: int
    matrix: Matrix

    @classmethod
    def of(cls, visible: tuple[float, float, float, float], turn: int) -> View:
        """`visible` is (left, bottom, right, top) in user space."""
        left, bottom, right, top = visible
        width, height = right - left, top - bottom
        matrices: dict[int, Matrix] = {
            0: (1, 0, 0, -1, -left, top),
            90: (0, 1, 1, 0, -bottom, -left),
            180: (-1, 0, 0, 1, right, -bottom),
            270: (0, -1, -1, 0, top, right),
        }
        if turn in (90, 270):
            width, height = height, width
        return cls(width, height, turn, matrices[turn])


def multiply(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that applies `first`, then `second`."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def apply(matrix: Matrix, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    a, b, c, d, e, f = matrix
    return x * a + y * c + e, x * b + y * d + f


def apply_each(matrices: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Each of the `matrices` (… × 6) to the points beside it."""
    a, b, c, d, e, f = np.moveaxis(matrices, -1, 0)
    return x * a + y * c + e, x * b + y * d + f
