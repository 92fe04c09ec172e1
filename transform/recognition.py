"""From a document to records: cut into sections, each read by the layout that its own words show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.document import Document, Finding, Severity
from transform.checks.listed_twice import listed_twice
from transform.checks.plausible import implausible_money
from transform.checks.repair import repair_records
from transform.checks.repetition import repeated
from transform.declaration import Declaration
from transform.forms import looks_like_form, with_forms_as_grids
from transform.layouts import LAYOUTS
from transform.layouts.layout import Layout
from transform.passages import less_layout
from transform.records import Kind, Part, Records, Section
from transform.sections import Cut, Family, cut
from transform.sections.assembly import assembled
from transform.sections.government import government_tables
from transform.sections.prose import read_rest
from transform.sections.recognised_labels import mend_labels
from transform.sections.scope import read_scope
from transform.sections.stacked import part_stacked
from transform.vocabulary import fold

_READ = (Family.STATEMENT, Family.PROJECT_TABLE, Family.FORM)
"""Families whose runs a layout reads."""
_WORDS_OF_A_FORM = 5
"""Prose about targets says some of a form's words; so many of them are a form that lost its cells."""
_FORM_TITLE = re.compile(r"绩效.{0,12}表")
_TITLE_FIRST = re.compile(
    r"\s*[^\s。，,;；:：]{0,30}绩效[^\s。，,;；:：]{0,12}表(?:[(（][^()（）]{0,12}[)）])?"
    r"\s+(?:填报|项目|单位|部门|专项|预算|绩效)"
)
"""A line that begins with a form's title and goes on: all of the form came in one run."""


def read_records(document: Document, declaration: Declaration) -> Records:
    """Cut the document into sections, read each by the layout that it shows, and join what was read.

    A run's layout is recognised by its title and its vocabulary; a declared kind narrows the choice only when one of
    its layouts fits, otherwise the gate sees the contradiction. Labels that recognition garbled are put right, and
    amounts that it misread mended where arithmetic leaves no doubt. What no layout fits is an unread section whose
    finding says what was seen. Never raises for what a document holds.
    """
    read, document = document, part_stacked(with_forms_as_grids(mend_labels(document), declaration.vocabulary))
    cuts = cut(document, declaration.vocabulary)
    if any(one.family in _READ for one in cuts):
        runs = [_read_run(one, document, declaration) for one in cuts]
    else:
        whole = _read(document, declaration, LAYOUTS)
        prose = whole is not None and all(section.part is Part.NARRATIVE for section in whole.sections)
        in_one_run = prose and any(_TITLE_FIRST.match(line.text) for line in document.lines())
        runs = [_nothing_read(document, declaration) if whole is None or in_one_run else whole]
    records = repair_records(assembled(runs, title=document.title, declared_year=declaration.fiscal_year))
    scope, contradiction = read_scope(document, records, declaration.scope)
    statements = any(section.kind is Kind.BUDGET_STATEMENT for section in records.sections)
    mended = document.findings[len(read.findings) :]
    doubled = (*listed_twice(records), *repeated(document, statements=statements))
    return replace(
        records,
        scope=records.scope or scope,
        sections=tuple(
            replace(one, scope=one.scope or scope) if one.part is Part.RECORDS else one for one in records.sections
        ),
        findings=(
            *mended,
            *records.findings,
            *contradiction,
            *doubled,
        ),
    )


def _read_run(run: Cut, document: Document, declaration: Declaration) -> Records:
    part = run.slice_of(document)
    if run.family not in _READ:
        return read_rest(part, declaration.vocabulary)
    layouts = [layout for layout in LAYOUTS if layout.family is run.family]
    known = run.family is Family.STATEMENT  # it was cut where a title of the vocabulary stands
    return _read(part, declaration, layouts, known=known) or _unread(part, layouts)


def _read(
    document: Document, declaration: Declaration, layouts: Sequence[Layout], *, known: bool = False
) -> Records | None:
    """The run as the best of the layouts reads it; None if none fits. A `known` run need not show their words."""
    seen = _Seen.of(document)
    kinds = {kind for grid in document.grids() if (kind := looks_like_form(grid, declaration.vocabulary))}
    fitting = [layout for layout in layouts if known or layout.kind in kinds or not _missing(layout, seen)]
    fitting = [layout for layout in fitting if layout.kind is declaration.kind] or fitting
    if not fitting:
        return None
    best = max(fitting, key=lambda layout: (_titled(layout, seen), len(layout.vocabulary)))
    records = best.read(document, declaration)
    governments = () if best.family is Family.STATEMENT else tuple(government_tables(document, statements=False))
    doubts = (*implausible_money(records), *governments)
    records = replace(records, findings=(*records.findings, *doubts))
    return records if records.sections else _as_one_section(document, best, records)


def _nothing_read(document: Document, declaration: Declaration) -> Records:
    """What a document is that shows no table of any family: prose alone, or something that ought to have been read."""
    rest = read_rest(document, declaration.vocabulary)
    seen = _Seen.of(document)
    words = [word for word in declaration.vocabulary.spellings("section.form") if word in fold(seen.text)]
    unread = any(section.part is Part.UNREAD for section in rest.sections)
    titled = any(_FORM_TITLE.search(line) and "。" not in line for line in seen.lines)
    titled = titled or any(_TITLE_FIRST.match(line.text) for line in document.lines())
    shows_tables = unread or titled or len(words) >= _WORDS_OF_A_FORM
    return _unread(document, LAYOUTS) if shows_tables or not rest.sections else rest


def layout_named(name: str) -> Layout:
    """The registered layout of that name. Raises KeyError."""
    return {layout.name: layout for layout in LAYOUTS}[name]


def layouts_of(kind: Kind) -> tuple[Layout, ...]:
    """The registered layouts that read this kind of filing."""
    return tuple(layout for layout in LAYOUTS if layout.kind is kind)


def _as_one_section(document: Document, layout: Layout, records: Records) -> Records:
    """The records of a run that is one section: what was found in it is found of that section."""
    first, last = _pages(document)
    section = Section(
        seq=1,
        part=Part.RECORDS,
        title=records.title,
        layout=layout.name,
        layout_version=layout.version,
        kind=records.kind,
        unit=records.department,
        scope=records.scope,
        fiscal_year=records.fiscal_year,
        money_unit=records.money_unit,
        coverage=records.coverage,
        first_page=first,
        last_page=last,
        characters=document.characters(),
    )
    findings = tuple(replace(finding, section_seq=1) for finding in records.findings)
    return replace(records, sections=(section,), findings=findings)


def _unread(document: Document, layouts: Sequence[Layout]) -> Records:
    """A run that no layout fits: one unread section, and what was seen of it."""
    seen = _Seen.of(document)
    first, last = _pages(document)
    section = Section(
        seq=1,
        part=Part.UNREAD,
        title=document.title,
        first_page=first,
        last_page=last,
        characters=document.characters(),
    )
    return Records(
        kind=None,
        title=document.title,
        department=None,
        fiscal_year=None,
        money_unit=None,
        sections=(section,),
        findings=(*_what_was_seen(document, seen, layouts), *government_tables(document)),
    )


def _pages(document: Document) -> tuple[int | None, int | None]:
    pages = [page.number for page in document.pages if page.number is not None]
    return min(pages, default=None), max(pages, default=None)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The document's text without blanks: line by line, and all of it."""

    lines: tuple[str, ...]
    text: str

    @classmethod
    def of(cls, document: Document) -> _Seen:
        texts = [document.title or ""]
        for block in document.blocks():
            texts += [block.text] if not hasattr(block, "cells") else [cell.text for cell in block.cells]
        lines = tuple(plain for plain in (less_layout(text).replace(" ", "") for text in texts) if plain)
        return cls(lines, "".join(lines))


def _titled(layout: Layout, seen: _Seen) -> bool:
    return any(re.search(title, line) for title in layout.titles for line in seen.lines)


def _missing(layout: Layout, seen: _Seen) -> list[str]:
    return ["/".join(words) for words in layout.vocabulary if not any(word in seen.text for word in words)]


def _what_was_seen(document: Document, seen: _Seen, layouts: Sequence[Layout]) -> tuple[Finding, ...]:
    first = next(iter(document.lines()), None)
    beginning = "\n".join(line[:80] for line in seen.lines[:12])
    findings = [
        Finding(
            code="layout_unrecognised",
            severity=Severity.CRITICAL,
            message="no layout fits; the first lines are the evidence",
            page=first.page if first else None,
            line=first.line if first else None,
            evidence=beginning,
            section_seq=1,
        )
    ]
    for layout in layouts:
        missing = _missing(layout, seen)
        findings.append(
            Finding(
                code="layout_does_not_fit",
                severity=Severity.INFO,
                message=f"{layout.name}: title {'seen' if _titled(layout, seen) else 'not seen'}; "
                f"not on the page: {', '.join(missing)}",
                section_seq=1,
            )
        )
    return tuple(findings)
