"""From archived bytes to what is handed to the warehouse: read, recognise, and say what was done with what."""

from __future__ import annotations

from pathlib import Path

from extract.catalogue import FilingEntry, Publisher
from extract.document import Finding
from extract.reading import Progress, read_document
from flows.recognising import recognise
from transform.declaration import Declaration
from transform.records import Kind, Scope
from transform.vocabulary import BUNDLED, Vocabulary, words_met
from warehouse.submission import Submission


def submission_of(
    entry: FilingEntry,
    publisher: Publisher,
    path: Path,
    sha256: str,
    source_url: str | None,
    progress: Progress | None = None,
    doubts: tuple[Finding, ...] = (),
    vocabulary: Vocabulary = BUNDLED,
) -> Submission:
    """Read the document at `path` and recognise its layout; one of which no section was cut carries what was
    seen as findings.

    `progress` is told how a scan gets on; `doubts` are what is already held against the filing.

    Raises ReadError if it cannot be read within its limits.
    """
    document = read_document(path, progress=progress)
    declaration = Declaration(
        department=publisher.name,
        kind=Kind(entry.kind) if entry.kind else None,
        fiscal_year=entry.fiscal_year,
        money_unit=entry.money_unit,
        scope=Scope(entry.scope) if entry.scope else None,
        vocabulary=vocabulary,
    )
    records = recognise(document, declaration)
    numbers = [page.number for page in document.pages if page.number is not None]
    return Submission(
        entry=entry,
        publisher=publisher,
        sha256=sha256,
        reader=document.reader,
        medium=document.medium,
        pages=len(numbers) or None,
        characters=document.characters(),
        records=records if records.sections else None,
        findings=(*document.findings, *(() if records.sections else records.findings), *doubts),
        source_url=source_url if source_url and "://" in source_url else None,
        words=words_met(document, records.findings, vocabulary),
    )
