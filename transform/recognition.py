"""Which layout a document has, by what its pages say; and the records that layout reads."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extract.document import Document, Finding, Severity
from transform.declaration import Declaration
from transform.government import government_tables
from transform.layouts import LAYOUTS
from transform.layouts.layout import Layout
from transform.passages import less_layout
from transform.plausible import implausible_money
from transform.recognised_labels import mend_labels
from transform.records import Kind, Part, Records, Section
from transform.repair import repair_records
from transform.repetition import repeated
from transform.scope import read_scope


def read_records(document: Document, declaration: Declaration) -> Records:
    """Recognise the document's layout by its title and its vocabulary, and read it.

    A declared kind narrows the choice to its layouts only when one of them fits; otherwise the gate sees the
    contradiction. Labels that recognition garbled are put right, and amounts that it misread mended where arithmetic
    leaves no doubt. Where no layout fits, the one section is unread and the findings say what was seen and what each
    layout missed. Never raises for what a document holds.
    """
    read, document = document, mend_labels(document)
    seen = _Seen.of(document)
    fitting = [layout for layout in LAYOUTS if not _missing(layout, seen)]
    fitting = [layout for layout in fitting if layout.kind is declaration.kind] or fitting
    if not fitting:
        return _unread(document, seen)
    best = max(fitting, key=lambda layout: (_titled(layout, seen), len(layout.vocabulary)))
    records = repair_records(best.read(document, declaration))
    scope, contradiction = read_scope(document, records, declaration.scope)
    twice = repeated(document, statements=best.kind is Kind.BUDGET_STATEMENT)
    findings = (*contradiction, *twice, *implausible_money(records), *_of_government(document, best.kind))
    mended = document.findings[len(read.findings) :]
    return replace(
        records,
        sections=tuple(
            replace(one, scope=one.scope or scope if one.part is Part.RECORDS else None)
            for one in records.sections or (_whole(document, best, records),)
        ),
        findings=(*mended, *records.findings, *findings),
    )


def _of_government(document: Document, kind: Kind | None) -> tuple[Finding, ...]:
    """What is a whole government's: its tables are read by the layout of a department's statements, or by none."""
    return tuple(government_tables(document, statements=kind in (Kind.BUDGET_STATEMENT, None)))


def layout_named(name: str) -> Layout:
    """The registered layout of that name. Raises KeyError."""
    return {layout.name: layout for layout in LAYOUTS}[name]


def layouts_of(kind: Kind) -> tuple[Layout, ...]:
    """The registered layouts that read this kind of filing."""
    return tuple(layout for layout in LAYOUTS if layout.kind is kind)


def _whole(document: Document, layout: Layout, records: Records) -> Section:
    """All of the document as one section."""
    pages = [page.number for page in document.pages if page.number is not None]
    return Section(
        seq=1,
        part=Part.RECORDS,
        title=records.title,
        layout=layout.name,
        layout_version=layout.version,
        kind=records.kind,
        unit=records.department,
        fiscal_year=records.fiscal_year,
        money_unit=records.money_unit,
        first_page=min(pages, default=None),
        last_page=max(pages, default=None),
        coverage=records.coverage,
        characters=document.characters(),
    )


def _unread(document: Document, seen: _Seen) -> Records:
    pages = [page.number for page in document.pages if page.number is not None]
    section = Section(
        seq=1,
        part=Part.UNREAD,
        title=document.title,
        first_page=min(pages, default=None),
        last_page=max(pages, default=None),
        characters=document.characters(),
    )
    return Records(
        kind=None,
        title=document.title,
        department=None,
        fiscal_year=None,
        money_unit=None,
        sections=(section,),
        findings=(*_what_was_seen(document, seen), *_of_government(document, None)),
    )


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


def _what_was_seen(document: Document, seen: _Seen) -> tuple[Finding, ...]:
    first = next(iter(document.lines()), None)
    beginning = "\n".join(line[:80] for line in seen.lines[:12])
    findings = [
        Finding(
            code="layout_unrecognised",
            severity=Severity.CRITICAL,
            message="no layout fits this document; its first lines are the evidence",
            page=first.page if first else None,
            line=first.line if first else None,
            evidence=beginning,
        )
    ]
    for layout in LAYOUTS:
        missing = _missing(layout, seen)
        findings.append(
            Finding(
                code="layout_does_not_fit",
                severity=Severity.INFO,
                message=f"{layout.name}: title {'seen' if _titled(layout, seen) else 'not seen'}; "
                f"not on the page: {', '.join(missing)}",
            )
        )
    return tuple(findings)
