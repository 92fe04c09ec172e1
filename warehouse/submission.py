"""What is handed to the warehouse: one filing as it was read, and what becomes of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from extract.catalogue import FilingEntry, Publisher
from extract.document import Finding, Medium, Severity
from transform.records import Records
from transform.vocabulary import Spelling, Words


class Status(StrEnum):
    """What became of a filing in a load."""

    PUBLISHED = "published"
    PARTIAL = "partial"
    """Published but for sections that are held, missing or unread."""
    UNCHANGED = "unchanged"
    HELD = "held"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One filing as it was read. `records` is None if no layout recognised it; the findings say what was seen."""

    entry: FilingEntry
    publisher: Publisher
    sha256: str
    reader: str
    """Name and version of the reader, e.g. `text-1`."""
    medium: Medium
    pages: int | None
    characters: int
    records: Records | None
    findings: tuple[Finding, ...] = ()
    """The reader's, and the recognition's if there are no records."""
    source_url: str | None = None
    words: Words = field(default_factory=Words)
    """The added vocabulary rows that it was read by, and the spellings that no row knew."""

    @property
    def filing_id(self) -> str:
        return self.entry.id

    @property
    def layout(self) -> str | None:
        """Name and version of the layout that read it, e.g. `project_target_table-3`; None if none fits."""
        return " ".join(self.records.layouts) if self.records else None

    def found(self) -> Iterator[tuple[str, tuple[Finding, ...]]]:
        """What was found on the way, by origin: `reader` or `layout`; text that no rule consumed is a finding, too."""
        yield "reader", self.findings
        if self.records:
            yield "layout", (*self.records.findings, *_unconsumed(self.records))

    def identity(self, layouts: Iterable[str]) -> str:
        return identity_of(
            sha256=self.sha256,
            entry=self.entry,
            publisher=self.publisher,
            reader=self.reader,
            layout=self.layout or unrecognised_by(layouts),
            used=self.words.used,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one filing. `version` is None if it never got one; `reasons` are for a person."""

    filing_id: str
    status: Status
    version: int | None = None
    reasons: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    same_as: str | None = None
    """Of a further sighting of the same bytes: the filing that is published, and where they were seen again."""


def _unconsumed(records: Records) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            code="unconsumed_text",
            severity=Severity.INFO,
            message="no rule consumed this text",
            page=source.page,
            line=source.line,
            evidence=source.text,
        )
        for source in records.unconsumed
    )


def identity_of(
    *, sha256: str, entry: FilingEntry, publisher: Publisher, reader: str, layout: str, used: Iterable[Spelling] = ()
) -> str:
    """The input identity of a version: SHA-256 over the bytes' digest, the catalogue's entry and publisher, and the
    names and versions of reader and layout; and the vocabulary rows that persons added, as far as they were used."""
    parts: dict[str, object] = {
        "bytes": sha256,
        "entry": entry.model_dump(mode="json"),
        "publisher": publisher.model_dump(mode="json", include={"id", "name", "region_code", "region"}),
        "reader": reader,
        "layout": layout,
    }
    if rows := sorted([row.place, row.concept, row.spelling, row.kind] for row in used):
        parts["vocabulary"] = rows
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def unrecognised_by(layouts: Iterable[str]) -> str:
    """What stands for the layout while none fits: all there are, so that a new one makes the filing worth reading."""
    return "none of " + ", ".join(sorted(layouts))
