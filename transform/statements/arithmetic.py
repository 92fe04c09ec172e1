"""Which lines are sums of the lines printed below them, decided by the figures of all columns together.

It is asked only where the page's own signs (codes, numbering, indentation) make a reading whose totals do not hold, and
its answer counts only where the stated total vouches for it: every line is a leaf that is counted once or the exact sum
of what follows it, and the highest lines add up to the total in every column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Final

Vector = tuple[Decimal, ...]
_Whole = tuple[int, ...]
_State = tuple[_Whole, int]
"""What is left of a sum, and how many parts it has so far (counted only where parts may be rounded)."""
_Step = tuple[int, _State]
"""Where the line began that led to a state, and the state before it."""

_MOST_STEPS: Final = 150_000
"""So many steps of the search end it without an answer."""
_MOST_STATES: Final = 200
"""So many sums are followed side by side at one line; those come first that make most lines the parts of others."""
_SCALE: Final = 10_000
"""Amounts are counted in ten-thousandths of a yuan: half of the last digit of any amount is whole."""


class _SpentError(Exception):
    """The search took too many steps."""


def nesting(
    lines: Sequence[Vector], total: Vector, may_hold: Callable[[int, int], bool], half: Decimal
) -> list[int | None] | None:
    """For each line the position of the line that it is part of, None for a highest one; None altogether where the
    figures allow no nesting. `may_hold(upper, lower)` forbids what the page rules out; `half` is half a last printed
    digit, by which each part of a sum may be rounded where no exact nesting is found."""
    for allowed in (0, int(half * _SCALE)):
        try:
            found = _Search([_whole(line) for line in lines], may_hold, allowed).nesting(_whole(total))
        except _SpentError:
            continue
        if found is not None:
            return found
    return None


def chapters(
    lines: Sequence[Vector], heads: Sequence[int], may_hold: Callable[[int, int], bool], half: Decimal
) -> list[int | None]:
    """The same where the page tells the highest lines, the `heads`: each is the sum of as many of the lines up to the
    next head as its figures reach; what stands beyond them is as high as itself."""
    parents: list[int | None] = [None] * len(lines)
    for head, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        own = [_whole(line) for line in lines[head:end]]

        def held(upper: int, lower: int, head: int = head) -> bool:
            return may_hold(head + upper, head + lower)

        for allowed in (0, int(half * _SCALE)):
            try:
                below = _Search(own, held, allowed).below_first()
            except _SpentError:
                continue
            if any(parent is not None for parent in below):
                parents[head:end] = [None if parent is None else head + parent for parent in below]
                break
    return parents


def _whole(vector: Vector) -> _Whole:
    return tuple(int(one * _SCALE) for one in vector)


class _Search:
    """From the last line up, how far each line may reach as the sum of what follows it: then the same of the total.
    Sums come before leaves, and a line reaches as far as it can: a line that equals what follows it is its sum."""

    def __init__(self, lines: Sequence[_Whole], may_hold: Callable[[int, int], bool], half: int) -> None:
        self._lines = lines
        self._may_hold = may_hold
        self._half = half
        self._steps = 0
        self._reaches: list[dict[int, tuple[_Step, ...]]] = [{} for _ in lines]
        """For each line its possible ends as a sum, with the parts that make it up."""
        columns = range(len(lines[0]) if lines else 0)
        self._above: list[_Whole] = [tuple(0 for _ in columns)]
        """From each line on, what all lines that are positive add up to: no more can be taken."""
        self._below: list[_Whole] = [tuple(0 for _ in columns)]
        for line in reversed(lines):
            self._above.append(tuple(s + max(one, 0) for s, one in zip(self._above[-1], line, strict=True)))
            self._below.append(tuple(s + min(one, 0) for s, one in zip(self._below[-1], line, strict=True)))
        self._above.reverse()
        self._below.reverse()

    def nesting(self, total: _Whole) -> list[int | None] | None:
        self._reach()
        whole = self._cover(0, total, None).get(len(self._lines))
        if whole is None:
            return None
        parents: list[int | None] = [None] * len(self._lines)
        self._name(whole, len(self._lines), None, parents)
        return parents

    def below_first(self) -> list[int | None]:
        """The lines below the first one, as far as it reaches."""
        self._reach()
        parents: list[int | None] = [None] * len(self._lines)
        if self._reaches[0]:
            end = max(self._reaches[0])
            self._name(self._reaches[0][end], end, 0, parents)
        return parents

    def _reach(self) -> None:
        for at in reversed(range(len(self._lines))):
            if any(self._lines[at]):
                reached = self._cover(at + 1, self._lines[at], at)
                self._reaches[at] = {to: parts for to, parts in reached.items() if to > at + 1}

    def _name(self, parts: Iterable[_Step], end: int, parent: int | None, parents: list[int | None]) -> None:
        """Enter the parent of each part, and of the parts of those that are sums themselves."""
        beginnings = [at for at, _ in parts]
        for at, after in zip(beginnings, [*beginnings[1:], end], strict=True):
            parents[at] = parent
            if after > at + 1:
                self._name(self._reaches[at][after], after, at, parents)

    def _cover(self, start: int, left: _Whole, parent: int | None) -> dict[int, tuple[_Step, ...]]:
        """Where lines from `start` on, as parts of `parent`, add up to `left`: each end with the parts up to it. The
        highest level takes all lines."""
        end = len(self._lines)
        waiting: dict[int, dict[_State, _Step | None]] = {start: {(left, 0): None}}
        came: dict[tuple[int, _State], _Step | None] = {}
        found: dict[int, _State] = {}
        for at in range(start, end + 1):
            for state, step in waiting.pop(at, {}).items():
                came[at, state] = step
                rest, count = state
                if (parent is not None or at == end) and all(abs(one) <= self._half * count for one in rest):
                    found.setdefault(at, state)
                if at == end or (parent is not None and not self._may_hold(parent, at)):
                    continue
                after = tuple(one - other for one, other in zip(rest, self._lines[at], strict=True))
                counted = count + 1 if self._half else 0
                for to in (*reversed(self._reaches[at]), at + 1):
                    self._steps += 1
                    known = waiting.setdefault(to, {})
                    if len(known) < _MOST_STATES and self._reachable(to, after, counted):
                        known.setdefault((after, counted), (at, state))
                if self._steps > _MOST_STEPS:
                    raise _SpentError
            if not waiting:
                break
        return {at: _way(came, at, state) for at, state in found.items()}

    def _reachable(self, at: int, left: _Whole, count: int) -> bool:
        """Whether lines from `at` on can still bring what is left to nothing."""
        slack = self._half * (count + len(self._lines) - at) if self._half else 0
        return all(
            low - slack <= one <= high + slack
            for one, low, high in zip(left, self._below[at], self._above[at], strict=True)
        )


def _way(came: dict[tuple[int, _State], _Step | None], at: int, state: _State) -> tuple[_Step, ...]:
    steps: list[_Step] = []
    while (step := came[at, state]) is not None:
        steps.append(step)
        at, state = step
    return tuple(reversed(steps))
