"""What the words of a form mean: the vocabulary, asked with what print adds to a label taken away.

A label is compared as printed and less a numbering or a year before it, a month's span, and brackets at its end
(a unit of money, points, a form's letter): 其中：（一）财政拨款小计（万元） is 财政拨款小计.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from transform.targets.taxonomy import Levels
from transform.vocabulary import Vocabulary, fold

_EDGES = ":;,.、*★☆▲●·-"
_BRACKETS = re.compile(r"(?:\([^()]*\)[分%]?)+$|\([^()]*$|(?<=[^\d])\d{1,3}分$")
_LEADS = (
    re.compile(r"^(?:其中[:,、]?|\(?[一二三四五六七八九十\d]{1,2}[)、.]+|[★☆*▲●△◆-]+)+"),
    re.compile(r"^\(?20\d\d\)?年"),
    re.compile(r"^\(?20\d\d\)?年?度"),
    re.compile(r"^(?:截[至止]到?|截至)?(?:20\d\d年)?(?:\d{1,2}月?-)?\d{1,2}月(?:份|底|末|\d+日)?"),
)
_MONTHS = re.compile(r"(?:\d{1,2}月?[-至])?(?P<last>\d{1,2})月")


@lru_cache(maxsize=65_536)
def shortened(text: str) -> tuple[str, ...]:
    """A label as it may be declared: in full first, then with less and less around it."""
    whole = fold(text).strip(_EDGES)
    return tuple(dict.fromkeys(word for word in _shorter(whole) if word))


def _shorter(whole: str) -> Iterator[str]:
    for word in (whole, _BRACKETS.sub("", whole).rstrip(_EDGES)):
        yield word
        for lead in _LEADS:
            less = lead.sub("", word, count=1)
            if less != word:
                yield less.strip(_EDGES)
                yield _LEADS[0].sub("", less.strip(_EDGES), count=1)


def last_month(text: str) -> int | None:
    """The month up to which a head's values count: 7 of 完成值（1—7月）."""
    found = _MONTHS.search(fold(text))
    return int(found["last"]) if found and 1 <= int(found["last"]) <= 12 else None


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabulary of forms."""

    vocabulary: Vocabulary

    def meaning(self, place: str, text: str, kind: str = "") -> str | None:
        """The concept of a printed label in a place, or None."""
        for word in shortened(text):
            if concept := self.vocabulary.meaning(place, word, kind):
                return concept
        return None

    @property
    def levels(self) -> Levels:
        return Levels(self.vocabulary)

    def label(self, text: str) -> str | None:
        return self.meaning("form.label", text)

    def money(self, text: str) -> str | None:
        return self.meaning("form.money", text)

    def axis(self, text: str) -> str | None:
        return self.meaning("form.axis", text)

    def measure(self, text: str) -> str | None:
        return self.meaning("form.measure", text)

    def column(self, text: str, kind: str = "") -> str | None:
        return self.meaning("form.column", text, kind)

    def horizon(self, text: str) -> str | None:
        return self.meaning("form.horizon", text)

    def is_label(self, text: str) -> bool:
        """Whether a cell is a word of the form, not something filled in."""
        places = ("form.label", "form.money", "form.axis", "form.axis_heading", "form.column")
        return any(self.meaning(place, text) for place in places)

    def ends(self, text: str) -> bool:
        """Whether a row that begins with this text stands below the indicators: 总分, 注：…, 填报人（签字）."""
        word = fold(text).strip(_EDGES)
        if self.meaning("form.end", text):
            return True
        begun = re.match(r"([^:(]+)[:(]", word)
        return begun is not None and self.vocabulary.meaning("form.end", begun[1]) is not None

    def kind_of_title(self, text: str) -> str | None:
        """The kind of form that a title names: the first of which a spelling stands in it."""
        word = fold(text)
        for concept in _KINDS:
            if any(spelling in word for spelling in self.vocabulary.spellings("form.title", concept)):
                return concept
        return None


_KINDS = ("monitoring", "self_evaluation", "region_target_form", "department_target_form", "project_target_form")
"""What outdoes what where a title has words of several: 部门整体支出绩效自评表 is a self-evaluation."""
