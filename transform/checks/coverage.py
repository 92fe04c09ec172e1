"""What became of every character of a document: taken into a typed field, or left over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from transform.records import Source


def characters(text: str) -> int:
    """Non-blank characters."""
    return sum(1 for character in text if not character.isspace())


def coverage_less(left: Iterable[Source], total: int) -> Decimal:
    """Share of `total` characters that are not `left`, 0 to 1, to four places; rounded down, so that 1 means all."""
    return Decimal((total - _characters_of(left)) * 10_000 // total) / 10_000 if total else Decimal(0)


def _characters_of(sources: Iterable[Source]) -> int:
    return sum(characters(source.text) for source in sources)


@dataclass(slots=True)
class Ledger:
    """Each line and cell is entered once: what was taken and what was left add up to the whole document."""

    taken: int = 0
    left: list[Source] = field(default_factory=list)

    def take(self, text: str) -> None:
        """The text ended in a typed field, or it is a layout word of the form itself."""
        self.taken += characters(text)

    def leave(self, source: Source) -> None:
        """No rule consumed the text; it is kept as it was printed."""
        if characters(source.text):
            self.left.append(source)

    def total(self) -> int:
        """Non-blank characters of all that was entered."""
        return self.taken + _characters_of(self.left)

    def coverage(self) -> Decimal:
        """Share of the characters that were taken, as `coverage_less` gives it."""
        return coverage_less(self.left, self.total())
