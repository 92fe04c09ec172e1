"""Attempts to load a filing, as `audit.filing_load` keeps them: what was tried, what was found, what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from extract.document import Finding
from warehouse.publish.publishing import Version
from warehouse.schema import METADATA
from warehouse.submission import Outcome

FINDING = METADATA.tables["audit.finding"]

RECORD = """
INSERT INTO audit.filing_load (load_id, filing_key, identity, sha256, counts)
SELECT :load, filing_key, identity, sha256, counts
FROM unnest(CAST(:filings AS int[]), CAST(:identities AS text[]), CAST(:digests AS text[]), CAST(:counts AS jsonb[]))
  WITH ORDINALITY AS a (filing_key, identity, sha256, counts, place)
ORDER BY place
RETURNING filing_load_id"""

CLOSE = """
UPDATE audit.filing_load a SET status = d.status, reasons = d.reasons, finished_at = clock_timestamp(),
  filing_version_key = COALESCE(d.version, a.filing_version_key)
FROM unnest(CAST(:keys AS int[]), CAST(:statuses AS text[]), CAST(:reasons AS text[]), CAST(:versions AS int[]))
  AS d (filing_load_id, status, reasons, version)
WHERE a.filing_load_id = d.filing_load_id"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One filing on its way through one load."""

    filing_id: str
    filing_load_id: int
    filing_key: int
    identity: str
    content_sha256: str
    counts: Mapping[str, int]
    """Rows staged by table."""

    @property
    def rows(self) -> int:
        return sum(self.counts.values())

    def is_of(self, version: Version) -> bool:
        """Whether the version came of the same input and says the same."""
        return (version.identity, version.content_sha256) == (self.identity, self.content_sha256)


class Tried(NamedTuple):
    """An attempt before it has a number."""

    filing_key: int
    identity: str | None
    sha256: str | None
    counts: Mapping[str, int]


def record_attempts(connection: sa.Connection, load_id: int, tried: Sequence[Tried]) -> list[int]:
    """Keep that these were tried; returns each one's filing_load_id."""
    parameters = {
        "load": load_id,
        "filings": [one.filing_key for one in tried],
        "identities": [one.identity for one in tried],
        "digests": [one.sha256 for one in tried],
        "counts": [json.dumps(dict(one.counts)) for one in tried],
    }
    return sorted(connection.execute(sa.text(RECORD), parameters).scalars())  # numbers are given in the order asked for


def close_attempts(connection: sa.Connection, decided: Mapping[int, tuple[Outcome, int | None]]) -> None:
    """Keep what became of attempts: the outcome and the version's key (None: none), by filing_load_id."""
    parameters: dict[str, Any] = {
        "keys": list(decided),
        "statuses": [outcome.status.value for outcome, _ in decided.values()],
        "reasons": ["\n".join(outcome.reasons) for outcome, _ in decided.values()],
        "versions": [version for _, version in decided.values()],
    }
    connection.execute(sa.text(CLOSE), parameters)


def keep_findings(connection: sa.Connection, found: Iterable[tuple[int, str, Finding]]) -> None:
    """Keep findings in the audit: each with its filing_load_id and its origin."""
    rows = [
        {
            "filing_load_id": filing_load_id,
            "origin": origin,
            "code": finding.code,
            "severity": finding.severity.value,
            "message": finding.message,
            "section_seq": finding.section_seq,
            "page": finding.page,
            "source_line": finding.line,
            "evidence": finding.evidence,
        }
        for filing_load_id, origin, finding in found
    ]
    if rows:
        connection.execute(FINDING.insert(), rows)
