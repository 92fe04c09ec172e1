"""Lines and tables that no engine claimed: prose, what a site prints around a document, or a table that was lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby

from extract.document import Block, Document, Finding, Grid, Line, Severity
from transform.amounts import AMOUNT_PATTERN
from transform.checks.coverage import characters
from transform.records import Part, Records, Section, Source
from transform.sections.figures import prints_whole_amounts
from transform.sections.furniture import is_furniture, is_index_block
from transform.vocabulary import Vocabulary

AMOUNT = re.compile(AMOUNT_PATTERN)
_WORDS = re.compile(r"[\u4e00-\u9fff]")
_LOST_ROWS = 3
"""So many lines of little but amounts, one after the other, are a table without its rules."""


def read_rest(document: Document, vocabulary: Vocabulary) -> Records:
    """The blocks of a run that no family claimed, as sections of prose, furniture and unread tables.

    None of them holds what stands beside it: an unread table that prints amounts says so.
    """
    sections: list[Section] = []
    findings: list[Finding] = []
    unconsumed: list[Source] = []
    for part, blocks in _parts(document, vocabulary):
        sources = [source for block in blocks for source in _sources(block)]
        section = _section(len(sections) + 1, part, sources)
        sections.append(section)
        if part is Part.UNREAD:
            findings.append(_unread(section, sources))
        if part is not Part.FURNITURE:
            unconsumed += sources
    return Records(
        kind=None,
        title=None,
        department=None,
        fiscal_year=None,
        money_unit=None,
        sections=tuple(sections),
        findings=tuple(findings),
        unconsumed=tuple(unconsumed),
    )


def _parts(document: Document, vocabulary: Vocabulary) -> Iterator[tuple[Part, list[Block]]]:
    """Blocks that follow each other and are the same, together."""
    blocks = list(document.blocks())
    lost = _lost_rows(blocks)
    for part, group in groupby(enumerate(blocks), lambda one: _part_of(one[1], one[0] in lost, vocabulary)):
        yield part, [block for _, block in group]


def _part_of(block: Block, lost: bool, vocabulary: Vocabulary) -> Part:
    if isinstance(block, Line):
        if is_furniture(block.text, vocabulary):
            return Part.FURNITURE
        return Part.UNREAD if lost else Part.NARRATIVE
    if any(AMOUNT.search(cell.text) for cell in block.cells):
        return Part.UNREAD
    if is_index_block(block, vocabulary):
        return Part.FURNITURE
    return Part.UNREAD if prints_whole_amounts(block) else Part.NARRATIVE


def _lost_rows(blocks: Sequence[Block]) -> set[int]:
    """Positions of lines that are rows of a table whose rules were lost: two amounts and more, few words."""
    lost: set[int] = set()
    for alike, group in groupby(enumerate(blocks), lambda one: isinstance(one[1], Line) and _is_row(one[1].text)):
        places = [at for at, _ in group]
        if alike and len(places) >= _LOST_ROWS:
            lost |= set(places)
    return lost


def _is_row(text: str) -> bool:
    amounts = AMOUNT.findall(text)
    return len(amounts) >= 2 and len(_WORDS.findall(text)) <= 12 * len(amounts) and "。" not in text


def _sources(block: Block) -> list[Source]:
    printed = block.cells if isinstance(block, Grid) else (block,)
    return [
        Source(text=one.text.strip(), page=one.page, line=one.line, box=one.box) for one in printed if one.text.strip()
    ]


def _section(seq: int, part: Part, sources: Sequence[Source]) -> Section:
    pages = [source.page for source in sources if source.page is not None]
    unread = part is Part.UNREAD
    return Section(
        seq=seq,
        part=part,
        title=sources[0].text.splitlines()[0] if sources else None,
        first_page=min(pages, default=None),
        last_page=max(pages, default=None),
        coverage=Decimal(0) if unread else Decimal(1),
        characters=sum(characters(source.text) for source in sources),
        amounts=sum(len(AMOUNT.findall(source.text)) for source in sources) if unread else 0,
    )


def _unread(section: Section, sources: Sequence[Source]) -> Finding:
    return Finding(
        code="table_unrecognised",
        severity=Severity.WARNING,
        message="a table with figures that no layout reads: it is not loaded",
        page=section.first_page,
        line=next((source.line for source in sources if source.line is not None), None),
        evidence=" | ".join(source.text for source in sources)[:200],
        section_seq=section.seq,
    )
