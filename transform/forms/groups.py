"""Which projects' lines a row that states a sum is the sum of, in a table of several projects.

The page does not tell: a department's row stands above its units' projects, a 小计 above or below its own, a 合计 over
all. So the nearest lines that add up to it are its members; where none do, those that it stands before, which it then
contradicts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from transform.records import Amount, Source


@dataclass(frozen=True, slots=True)
class Group:
    """A stated sum that stands before the line at position `at`."""

    at: int
    amount: Amount
    name: str | None
    """The organisation that it names; None: all, 合计."""
    source: Source


def members_of(groups: Sequence[Group], number: int, yuan: Sequence[Decimal]) -> tuple[int, ...]:
    """Positions of the lines that group `number` sums up."""
    group, last = groups[number], len(yuan)
    below = sorted({other.at for other in groups if other.at > group.at} | {last})
    above = sorted({other.at for other in groups if other.at < group.at} | {0}, reverse=True)
    spans = [(group.at, end) for end in below] + [(begin, group.at) for begin in above] + [(0, last)]
    spans = [(begin, end) for begin, end in spans if begin < end]
    adding = [span for span in spans if sum(yuan[slice(*span)]) == group.amount.yuan]
    begin, end = (adding or spans or [(0, 0)])[0]
    return tuple(range(begin, end))
