"""Does a stated total hold? Rounding is allowed, a missing line is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from transform.amounts import printed_step
from transform.records import Amount


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
