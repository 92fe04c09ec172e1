"""The vocabulary as engines ask it: what does this text mean in this place?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from transform.vocabulary.folding import fold
from transform.vocabulary.rows import Spelling, VocabularyError, bundled_rows

BUNDLED_ONLY: Final = frozenset({"money.unit"})
"""Places whose rows come with yusuan alone: what a printed number is worth is not changed beside the code."""

_Index = Mapping[tuple[str, str], tuple[Spelling, ...]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Rows of spellings; those of `added` (a deployment's, a person's) lie over the others of the same spelling.

    Raises VocabularyError if one spelling means two things in one place, or a row is added where none can be.
    """

    rows: tuple[Spelling, ...]
    added: tuple[Spelling, ...] = ()
    _index: _Index = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for row in self.added:
            if row.place in BUNDLED_ONLY:
                raise VocabularyError(
                    f"{row.spelling}: rows of {row.place} come with yusuan alone (transform/vocabulary)"
                )
        object.__setattr__(self, "_index", _indexed(self.rows) | _indexed(self.added))

    def __reduce__(self) -> tuple[Callable[[tuple[Spelling, ...]], Vocabulary], tuple[tuple[Spelling, ...]]]:
        """Other processes have the bundled rows: what travels is what was added."""
        return (_over_the_bundled, (self.added,))

    def with_rows(self, added: Iterable[Spelling]) -> Vocabulary:
        """This vocabulary with further rows over it."""
        return Vocabulary(self.rows, (*self.added, *added))

    def row(self, place: str, text: str, kind: str = "") -> Spelling | None:
        """The row that says what `text` means in `place`: that of the `kind` before that of all kinds."""
        rows = self._index.get((place, fold(text)), ())
        return next((row for wanted in dict.fromkeys((kind, "")) for row in rows if row.kind == wanted), None)

    def meaning(self, place: str, text: str, kind: str = "") -> str | None:
        """The concept that `text` spells in `place`, or None."""
        row = self.row(place, text, kind)
        return row.concept if row else None

    def spellings(self, place: str, concept: str | None = None) -> tuple[str, ...]:
        """Every spelling that counts in `place` (of one concept), folded, longest first."""
        found = {fold(row.spelling) for row in self.in_place(place) if concept in (None, row.concept)}
        return tuple(sorted(found, key=lambda spelling: (-len(spelling), spelling)))

    def in_place(self, place: str) -> tuple[Spelling, ...]:
        """Every row that counts in `place`, in the order in which they are written."""
        return tuple(row for rows in self._index.values() for row in rows if row.place == place)

    def used_in(self, texts: Iterable[str]) -> tuple[Spelling, ...]:
        """The added rows whose spelling stands among the texts: they belong to what was read (a version's identity)."""
        if not self.added:
            return ()
        printed = {fold(text) for text in texts}
        return tuple(row for row in self.added if fold(row.spelling) in printed)


def _indexed(rows: Iterable[Spelling]) -> dict[tuple[str, str], tuple[Spelling, ...]]:
    index: dict[tuple[str, str], tuple[Spelling, ...]] = {}
    for row in rows:
        key = row.place, fold(row.spelling)
        alike = index.get(key, ())
        other = next((one for one in alike if one.kind == row.kind), None)
        if other is not None and other.concept != row.concept:
            raise VocabularyError(
                f"{row.spelling} means {other.concept} and {row.concept} in {row.place}: keep one, or name their kinds"
            )
        index[key] = alike if other is not None else (*alike, row)
    return index


BUNDLED: Final = Vocabulary(bundled_rows())


def _over_the_bundled(added: tuple[Spelling, ...]) -> Vocabulary:
    return BUNDLED.with_rows(added) if added else BUNDLED
