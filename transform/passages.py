"""The text of one cell, with the place where each part of it was printed, and the same text less its layout."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from extract.document import Box, Cell, Line
from transform.records import Source

_TAG = re.compile(r"</?(?:p|br|div|span|b|strong|font)\b[^>]*>|&nbsp;", re.IGNORECASE)
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a passage that was printed at one place."""

    text: str
    page: int | None = None
    line: int | None = None
    box: Box | None = None
    confidence: float | None = None

    def source(self, text: str) -> Source:
        """`text`, printed where this part stands."""
        return Source(text=text.strip(), page=self.page, line=self.line, box=self.box, confidence=self.confidence)


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A run of text from one or more places. `clean` is the text less layout; positions below are positions in it."""

    parts: tuple[Part, ...] = ()

    @classmethod
    def of_cell(cls, cell: Cell) -> Passage:
        part = Part(text=cell.text, page=cell.page, line=cell.line, box=cell.box, confidence=cell.confidence)
        return cls(parts=(part,))

    @classmethod
    def of_lines(cls, lines: Iterable[Line]) -> Passage:
        return cls(parts=tuple(Part(text=line.text, page=line.page, line=line.line, box=line.box) for line in lines))

    def __add__(self, other: Passage) -> Passage:
        return Passage(parts=self.parts + other.parts)

    def __bool__(self) -> bool:
        return bool(self.clean)

    @cached_property
    def printed(self) -> str:
        """As printed, parts joined by a newline."""
        return "\n".join(part.text for part in self.parts)

    @cached_property
    def _kept(self) -> tuple[int, ...]:
        return _positions_less_layout(self.printed)

    @cached_property
    def clean(self) -> str:
        """Less layout: see `less_layout`."""
        return "".join(" " if self.printed[at].isspace() else self.printed[at] for at in self._kept)

    def split(self, at: int) -> tuple[Passage, Passage]:
        """The passage before and from position `at` of `clean`."""
        if at >= len(self._kept):
            return self, Passage()
        cut = self._kept[at]
        before: list[Part] = []
        after: list[Part] = []
        start = 0
        for part in self.parts:
            end = start + len(part.text)
            if end <= cut:
                before.append(part)
            elif start >= cut:
                after.append(part)
            else:
                before.append(replace(part, text=part.text[: cut - start]))
                after.append(replace(part, text=part.text[cut - start :]))
            start = end + 1
        return Passage(parts=tuple(before)), Passage(parts=tuple(after))

    def source(self, start: int = 0, end: int | None = None) -> Source:
        """Where `clean[start:end]` stands, with the text as printed."""
        if not self._kept:
            first = self.parts[0] if self.parts else Part(text="")
            return first.source(self.printed)
        begin = self._kept[min(start, len(self._kept) - 1)] if start else 0
        stop = len(self.printed) if end is None or end >= len(self._kept) else self._kept[end]
        starts = [0]
        for part in self.parts[:-1]:
            starts.append(starts[-1] + len(part.text) + 1)
        part = self.parts[bisect_right(starts, self._kept[min(start, len(self._kept) - 1)]) - 1]
        return part.source(self.printed[begin:stop])


def less_layout(text: str) -> str:
    """Text less layout: without line breaks, markup of paragraphs, and blanks other than those between two Latin
    letters or digits (in Chinese a blank is layout, or recognition put it there)."""
    return "".join(" " if text[at].isspace() else text[at] for at in _positions_less_layout(text))


def _positions_less_layout(text: str) -> tuple[int, ...]:
    hidden = {at for tag in _TAG.finditer(text) for at in range(*tag.span())}
    kept: list[int] = []
    blank: int | None = None
    for at, character in enumerate(text):
        if at in hidden or character in _INVISIBLE or character in "\r\n":
            continue
        if character.isspace():
            blank = at if blank is None else blank
            continue
        if blank is not None and kept and _is_latin(text[kept[-1]]) and _is_latin(character):
            kept.append(blank)
        blank = None
        kept.append(at)
    return tuple(kept)


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
