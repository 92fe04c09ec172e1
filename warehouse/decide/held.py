"""Held filings: what waits for a person and why, and the decisions: accept, reject, or judge again."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from extract.document import Finding, Severity
from warehouse.decide.acceptances import Acceptance, publish_accepted, record_acceptance
from warehouse.decide.decisions import TWICE, deciding, deciding_in_turn
from warehouse.errors import WarehouseError
from warehouse.gate.expectations import BY_ID
from warehouse.loading import finish_load, load_again, start_load
from warehouse.publish import publishing
from warehouse.publish.publishing import HELD_TABLES, of_held
from warehouse.publish.sections import settle_sections
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
SELECT f.expectation, f.message, f.evidence, f.staged_table, f.row_id, (
  SELECT string_agg(DISTINCT c.accepted_by, ', ') FROM audit.acceptance c
  WHERE c.filing_version_key = a.filing_version_key AND f.expectation = ANY(string_to_array(c.expectations, ','))
    AND (c.until IS NULL OR c.until >= CURRENT_DATE)) AS accepted_by
FROM audit.expectation_failure f JOIN audit.filing_load a USING (filing_load_id)
WHERE f.filing_load_id = :key AND f.severity = 'critical' ORDER BY f.failure_id"""

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

GUARD = "year_kept"
"""The expectation that stops a load which changes too much of a year."""

STOPPED = """
SELECT DISTINCT d.filing_id FROM audit.filing_load a
JOIN audit.expectation_failure f ON f.filing_load_id = a.filing_load_id AND f.expectation = :guard
JOIN dw.dim_filing_version v ON v.filing_version_key = a.filing_version_key AND v.status = 'held'
JOIN dw.dim_filing d ON d.filing_key = a.filing_key
WHERE a.load_id = :load AND a.status = 'held' AND NOT EXISTS (
  SELECT FROM dw.dim_filing_version w WHERE w.filing_key = v.filing_key AND w.version > v.version)
ORDER BY 1"""

REJECT = "UPDATE dw.dim_filing_version SET status = 'rejected' WHERE filing_version_key = :version"


@dataclass(frozen=True, slots=True)
class Reason:
    """One row that holds a filing: the expectation it fails, what is wrong, and the text as printed."""

    expectation: str
    message: str
    evidence: str
    staged_table: str
    row_id: int
    accepted_by: str | None = None
    """Who has accepted this expectation already, while another one still holds the filing."""

    def __str__(self) -> str:
        return f"{self.expectation}: {self.message}"

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


def accept(
    engine: sa.Engine,
    filing_id: str,
    *,
    by: str,
    because: str,
    expectations: Sequence[str] = (),
    until: datetime.date | None = None,
    version: int | None = None,
) -> Outcome:
    """Publish a held filing on a person's word, with a residual line for the money that no line explains.

    Of a budget statement no line is made up: the page does not say to which of its lines the money belongs. Its stated
    total goes on beside the sum of its lines, and the difference is seen.

    `expectations` names what is accepted (none: all that hold it); while others hold it, it stays `held` and the
    outcome's reasons say why. `until` is the last day on which later versions may rely on the acceptance; `version` is
    the one that was looked at (unsaid: the newest). Raises WarehouseError if the filing or that version is not held,
    if its bytes have been published under another name meanwhile, if `by` or `because` is empty, or if what holds it
    cannot be accepted (a year or a unit of money that is not known has to be declared, not accepted).
    """
    with engine.connect() as connection:
        seen = version or _held(connection, filing_id).version
    if until and until < datetime.datetime.now(tz=datetime.UTC).date():
        raise WarehouseError(f"the acceptance would have ended on {until}: name a day that is still to come")
    with deciding_in_turn(engine, filing_id, f"accept {filing_id}", by=by, because=because) as decision:
        held = _locked(decision.connection, filing_id, seen)
        reasons = _reasons(decision.connection, held.filing_load_id)
        accepted = _accepted(filing_id, reasons, expectations)
        given = Acceptance(expectations=accepted, by=decision.by, because=decision.because, until=until)
        newest = publishing.version_by_key(decision.connection, held.filing_version_key)
        still = [reason for reason in reasons if reason.expectation not in accepted and not reason.accepted_by]
        if still:
            record_acceptance(decision.connection, newest, decision.load_id, given)
            return Outcome(
                filing_id=filing_id, status=Status.HELD, version=newest.number, reasons=tuple(map(str, still))
            )
        if all(reason.expectation != TWICE for reason in reasons):
            decision.refuse_twin(filing_id, newest.key)
        settle_sections(decision.connection, {held.filing_load_id: ("published", "")}, rows=of_held)
        publishing.call_published(decision.connection, [newest.key])
        publishing.describe_versions(decision.connection, {held.filing_load_id: newest.key}, rows=of_held)
        publishing.insert_facts(decision.connection, {held.filing_load_id: newest.key}, rows=of_held)
        counts = publish_accepted(
            decision.connection, newest, held.filing_load_id, decision.load_id, [given], rows=of_held
        )
        decision.record_attempt(newest.key, "published", "accepted")
        named = tuple(str(reason) for reason in reasons if reason.expectation in accepted)
        return Outcome(
            filing_id=filing_id, status=Status.PUBLISHED, version=newest.number, reasons=named, counts=counts
        )


def accept_load(engine: sa.Engine, load_id: int, *, by: str, because: str) -> list[Outcome]:
    """Let what a load would have changed in a year pass, filing by filing; what else holds one still holds it.

    Raises WarehouseError if no filing waits because of that load, or if `by` or `because` is empty.
    """
    with engine.connect() as connection:
        stopped = connection.execute(sa.text(STOPPED), {"load": load_id, "guard": GUARD}).scalars().all()
    if not stopped:
        raise WarehouseError(f"nothing waits because load {load_id} would change too much; see `yusuan held`")
    return [accept(engine, filing_id, by=by, because=because, expectations=[GUARD]) for filing_id in stopped]


def reject(engine: sa.Engine, filing_id: str, *, by: str, because: str, version: int | None = None) -> int:
    """Decide that a held version stays out: it waits no longer, and the same input is not judged again.

    A published version stays published; a new version is judged afresh. Returns the version. Raises WarehouseError if
    the filing or that version is not held, or if `by` or `because` is empty.
    """
    with engine.connect() as connection:
        seen = version or _held(connection, filing_id).version
    with deciding(engine, f"reject {filing_id}", by=by, because=because) as decision:
        held = _locked(decision.connection, filing_id, seen)
        decision.connection.execute(sa.text(REJECT), {"version": held.filing_version_key})
        decision.record(held.filing_version_key, "rejected")
        decision.record_attempt(held.filing_version_key, "rejected", "rejected")
        return int(held.version)


def retry(engine: sa.Engine, filing_id: str) -> Outcome:
    """Judge a held filing's rows again: what held it may have been another filing, or an expectation that has changed.

    Raises WarehouseError if the filing is not held.
    """
    with engine.connect() as connection:
        held = _held(connection, filing_id)
    load_id = start_load(engine, f"retry {filing_id}")
    try:
        outcome = load_again(engine, load_id, filing_id, held.filing_load_id)
    except BaseException:
        finish_load(engine, load_id, failed=True)
        raise
    finish_load(engine, load_id)
    return outcome


def _locked(connection: sa.Connection, filing_id: str, version: int) -> sa.Row[Any]:
    """The held version, once no other process decides on the filing; as it is then, not as it was."""
    publishing.lock_filings(connection, [_held(connection, filing_id).filing_key])
    held = _held(connection, filing_id)
    if held.version != version:
        raise WarehouseError(
            f"version {version} of {filing_id} does not wait any more, version {held.version} does: look at it first "
            f"(`yusuan show {filing_id}`)"
        )
    return held


def _accepted(filing_id: str, reasons: Sequence[Reason], named: Sequence[str]) -> tuple[str, ...]:
    """The expectations to accept. Raises WarehouseError if one does not hold the filing or cannot be accepted."""
    holding = {reason.expectation for reason in reasons}
    if foreign := sorted(set(named) - holding):
        raise WarehouseError(f"{filing_id} is not held by {', '.join(foreign)}, but by {', '.join(sorted(holding))}")
    accepted = set(named) or holding
    if refused := sorted({one.expectation for one in reasons if one.expectation in accepted and not one.acceptable}):
        raise WarehouseError(
            f"{filing_id} cannot be accepted as it stands: {', '.join(refused)}. Correct the catalogue or the layout "
            "and load it again"
        )
    return tuple(sorted(accepted))


def _held(connection: sa.Connection, filing_id: str) -> sa.Row[Any]:
    row = connection.execute(sa.text(HELD), {"filing": filing_id}).one_or_none()
    if row is None:
        known = connection.execute(sa.text(STANDING), {"filing": filing_id}).one_or_none()
        if known is None:
            raise WarehouseError(f"{filing_id} is not held: there is no such filing; `yusuan held` lists what is")
        state = f"version {known.version} is {known.status}" if known.version else "it could not be read"
        raise WarehouseError(f"{filing_id} is not held: {state}; `yusuan held` lists what is")
    return row


def _reasons(connection: sa.Connection, filing_load_id: int) -> tuple[Reason, ...]:
    return tuple(Reason(*row) for row in connection.execute(sa.text(REASONS), {"key": filing_load_id}))
