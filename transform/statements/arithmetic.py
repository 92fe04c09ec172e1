"""Which lines are sums of the lines printed below them, decided by the figures of all columns together.

It is asked only where the page's own signs (codes, numbering, indentation) make a reading whose totals do not hold, and
its answer counts only where the stated total vouches for it: every line is a leaf that is counted once or the exact sum
of what follows it, and the highest lines add up to the total in every column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Final

Vector = tuple[Decimal, ...]

_MOST_STEPS: Final = 60_000
"""So many steps of the search end it without an answer."""
_DEEPEST: Final = 8


class _SpentError(Exception):
    """The search took too many steps."""


def nesting(
    lines: Sequence[Vector], total: Vector, may_hold: Callable[[int, int], bool], half: Decimal
) -> list[int | None] | None:
    """For each line the position of the line that it is part of, None for a highest one; None altogether where the
    figures allow no nesting. `may_hold(upper, lower)` forbids what the page rules out; `half` is half a last printed
    digit, by which each part of a sum may be rounded where no exact nesting is found."""
    for allowed in (Decimal(0), half):
        try:
            found = next(_Search(lines, may_hold, allowed).nestings(total), None)
        except _SpentError:
            continue
        if found is not None:
            return found
    return None


class _Search:
    """Depth first, sums before leaves: a line that equals what follows it is its sum."""

    def __init__(self, lines: Sequence[Vector], may_hold: Callable[[int, int], bool], half: Decimal) -> None:
        self._half = half
        self._lines = lines
        self._may_hold = may_hold
        self._steps = 0
        self._dead: set[tuple[int, Vector, int | None, int]] = set()

    def nestings(self, total: Vector) -> Iterator[list[int | None]]:
        for _, parents in self._cover(0, total, None, 0, 0):
            made: list[int | None] = [None] * len(self._lines)
            for line, parent in parents:
                made[line] = parent
            yield made

    def _cover(
        self, at: int, left: Vector, parent: int | None, count: int, depth: int
    ) -> Iterator[tuple[int, tuple[tuple[int, int], ...]]]:
        """Ways in which lines from `at` on, as parts of `parent` after `count` others, add up to `left`: (where the
        next line begins, pairs of line and parent). The highest level takes all lines."""
        end = len(self._lines)
        if all(abs(one) <= self._half * count for one in left) and (parent is not None or at == end):
            yield at, ()
        key = (at, left, parent, depth)
        if at >= end or key in self._dead or (parent is not None and not self._may_hold(parent, at)):
            return
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise _SpentError
        found = False
        own = self._lines[at]
        rest = tuple(one - other for one, other in zip(left, own, strict=True))
        if _within(rest, left, self._half * (count + 1)):
            mine = () if parent is None else ((at, parent),)
            for after, below in self._parts(at, own, depth):
                for last, beside in self._cover(after, rest, parent, count + 1, depth):
                    found = True
                    yield last, (*mine, *below, *beside)
        if not found:
            self._dead.add(key)

    def _parts(self, at: int, own: Vector, depth: int) -> Iterator[tuple[int, tuple[tuple[int, int], ...]]]:
        """The line as the sum of lines after it, else as a leaf."""
        if any(own) and depth < _DEEPEST:
            for after, below in self._cover(at + 1, own, at, 0, depth + 1):
                if after > at + 1:
                    yield after, below
        yield at + 1, ()


def _within(rest: Vector, left: Vector, allowed: Decimal) -> bool:
    """Whether what is left still has the sign that it had: amounts of one sign cannot come back."""
    return all(abs(one) <= allowed or (one > 0) == (was > 0) for one, was in zip(rest, left, strict=True)) or any(
        was < 0 for was in left
    )
