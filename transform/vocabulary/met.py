"""The words of a reading: the added rows that it used, and the spellings that it met and that no row knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extract.document import Document, Finding
from transform.vocabulary.folding import fold
from transform.vocabulary.rows import Spelling
from transform.vocabulary.vocabulary import Vocabulary

_UNKNOWN = re.compile(r"unknown_|header_unreadable|table_unrecognised|layout_unrecognised|statement_missing|left_out")
ROW_TO_ADD = re.compile(r"add `([a-z_.]+),[^,`]*,([^`]+)`")
"""A row of the vocabulary that a finding's message asks for: its place and its spelling."""
_APART = re.compile(r"[\n|/]")
_LONGEST = 60
"""Characters of a spelling; longer text is prose."""


@dataclass(frozen=True, slots=True)
class Words:
    """`used` are the added rows whose spelling the document prints, `unknown` folded texts of what no row knows."""

    used: tuple[Spelling, ...] = ()
    unknown: tuple[str, ...] = ()

    def read_alike(self, vocabulary: Vocabulary) -> bool:
        """Whether the document would be read with this vocabulary as it was: every row that was used is there, and
        none of what was unknown has been added since."""
        added = set(vocabulary.added)
        known = {fold(row.spelling) for row in added - set(self.used)}
        return added >= set(self.used) and not known & set(self.unknown)


def words_met(document: Document, findings: Iterable[Finding], vocabulary: Vocabulary) -> Words:
    """The words of a document that was read with the vocabulary and gave these findings."""
    unknown = {
        folded
        for finding in findings
        if _UNKNOWN.match(finding.code)
        for part in (
            finding.evidence,
            *_APART.split(finding.evidence),
            *(spelling for _, spelling in ROW_TO_ADD.findall(finding.message)),
        )
        if 0 < len(folded := fold(part)) <= _LONGEST
    }
    return Words(vocabulary.used_in(_texts(document)), tuple(sorted(unknown)))


def _texts(document: Document) -> Iterator[str]:
    cells: Sequence[str]
    for block in document.blocks():
        cells = [block.text] if not hasattr(block, "cells") else [cell.text for cell in block.cells]
        for text in cells:
            yield text
            yield text.rstrip(" :：")
