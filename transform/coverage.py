"""What became of every character of a document: taken into a typed field, or left over."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from transform.records import Source


def characters(text: str) -> int:
    """Non-blank characters."""
    return sum(1 for character in text if not character.isspace())


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

    def coverage(self) -> Decimal:
        """Share of the characters that were taken, 0 to 1, to four places; rounded down, so that 1 means all."""
        total = self.taken + sum(characters(source.text) for source in self.left)
        return Decimal(self.taken * 10_000 // total) / 10_000 if total else Decimal(0)
