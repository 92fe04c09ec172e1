"""Does a stated total hold? Rounding is allowed, a missing line is not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from transform.amounts import printed_step
from transform.records import Amount

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """A stated total beside the sum of its lines, in yuan."""

    stated: Decimal
    loaded: Decimal
    lines: int
    holds: bool

    @property
    def difference(self) -> Decimal:
        """stated − loaded."""
        return self.stated - self.loaded

    @property
    def rounded(self) -> bool:
        """It holds, but only because rounding is allowed."""
        return self.holds and self.difference != 0


def reconcile(stated: Amount, lines: Sequence[Amount]) -> Reconciliation:
    """Check a stated total against its lines.

    It holds when there is no difference, or when |stated − Σ lines| is at most half a last printed digit for each line,
    and smaller than the smallest line that is not zero. The last printed digit is that of the most exact line: a bare 0
    or a whole number among the lines does not make them coarse. A total in another unit than its lines (万元 over 元)
    may be off by half of its own last digit.
    """
    loaded = sum((line.yuan for line in lines), Decimal(0))
    difference = abs(stated.yuan - loaded)
    step = min((printed_step(line) for line in lines), default=printed_step(stated))
    own_step = printed_step(stated) if all(line.unit != stated.unit for line in lines) else Decimal(0)
    allowed = max(step * len(lines), own_step) / 2
    smallest = min((abs(line.yuan) for line in lines if line.yuan), default=Decimal(0))
    holds = difference == 0 or (difference <= allowed and difference < smallest)
    return Reconciliation(stated=stated.yuan, loaded=loaded, lines=len(lines), holds=holds)


def vouched(
    stated: Amount, members: Collection[object], lines: Sequence[Amount], exact: Iterable[Collection[object]]
) -> bool:
    """Whether a total that is off by no more than one last digit holds, though a line of it is as small: another total
    that is exact sums all its lines (`exact`: what such totals sum), so that none of them is missing or misread."""
    if len(lines) < 2 or abs(reconcile(stated, lines).difference) > min(map(printed_step, lines)):
        return False
    own = set(members)
    return any(own <= set(other) for other in exact)


def failing(controls: Sequence[tuple[Amount, Collection[T], Sequence[Amount]]]) -> list[int]:
    """Positions of the controls (stated, what it sums, its lines) that neither hold, nor are vouched for by another,
    nor hold level by level."""
    found = [reconcile(stated, lines) for stated, _, lines in controls]
    exact = [members for (_, members, _), one in zip(controls, found, strict=True) if one.lines and not one.difference]
    left = [
        place
        for place, ((stated, members, lines), one) in enumerate(zip(controls, found, strict=True))
        if not one.holds and not vouched(stated, members, lines, exact)
    ]
    near = [place for place in left if _is_near(*controls[place][::2])]
    while near:
        holding = [controls[place] for place in range(len(controls)) if place not in set(left) and controls[place][2]]
        held = {place for place in near if _holds_by_levels(controls[place], holding)}
        if not held:
            break
        left = [place for place in left if place not in held]
        near = [place for place in near if place not in held]
    return left


def _is_near(stated: Amount, lines: Sequence[Amount]) -> bool:
    """Whether rounding of the lines may explain the difference, were no line as small as it."""
    return len(lines) > 1 and abs(reconcile(stated, lines).difference) * 2 <= min(map(printed_step, lines)) * len(lines)


def _holds_by_levels(
    control: tuple[Amount, Collection[T], Sequence[Amount]],
    holding: Sequence[tuple[Amount, Collection[T], Sequence[Amount]]],
) -> bool:
    """Whether a total of many rounded lines holds over the highest totals below it, which hold themselves, and what
    lines they leave: rounding adds up through the levels, and a line of 1 is smaller than what five levels round."""
    stated, members, lines = control
    own = frozenset(members)
    parts: list[tuple[frozenset[T], Amount]] = []
    for amount, below, _ in sorted(holding, key=lambda one: -len(one[1])):
        inside = frozenset(below)
        if inside < own and not any(inside <= other for other, _ in parts):
            parts.append((inside, amount))
    covered = frozenset[T]().union(*(inside for inside, _ in parts))
    if sum(len(inside) for inside, _ in parts) != len(covered):
        return False  # they overlap: none of them is a level
    pieces = [amount.yuan for _, amount in parts]
    pieces += [line.yuan for member, line in zip(members, lines, strict=True) if member not in covered]
    difference = abs(stated.yuan - sum(pieces, Decimal(0)))
    smallest = min((abs(piece) for piece in pieces if piece), default=Decimal(0))
    return difference == 0 or (difference * 2 <= min(map(printed_step, lines)) * len(pieces) and difference < smallest)
