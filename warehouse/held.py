"""Held filings: what waits for a person, why, and the acceptance that publishes it all the same."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from extract.document import Finding, Severity
from warehouse import publishing
from warehouse.errors import WarehouseError
from warehouse.expectations import BY_ID
from warehouse.loading import finish_load, start_load
from warehouse.publishing import HELD_ROWS
from warehouse.publishing_sql import INSERT_RESIDUAL
from warehouse.residuals import FailedControl, Residual, residuals
from warehouse.schema.staging import STAGING
from warehouse.submission import Outcome, Status

HELD = """
SELECT d.filing_id, v.version, v.title, o.organization AS department, y.fiscal_year, v.loaded_at, v.filing_version_key,
  d.filing_key, a.filing_load_id
FROM dw.dim_filing d
JOIN LATERAL (
  SELECT * FROM dw.dim_filing_version w WHERE w.filing_key = d.filing_key ORDER BY w.version DESC LIMIT 1
) v ON v.status = 'held'
JOIN LATERAL (
  SELECT filing_load_id FROM audit.filing_load l
  WHERE l.filing_version_key = v.filing_version_key AND l.status = 'held' ORDER BY 1 LIMIT 1
) a ON true
JOIN dw.dim_organization o ON o.organization_key = v.department_key
JOIN dw.dim_fiscal_year y ON y.fiscal_year_key = v.fiscal_year_key
WHERE CAST(:filing AS text) IS NULL OR d.filing_id = :filing
ORDER BY v.loaded_at, d.filing_id"""

REASONS = """
SELECT f.expectation, f.message, f.evidence, f.staged_table, f.row_id FROM audit.expectation_failure f
WHERE f.filing_load_id = :key AND f.severity = 'critical' ORDER BY f.failure_id"""

FAILED_CONTROLS = """
SELECT unit, funding_source, stated_yuan - loaded_yuan AS difference, page, source_line, source_text
FROM audit.held_control
WHERE filing_load_id = :key AND NOT holds AND scope IN ('filing', 'unit') AND line IS NULL
  AND COALESCE(statement, 'project_expenditure') = 'project_expenditure'
ORDER BY row_id"""

FINDINGS = """
SELECT code, severity, message, page, source_line, evidence FROM audit.finding
WHERE filing_load_id = :key AND origin <> 'unconsumed' ORDER BY finding_id"""

PLACES = """
SELECT DISTINCT unit, funding_source FROM audit.held_budget
WHERE filing_load_id = :key AND statement = 'project_expenditure' ORDER BY 1, 2"""

ACCEPTANCE = """
INSERT INTO audit.acceptance
  (filing_version_key, load_id, expectations, accepted_by, because, until, residual_yuan)
VALUES (:version, :load, :expectations, :by, :because, :until, :residual)"""

FLAG_ACCEPTED = """
UPDATE dw.dim_filing_version SET flags = array_to_string(ARRAY(
  SELECT DISTINCT flag FROM unnest(string_to_array(NULLIF(flags, ''), ',') || CAST('accepted' AS text)) AS flag
  ORDER BY 1), ',')
WHERE filing_version_key = :version"""

ACCEPTED_ATTEMPT = """
INSERT INTO audit.filing_load
  (load_id, filing_key, filing_version_key, identity, sha256, status, reasons, finished_at)
SELECT :load, filing_key, filing_version_key, identity, sha256, 'published', :reasons, clock_timestamp()
FROM dw.dim_filing_version WHERE filing_version_key = :version"""


@dataclass(frozen=True, slots=True)
class Reason:
    """One row that holds a filing: the expectation it fails, what is wrong, and the text as printed."""

    expectation: str
    message: str
    evidence: str
    staged_table: str
    row_id: int

    @property
    def acceptable(self) -> bool:
        return BY_ID[self.expectation].acceptable if self.expectation in BY_ID else False


@dataclass(frozen=True, slots=True)
class HeldFiling:
    """A filing whose newest version waits for a person."""

    filing_id: str
    version: int
    title: str | None
    department: str
    fiscal_year: int | None
    held_since: datetime.datetime
    reasons: tuple[Reason, ...]


def held_filings(connection: sa.Connection, filing_id: str | None = None) -> list[HeldFiling]:
    """The held filings (or the one asked for), the longest held first."""
    held = connection.execute(sa.text(HELD), {"filing": filing_id}).all()
    return [
        HeldFiling(
            filing_id=row.filing_id,
            version=row.version,
            title=row.title,
            department=row.department,
            fiscal_year=row.fiscal_year,
            held_since=row.loaded_at,
            reasons=_reasons(connection, row.filing_load_id),
        )
        for row in held
    ]


def held_rows(connection: sa.Connection, filing_id: str) -> dict[str, Sequence[dict[str, Any]]]:
    """The staged rows of a held filing by staging table, each beside the text it was read from.

    Raises WarehouseError if the filing is not held.
    """
    key = _held(connection, filing_id).filing_load_id
    return {
        table.name: [
            dict(row._mapping)
            for row in connection.execute(
                sa.text(f"SELECT * FROM {HELD_ROWS}{table.name} WHERE filing_load_id = :key ORDER BY row_id"),
                {"key": key},
            )
        ]
        for table in STAGING
    }


def held_findings(connection: sa.Connection, filing_id: str) -> list[Finding]:
    """What reader and layout found odd in a held filing; for an unrecognised document, what was seen of it.

    Raises WarehouseError if the filing is not held.
    """
    key = _held(connection, filing_id).filing_load_id
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


def accept(engine: sa.Engine, filing_id: str, *, by: str, because: str, until: datetime.date | None = None) -> Outcome:
    """Publish a held filing on a person's word, with a residual line for the money that no line explains.

    Raises WarehouseError if the filing is not held, if `by` or `because` is empty, or if what holds it cannot be
    accepted (a year or a unit of money that is not known has to be declared, not accepted).
    """
    if not by.strip() or not because.strip():
        raise WarehouseError("an acceptance needs a person and a reason: --by NAME --because TEXT")
    load_id = start_load(engine, f"accept {filing_id}")
    try:
        with engine.begin() as connection:
            outcome = _accept(connection, load_id, filing_id, by.strip(), because.strip(), until)
    except BaseException:
        finish_load(engine, load_id, failed=True)
        raise
    finish_load(engine, load_id)
    return outcome


def _accept(
    connection: sa.Connection, load_id: int, filing_id: str, by: str, because: str, until: datetime.date | None
) -> Outcome:
    publishing.lock_filing(connection, _held(connection, filing_id).filing_key)
    held = _held(connection, filing_id)  # again: another process may have decided while we waited
    reasons = _reasons(connection, held.filing_load_id)
    refused = sorted({reason.expectation for reason in reasons if not reason.acceptable})
    if refused:
        raise WarehouseError(
            f"{filing_id} cannot be accepted as it stands: {', '.join(refused)}. Correct the catalogue or the layout "
            "and load it again"
        )
    version = publishing.newest_version(connection, held.filing_key)
    assert version is not None
    counts = publishing.insert_facts(connection, version, held.filing_load_id, rows=HELD_ROWS)
    lines = _residuals(connection, held)
    parameters = publishing.version_keys(connection, version)
    for line in lines:
        connection.execute(sa.text(INSERT_RESIDUAL), parameters | _residual_parameters(line))
    publishing.make_current(connection, version, load_id)
    expectations = sorted({reason.expectation for reason in reasons})
    decided = {"version": version.key, "load": load_id, "reasons": f"accepted by {by}: {because}"}
    connection.execute(sa.text(FLAG_ACCEPTED), decided)
    connection.execute(sa.text(ACCEPTED_ATTEMPT), decided)
    connection.execute(
        sa.text(ACCEPTANCE),
        decided
        | {
            "expectations": ",".join(expectations),
            "by": by,
            "because": because,
            "until": until,
            "residual": sum(line.amount for line in lines),
        },
    )
    return Outcome(
        filing_id=filing_id,
        status=Status.PUBLISHED,
        version=version.number,
        reasons=tuple(f"{reason.expectation}: {reason.message}" for reason in reasons),
        counts=counts | {"residuals": len(lines)},
    )


def _held(connection: sa.Connection, filing_id: str) -> sa.Row[Any]:
    row = connection.execute(sa.text(HELD), {"filing": filing_id}).one_or_none()
    if row is None:
        raise WarehouseError(f"{filing_id} is not held; `yusuan held` lists what is")
    return row


def _reasons(connection: sa.Connection, filing_load_id: int) -> tuple[Reason, ...]:
    return tuple(Reason(*row) for row in connection.execute(sa.text(REASONS), {"key": filing_load_id}))


def _residuals(connection: sa.Connection, held: sa.Row[Any]) -> tuple[Residual, ...]:
    key = {"key": held.filing_load_id}
    failed = [FailedControl(**row._mapping) for row in connection.execute(sa.text(FAILED_CONTROLS), key)]
    places = connection.execute(sa.text(PLACES), key).all()
    return residuals(
        failed,
        department=held.department,
        units=[unit for unit, _ in places],
        funding_sources=[source for _, source in places if source],
    )


def _residual_parameters(line: Residual) -> dict[str, Any]:
    return {
        "unit": line.unit,
        "funding_source": line.funding_source,
        "amount": line.amount,
        "page": line.control.page,
        "source_line": line.control.source_line,
        "source_text": line.control.source_text,
    }
