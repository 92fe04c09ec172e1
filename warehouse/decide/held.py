"""Held filings: what waits for a person and why; to keep it out (`reject`), and to judge it again (`retry`)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from extract.document import Finding, Severity
from warehouse.decide.acceptances import standing_acceptances
from warehouse.decide.decisions import Decision, deciding
from warehouse.errors import WarehouseError
from warehouse.gate import ruling
from warehouse.gate.expectations import BY_ID
from warehouse.loading import load_again
from warehouse.loads import finish_load, start_load
from warehouse.publish import publishing
from warehouse.publish.publishing import HELD_TABLES, of_held
from warehouse.publish.sections import (
    staged_sections,
)
from warehouse.schema.staging import STAGING
from warehouse.submission import Outcome

HELD = """
SELECT d.filing_id, v.version, v.title, o.organization AS department, y.fiscal_year, v.loaded_at, v.filing_version_key,
  d.filing_key, a.filing_load_id, v.status, v.is_partial
FROM dw.dim_filing d
JOIN LATERAL (
  SELECT * FROM dw.dim_filing_version w WHERE w.filing_key = d.filing_key ORDER BY w.version DESC LIMIT 1
) v ON v.status = 'held' OR (v.is_partial AND EXISTS (
  SELECT FROM dw.publication p WHERE p.filing_version_key = v.filing_version_key AND p.to_load_id IS NULL))
JOIN LATERAL (
  SELECT filing_load_id FROM audit.filing_load l
  WHERE l.filing_version_key = v.filing_version_key AND l.status IN ('held', 'partial') ORDER BY 1 LIMIT 1
) a ON true
JOIN dw.dim_organization o ON o.organization_key = v.department_key
JOIN dw.dim_fiscal_year y ON y.fiscal_year_key = v.fiscal_year_key
WHERE CAST(:filing AS text) IS NULL OR d.filing_id = :filing
ORDER BY v.loaded_at, d.filing_id"""

REASONS = """
SELECT f.expectation, f.message, f.evidence, f.staged_table, f.row_id, f.sections
FROM audit.expectation_failure f
WHERE f.filing_load_id = :key AND f.severity = 'critical' ORDER BY f.failure_id"""

REJECTED = """
SELECT DISTINCT s.layout, s.title, s.unit, s.ordinal
FROM dw.dim_filing_version mine
JOIN dw.dim_filing_version v ON v.filing_key = mine.filing_key AND v.identity = mine.identity
  AND v.content_sha256 = mine.content_sha256
JOIN audit.decision c ON c.filing_version_key = v.filing_version_key AND c.decision = 'rejected'
JOIN dw.filing_section s ON s.filing_version_key = v.filing_version_key AND s.section_seq = c.section_seq
WHERE mine.filing_version_key = :version"""
"""The sections that a person keeps out, of this input."""

FINDINGS = """
SELECT code, severity, message, page, source_line, evidence FROM audit.finding
WHERE filing_load_id = :key AND origin <> 'unconsumed' ORDER BY finding_id"""

STANDING = """
SELECT d.filing_key, v.version, v.status FROM dw.dim_filing d
LEFT JOIN LATERAL (
  SELECT w.version, w.status FROM dw.dim_filing_version w WHERE w.filing_key = d.filing_key
  ORDER BY w.version DESC LIMIT 1
) v ON true
WHERE d.filing_id = :filing"""

REJECT = "UPDATE dw.dim_filing_version SET status = 'rejected' WHERE filing_version_key = :version"


@dataclass(frozen=True, slots=True)
class Reason:
    """One row that holds a filing: the expectation it fails, what is wrong, and the text as printed."""

    expectation: str
    message: str
    evidence: str
    staged_table: str
    row_id: int
    sections: tuple[int, ...] | None = None
    """The sections that it holds; None: all of the filing."""
    accepted_by: str | None = None
    """Who has accepted this expectation already, while another one still holds the filing."""

    def __str__(self) -> str:
        return f"{self.expectation}: {self.message}"

    @property
    def acceptable(self) -> bool:
        return BY_ID[self.expectation].acceptable if self.expectation in BY_ID else False


@dataclass(frozen=True, slots=True)
class HeldSection:
    """A section that waits for a person, or that was not read or not found."""

    section_seq: int
    title: str | None
    layout: str | None
    first_page: int | None
    last_page: int | None
    status: str
    """`held`, `missing` or `unread`."""


@dataclass(frozen=True, slots=True)
class HeldFiling:
    """A filing of which the newest version, or sections of it, wait for a person."""

    filing_id: str
    version: int
    title: str | None
    department: str
    fiscal_year: int | None
    held_since: datetime.datetime
    reasons: tuple[Reason, ...]
    status: str = "held"
    """`held`, or `partial` if its other sections are published."""
    sections: tuple[HeldSection, ...] = ()


def held_filings(connection: sa.Connection, filing_id: str | None = None) -> list[HeldFiling]:
    """The filings of which something is held (or the one asked for), the longest held first.

    What a person has rejected waits no longer.
    """
    found = []
    for row in connection.execute(sa.text(HELD), {"filing": filing_id}).all():
        sections, reasons = _waiting(connection, row)
        if not row.is_partial or any(one.status == "held" for one in sections):
            found.append(
                HeldFiling(
                    filing_id=row.filing_id,
                    version=row.version,
                    title=row.title,
                    department=row.department,
                    fiscal_year=row.fiscal_year,
                    held_since=row.loaded_at,
                    reasons=reasons,
                    status="partial" if row.is_partial else "held",
                    sections=sections,
                )
            )
    return found


def _waiting(connection: sa.Connection, held: sa.Row[Any]) -> tuple[tuple[HeldSection, ...], tuple[Reason, ...]]:
    """The sections of a version that are not published, and what holds them or all of it."""
    version = {"version": held.filing_version_key}
    rejected = {tuple(row) for row in connection.execute(sa.text(REJECTED), version)}
    statement = sa.text(f"SELECT * FROM {HELD_TABLES}section WHERE filing_load_id = :key ORDER BY section_seq")
    rows = connection.execute(statement, {"key": held.filing_load_id}).all()
    sections = tuple(
        HeldSection(row.section_seq, row.title, row.layout, row.first_page, row.last_page, row.status)
        for row in rows
        if row.status in ("held", "missing", "unread")
        and (row.layout, row.title, row.unit, row.ordinal) not in rejected
    )
    reasons = version_reasons(connection, held)
    if not held.is_partial:
        return sections, reasons
    waiting = {one.section_seq for one in sections if one.status == "held"}
    return sections, tuple(one for one in reasons if one.sections and waiting & set(one.sections))


def held_rows(connection: sa.Connection, filing_id: str) -> dict[str, Sequence[dict[str, Any]]]:
    """The staged rows of a held filing by staging table, each beside the text it was read from.

    Raises WarehouseError if the filing is not held.
    """
    key = held_version(connection, filing_id).filing_load_id
    return {
        table.name: [
            dict(row._mapping)
            for row in connection.execute(
                sa.text(f"SELECT * FROM {HELD_TABLES}{table.name} WHERE filing_load_id = :key ORDER BY row_id"),
                {"key": key},
            )
        ]
        for table in STAGING
    }


def held_findings(connection: sa.Connection, filing_id: str) -> list[Finding]:
    """What reader and layout found odd in a held filing; for an unrecognised document, what was seen of it.

    Raises WarehouseError if the filing is not held.
    """
    key = held_version(connection, filing_id).filing_load_id
    return [
        Finding(
            code=row.code,
            severity=Severity(row.severity),
            message=row.message,
            page=row.page,
            line=row.source_line,
            evidence=row.evidence,
        )
        for row in connection.execute(sa.text(FINDINGS), {"key": key})
    ]


def reject(
    engine: sa.Engine, filing_id: str, *, by: str, because: str, version: int | None = None, section: int | None = None
) -> int:
    """Decide that a held version, or a held section, stays out: it waits no longer, and the same input is not judged
    again.

    A published version stays published, in part; a new version is judged afresh. Returns the version. Raises
    WarehouseError if the filing, the section or that version is not held, or if `by` or `because` is empty.
    """
    with engine.connect() as connection:
        seen = version or held_version(connection, filing_id).version
    command = f"reject {filing_id}" if section is None else f"reject section {section} of {filing_id}"
    with deciding(engine, command, by=by, because=because) as decision:
        held = locked_version(decision.connection, filing_id, seen)
        waiting = [one.section_seq for one in _waiting(decision.connection, held)[0] if one.status == "held"]
        if section is not None:
            _check_section(filing_id, section, waiting)
            decision.record(held.filing_version_key, "rejected", section=section)
        elif held.is_partial:
            for one in waiting:
                decision.record(held.filing_version_key, "rejected", section=one)
        else:
            decision.connection.execute(sa.text(REJECT), {"version": held.filing_version_key})
            decision.record(held.filing_version_key, "rejected")
            decision.record_attempt(held.filing_version_key, "rejected", "rejected")
        return int(held.version)


def _check_section(filing_id: str, section: int, waiting: Sequence[int]) -> None:
    if section not in waiting:
        held = ", ".join(map(str, waiting)) or "none"
        raise WarehouseError(f"section {section} of {filing_id} is not held; held are: {held}")


def retry(
    engine: sa.Engine, filing_id: str, *, section: int | None = None, by: str = "", because: str = ""
) -> tuple[Outcome, bool]:
    """Judge a held filing's rows again: what held it may have been another filing, or an expectation that has changed.

    With the outcome, whether anything of it (of `section`, if one is named) is held still. `by` and `because` are kept
    beside the version that was judged again. Raises WarehouseError if the
    filing, or the section, is not held.
    """
    with engine.connect() as connection:
        held = held_version(connection, filing_id)
        if section is not None:
            waiting = [one.section_seq for one in _waiting(connection, held)[0] if one.status == "held"]
            _check_section(filing_id, section, waiting)
    load_id = start_load(engine, f"retry {filing_id}")
    try:
        outcome = load_again(engine, load_id, filing_id, held.filing_load_id)
        if by:
            with engine.begin() as connection:
                decision = Decision(connection, load_id, by, because)
                decision.record(held.filing_version_key, "retried", section=section)
    except BaseException:
        finish_load(engine, load_id, failed=True)
        raise
    finish_load(engine, load_id)
    with engine.connect() as connection:
        left = held_filings(connection, filing_id)
    if section is None:
        return outcome, bool(left)
    return outcome, any(one.section_seq == section and one.status == "held" for each in left for one in each.sections)


def locked_version(connection: sa.Connection, filing_id: str, version: int) -> sa.Row[Any]:
    """The held version, once no other process decides on the filing; as it is then, not as it was."""
    publishing.lock_filings(connection, [held_version(connection, filing_id).filing_key])
    held = held_version(connection, filing_id)
    if held.version != version:
        raise WarehouseError(
            f"version {version} of {filing_id} does not wait any more, version {held.version} does: look at it first "
            f"(`yusuan show {filing_id}`)"
        )
    return held


def held_version(connection: sa.Connection, filing_id: str) -> sa.Row[Any]:
    """The newest version of a filing of which something waits. Raises WarehouseError if nothing does."""
    row = connection.execute(sa.text(HELD), {"filing": filing_id}).one_or_none()
    if row is None:
        known = connection.execute(sa.text(STANDING), {"filing": filing_id}).one_or_none()
        if known is None:
            raise WarehouseError(f"{filing_id} is not held: there is no such filing; `yusuan held` lists what is")
        state = f"version {known.version} is {known.status}" if known.version else "it could not be read"
        raise WarehouseError(f"{filing_id} is not held: {state}; `yusuan held` lists what is")
    return row


def version_reasons(connection: sa.Connection, held: sa.Row[Any]) -> tuple[Reason, ...]:
    """Every row that holds a version or a section of it, with who has accepted it so far."""
    key = held.filing_load_id
    sections = staged_sections(connection, [key], rows=of_held)[key]
    standing = standing_acceptances(connection, held.filing_key, sections, attempt=key, rows=of_held)
    found = []
    for row in connection.execute(sa.text(REASONS), {"key": key}):
        holds = None if row.sections is None else tuple(row.sections)
        said = ruling.Reason(row.expectation, row.message, holds)
        found.append(
            Reason(
                expectation=row.expectation,
                message=row.message,
                evidence=row.evidence,
                staged_table=row.staged_table,
                row_id=row.row_id,
                sections=holds,
                accepted_by=standing.accepted_by(said, holds or ()),
            )
        )
    return tuple(found)
