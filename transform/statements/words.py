"""The spellings of statements, asked of the vocabulary: what a column's head measures, which words make a title."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from transform.statements.economic import CLASSES, ITEMS
from transform.vocabulary import BUNDLED, Vocabulary, fold

_MEASURE: Final = "statement.measure"
_COMPONENT: Final = "statement.component"
_VALUE: Final = "statement.value"
_MEMO: Final = "statement.memo"
_LAYOUT: Final = "statement.layout"
_TITLE: Final = "statement.title"
_FILLER: Final = "statement.title_filler"
_BY_ECONOMY: Final = frozenset((*CLASSES, *ITEMS))
_ECONOMIC: Final = "(支出)?[按分]?(部门预算|部门)?(支出)?经济(分类)?(科目)?(分类)?"
_BY_GOVERNMENT: Final = "(支出)?[按分]?(政府预算|政府)(支出)?经济(分类)?(科目)?(分类)?"
_ASIDE: Final = "statement.aside"
_FUNCTIONAL: Final = "按?照?(支出)?功能(分类)?(科目)?(分类)?"


@dataclass(frozen=True, slots=True)
class Words:
    """A vocabulary as the engine of statements asks it. Texts are heads less years and unit of money."""

    vocabulary: Vocabulary
    tokens: re.Pattern[str] = field(init=False, repr=False, compare=False)
    """One word of a title: a group for each word with a meaning, none for a filler."""
    title: re.Pattern[str] = field(init=False, repr=False, compare=False)
    """The words of a title to its end in 表."""
    meanings: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """What the groups of `tokens` mean, in their order."""

    def __post_init__(self) -> None:
        words = [
            (row.concept, re.escape(spelling))
            for spelling in self.vocabulary.spellings(_TITLE)
            if (row := self.vocabulary.row(_TITLE, spelling))
        ]
        words += [("政府经济", _BY_GOVERNMENT), ("经济", _ECONOMIC)]
        fillers = "|".join([_FUNCTIONAL, *map(re.escape, self.vocabulary.spellings(_FILLER))])
        named = "|".join(f"(?P<w{place}>{pattern})" for place, (_, pattern) in enumerate(words))
        plain = "|".join(f"(?:{pattern})" for _, pattern in words)
        object.__setattr__(self, "meanings", tuple(concept for concept, _ in words))
        object.__setattr__(self, "tokens", re.compile(f"{named}|{fillers}"))
        object.__setattr__(self, "title", re.compile(f"(?:{plain}|{fillers})++表$"))

    def measure(self, head: str) -> str | None:
        """The canonical measure that the head spells."""
        return self.vocabulary.meaning(_MEASURE, head)

    def component(self, head: str) -> str | None:
        """The line that the head names in a table whose columns are its lines."""
        return self.vocabulary.meaning(_COMPONENT, head)

    def value(self, head: str) -> str | None:
        """预算数, 决算数 …: of which stage the money is."""
        return self.vocabulary.meaning(_VALUE, head)

    def economic(self, head: str) -> str | None:
        """The head itself where it is a class or item of the economic classification."""
        return head if head in _BY_ECONOMY else None

    def is_memo(self, head: str) -> bool:
        """Whether the column repeats part of the money of the one before it."""
        return self.vocabulary.meaning(_MEMO, head) is not None

    def is_layout(self, head: str) -> bool:
        """Whether the column is a remark, a number, a rate: no money of its own."""
        return self.vocabulary.meaning(_LAYOUT, head) is not None

    def is_aside(self, title: str) -> bool:
        """Whether the table of this title says counts and circumstances: remarks, no money of the year."""
        plain = fold(title)
        return any(spelling in plain for spelling in self.vocabulary.spellings(_ASIDE))

    def title_words(self, core: str) -> list[str]:
        """The words of meaning of a title, in printed order."""
        return [
            meaning
            for token in self.tokens.finditer(core)
            for place, meaning in enumerate(self.meanings)
            if token.group(f"w{place}") is not None
        ]


WORDS: Final = Words(BUNDLED)


def words_of(vocabulary: Vocabulary) -> Words:
    """The words by this vocabulary; those of the bundled one are made once."""
    return WORDS if vocabulary is BUNDLED else Words(vocabulary)
