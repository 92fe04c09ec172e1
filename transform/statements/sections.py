"""The sections of a filing of statements: one for each printed table, each run of prose, each table that no title names
and each one that the filing lists and that is not there; with the account of every amount in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from extract.document import Cell, Finding, Grid, Line, Severity
from transform.checks.coverage import Ledger
from transform.passages import less_layout
from transform.records import Kind, Part, Scope, Section, Source
from transform.sections.figures import prints_whole_amounts
from transform.sections.headings import only, years_in
from transform.statements.government import level_of
from transform.statements.tables import Sorted, Table

_LINES_OF_A_TABLE: Final = 60
"""Characters of text between two tables that are still notes and page numbers, and no prose."""
_AMOUNT: Final = re.compile(
    r"(?<![\d.,])[-−(（]?\d[\d,，]*\.\d+(?![\d.])|(?<![\d.,])[-−(（]?\d{1,3}(?:,\d{3})+(?![\d.])"
)
"""A token that is an amount wherever it stands: with decimals, or grouped by thousands."""
_RATE: Final = re.compile(r"\s*[%％‰]")
_SHARE: Final = re.compile(r"[\d.]+\s*[%％]")
_SENTENCE: Final = re.compile(r"[万亿]?元[，,；;](其中|占|比|较|增|减|主要)")
_HEADING: Final = re.compile(r"第?[一二三四五六七八九十]+(部分|[、.．章])|[（(][一二三四五六七八九十]+[）)]")
_LONGEST_HEADING: Final = 40
FLOOR: Final = Decimal("0.98")
"""Least share of a table's amounts that must be accounted for; one in a column of money holds it in any case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What becomes one section: a titled table, a table without a title, or lines of prose."""

    seq: int
    content: Table | Grid | None
    aside: bool = False
    """A grid that is known for remarks."""
    lines: tuple[Line, ...] = ()
    """The prose; of a table, what is printed below it: notes, page numbers."""


def stretches(found: Sorted) -> tuple[Stretch, ...]:
    """The filing's tables and prose in printed order, numbered from 1. A few words between two tables (a page number,
    a note) belong to the one before them."""
    blocks: list[tuple[int, Table | Grid | Line]] = [(table.place, table) for table in found.tables]
    blocks += found.others
    blocks += found.prose
    made: list[Stretch] = []
    run: list[Line] = []

    def close() -> None:
        after = made[-1] if made else None
        if after is not None and after.content is not None and _characters(run) <= _LINES_OF_A_TABLE:
            made[-1] = replace(after, lines=(*after.lines, *run))
        elif run:
            made.append(Stretch(seq=len(made) + 1, content=None, lines=tuple(run)))
        run.clear()

    for _, block in sorted(blocks, key=lambda one: one[0]):
        if isinstance(block, Line):
            run.append(block)
            continue
        close()
        made.append(Stretch(seq=len(made) + 1, content=block, aside=id(block) in found.asides))
    close()
    return tuple(made)


def _characters(lines: Iterable[Line]) -> int:
    return sum(len(less_layout(line.text)) for line in lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The layout that reads the tables, as its sections name it, and the year that the catalogue declares."""

    layout: str
    version: int
    declared_year: int | None


def section_of(
    stretch: Stretch, reader: Reader, unit: str, money_unit: str | None, taken: set[int], *, held: bool
) -> tuple[Section, tuple[Source, ...], tuple[Finding, ...]]:
    """The stretch as a section, the text of it that no rule consumed, and what is to be said of its amounts. `taken`
    are the identities of the cells that ended in a typed field; `held`: a finding says already why it is not read."""
    if isinstance(stretch.content, Table):
        return _table(stretch, stretch.content, reader, unit, money_unit, taken, held=held)
    if isinstance(stretch.content, Grid):
        return _untitled(stretch, stretch.content)
    return _narrative(stretch)


def _table(
    stretch: Stretch, table: Table, reader: Reader, unit: str, money_unit: str | None, taken: set[int], *, held: bool
) -> tuple[Section, tuple[Source, ...], tuple[Finding, ...]]:
    ledger = Ledger()
    for text in (*table.heading, *(line.text for line in stretch.lines)):
        ledger.take(text)
    pages = _pages(table.grid.cells)
    amounts = accounted = 0
    unread: list[Cell] = []
    for cell in table.grid.cells:
        own = len(amounts_in(cell.text))
        amounts += own
        if id(cell) in taken or cell.row < table.first:
            ledger.take(cell.text)
            accounted += own
        else:
            ledger.leave(_source(cell))
            unread += [cell] if own else []
    is_government = table.statement.kind is Kind.GOVERNMENT_STATEMENT
    section = Section(
        seq=stretch.seq,
        part=Part.RECORDS,
        title=table.title,
        layout=reader.layout,
        layout_version=reader.version,
        kind=table.statement.kind,
        unit=table.organisation or unit,
        scope=Scope.GOVERNMENT if is_government else None,
        level=level_of(table.title, table.statement) if is_government else None,
        fiscal_year=only(years_in(table.title, declared=reader.declared_year)),
        money_unit=money_unit,
        first_page=min(pages, default=None),
        last_page=max(pages, default=None),
        coverage=ledger.coverage(),
        characters=ledger.total(),
        amounts=amounts,
        amounts_accounted=accounted,
    )
    return section, tuple(ledger.left), tuple(_unaccounted(section, unread, held=held))


def _unaccounted(section: Section, unread: Sequence[Cell], *, held: bool) -> Iterator[Finding]:
    """The amounts of a table that no rule read: named, and holding it when they are more than a few."""
    if not unread:
        return
    share = Decimal(section.amounts_accounted) / section.amounts
    yield Finding(
        code="amounts_unread",
        severity=Severity.CRITICAL if share < FLOOR and not held else Severity.WARNING,
        message=f"{section.title}: {section.amounts - section.amounts_accounted} of {section.amounts} amounts are "
        "neither a line, a total nor a remark",
        page=unread[0].page,
        line=unread[0].line,
        evidence=" | ".join(cell.text.strip() for cell in unread)[:200],
        section_seq=section.seq,
    )


def _untitled(stretch: Stretch, grid: Grid) -> tuple[Section, tuple[Source, ...], tuple[Finding, ...]]:
    texts = [cell.text.strip() for cell in grid.cells]
    money = any(amounts_in(text) for text in texts) or prints_whole_amounts(grid)
    figures = money and not (stretch.aside or _is_prose(texts))
    pages = _pages(grid.cells)
    ledger = Ledger()
    for cell in grid.cells:
        ledger.leave(_source(cell))
    section = Section(
        seq=stretch.seq,
        part=Part.UNREAD if figures else Part.NARRATIVE,
        title=None,
        first_page=min(pages, default=None),
        last_page=max(pages, default=None),
        coverage=ledger.coverage() if figures else Decimal(1),
        characters=ledger.total(),
        amounts=sum(len(amounts_in(text)) for text in texts),
        amounts_accounted=0 if figures else sum(len(amounts_in(text)) for text in texts),
    )
    if not figures:
        return section, tuple(ledger.left), ()
    finding = Finding(
        code="table_unrecognised",
        severity=Severity.WARNING,
        message="a table with figures has no title that names a statement: it is not loaded",
        page=grid.page,
        evidence=" | ".join(text for text in texts if text)[:200],
        section_seq=stretch.seq,
    )
    return section, tuple(ledger.left), (finding,)


def _is_prose(texts: Sequence[str]) -> bool:
    """Words of a sentence between lines, or of a chart: parts of a whole with their rates."""
    amounts = [text for text in texts if amounts_in(text)]
    rates = [text for text in texts if _SHARE.fullmatch(text)]
    return any(_SENTENCE.search(less_layout(text).replace(" ", "")) for text in texts) or len(rates) >= 2 > len(amounts)


def _narrative(stretch: Stretch) -> tuple[Section, tuple[Source, ...], tuple[Finding, ...]]:
    """Prose is known for what it is: its amounts are remarks, and kept as they are printed."""
    left = tuple(Source(text=one.text, page=one.page, line=one.line, box=one.box) for one in stretch.lines)
    pages = _pages(stretch.lines)
    amounts = sum(len(amounts_in(line.text)) for line in stretch.lines)
    section = Section(
        seq=stretch.seq,
        part=Part.NARRATIVE,
        title=next((text for line in stretch.lines if (text := _heading(line))), None),
        first_page=min(pages, default=None),
        last_page=max(pages, default=None),
        coverage=Decimal(1),
        characters=_printed(one.text for one in stretch.lines),
        amounts=amounts,
        amounts_accounted=amounts,
    )
    return section, left, ()


def missing_section(finding: Finding) -> Section:
    """A table that the filing lists and that is not there, as the finding about it says."""
    return Section(seq=finding.section_seq or 0, part=Part.MISSING, title=less_layout(finding.evidence))


def amounts_in(text: str) -> list[str]:
    """The tokens of the text that are amounts of money by their form; a rate (12.5%) is none."""
    return [found.group() for found in _AMOUNT.finditer(text) if not _RATE.match(text, found.end())]


def _heading(line: Line) -> str | None:
    text = less_layout(line.text)
    return text if len(text) <= _LONGEST_HEADING and _HEADING.match(text) else None


def _source(cell: Cell) -> Source:
    return Source(text=cell.text, page=cell.page, line=cell.line, box=cell.box)


def _pages(parts: Iterable[Cell | Line]) -> list[int]:
    return [part.page for part in parts if part.page is not None]


def _printed(texts: Iterable[str]) -> int:
    return sum(1 for text in texts for character in text if not character.isspace())
