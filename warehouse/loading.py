"""Loading: stage a batch of filings, let the gate judge them together, publish or hold each in its own transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import psycopg
import sqlalchemy as sa
import sqlalchemy.exc

from extract.catalogue import FilingEntry, Publisher
from extract.document import Finding, Severity
from transform.records import Records
from warehouse import publishing
from warehouse.abandoned import guard_load, settle_attempts, settle_loads
from warehouse.acceptances import publish_accepted, standing_acceptances
from warehouse.errors import DatabaseUnreachableError
from warehouse.gate import Verdict, judge
from warehouse.layouts import layout_versions
from warehouse.publishing import STAGING_ROWS, Version
from warehouse.registration import register_filing
from warehouse.schema import METADATA
from warehouse.staging import copy_rows, staged_rows
from warehouse.staging_batch import stage_held_rows, staged_counts, staging_batch
from warehouse.submission import Outcome, Status, Submission, identity_of, unrecognised_by

FINDING = METADATA.tables["audit.finding"]

HELD_ATTEMPT = """
WITH again AS (
  INSERT INTO audit.filing_load (load_id, filing_key, identity, sha256, counts)
  SELECT :load, filing_key, identity, sha256, counts FROM audit.filing_load WHERE filing_load_id = :held
  RETURNING filing_load_id, filing_key, identity
)
SELECT again.filing_load_id, again.filing_key, again.identity, f.content_sha256
FROM again CROSS JOIN audit.held_filing f WHERE f.filing_load_id = :held"""

BATCH = 100
"""Filings that are staged and validated together: one run of Great Expectations each."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One filing on its way through one load."""

    filing_id: str
    filing_load_id: int
    filing_key: int
    identity: str
    content_sha256: str
    counts: Mapping[str, int]
    """Rows staged by table."""


def start_load(engine: sa.Engine, command: str) -> int:
    """Open a load; `command` says what was asked for. Returns its load_id.

    Loads whose process was killed are settled first, as `abandoned`.
    """
    with engine.begin() as connection:
        settle_loads(connection)
    with engine.begin() as connection:
        statement = sa.text("INSERT INTO audit.load (command) VALUES (:command) RETURNING load_id")
        load_id = int(connection.execute(statement, {"command": command}).scalar_one())
        guard_load(engine, load_id)  # before anybody else can see the load
    return load_id


def finish_load(engine: sa.Engine, load_id: int, *, failed: bool = False) -> dict[str, int]:
    """Close a load; returns (and keeps) the number of filings by outcome."""
    with engine.begin() as connection:
        settle_attempts(connection, load_id)  # of a batch that was tried again when the database came back
        counts = connection.execute(
            sa.text("SELECT status, count(*) FROM audit.filing_load WHERE load_id = :load GROUP BY 1 ORDER BY 1"),
            {"load": load_id},
        )
        outcomes = {str(status): int(number) for status, number in counts}
        connection.execute(
            sa.text(
                "UPDATE audit.load SET finished_at = clock_timestamp(), status = :status, counts = CAST(:c AS jsonb)"
                " WHERE load_id = :load"
            ),
            {"load": load_id, "status": "failed" if failed else "finished", "c": json.dumps(outcomes)},
        )
    return outcomes


def known_version(
    connection: sa.Connection, *, entry: FilingEntry, publisher: Publisher, sha256: str, readers: Iterable[str]
) -> Outcome | None:
    """What stands for this input if it is known: an `unchanged` Outcome, so that nothing need be read.

    Known is what has the identity of the filing's newest version and was read by one of `readers` (the names with
    versions there are now) and a layout whose version is still registered. None: read it.
    """
    row = connection.execute(
        sa.text(
            "SELECT v.version, v.status, v.identity, v.reader, v.layout, v.held_reasons FROM dw.dim_filing_version v"
            " JOIN dw.dim_filing d USING (filing_key) WHERE d.filing_id = :filing ORDER BY v.version DESC LIMIT 1"
        ),
        {"filing": entry.id},
    ).one_or_none()
    if row is None or row.reader not in set(readers):
        return None
    layouts = layout_versions()
    if row.layout is not None and row.layout not in layouts:
        return None
    identity = identity_of(
        sha256=sha256,
        entry=entry,
        publisher=publisher,
        reader=row.reader,
        layout=row.layout or unrecognised_by(layouts),
    )
    if row.identity != identity:
        return None
    reasons = tuple(row.held_reasons.splitlines()) if row.status == "held" else ()
    return Outcome(filing_id=entry.id, status=Status.UNCHANGED, version=row.version, reasons=reasons)


def record_unchanged(
    engine: sa.Engine, load_id: int, entry: FilingEntry, publisher: Publisher, outcome: Outcome
) -> None:
    """Note in the audit that a load met this filing and found what it knew (`known_version`)."""
    with engine.begin() as connection:
        filing_key = register_filing(connection, entry, publisher)
        _record(connection, load_id, filing_key, outcome)


def record_failure(
    engine: sa.Engine,
    load_id: int,
    entry: FilingEntry,
    publisher: Publisher,
    message: str,
    *,
    sha256: str | None = None,
    findings: Sequence[Finding] = (),
) -> Outcome:
    """Note that a document could not be fetched or read. What was published of the filing stays."""
    outcome = Outcome(filing_id=entry.id, status=Status.FAILED, reasons=(message,))
    with engine.begin() as connection:
        filing_key = register_filing(connection, entry, publisher)
        filing_load_id = _record(connection, load_id, filing_key, outcome, sha256=sha256)
        _keep_findings(connection, filing_load_id, "reader", findings)
    return outcome


def load_filing(engine: sa.Engine, load_id: int, submission: Submission) -> Outcome:
    """Load one filing; see `load_filings`, which is cheaper for many."""
    return load_filings(engine, load_id, [submission])[0]


def load_filings(engine: sa.Engine, load_id: int, submissions: Iterable[Submission]) -> list[Outcome]:
    """Stage, validate and publish or hold each filing; outcomes in the order of `submissions`.

    Filings are validated in batches and published each in a transaction of its own: a bad one holds or fails itself
    alone. Raises WarehouseError only if the database fails, not for what a filing holds.
    """
    outcomes: list[Outcome] = []
    source = iter(submissions)
    while batch := list(islice(source, BATCH)):
        outcomes += _load_batch(engine, load_id, batch)
    return outcomes


def load_again(engine: sa.Engine, load_id: int, filing_id: str, held_attempt: int) -> Outcome:
    """Judge the rows of a held attempt (its filing_load_id) again, by today's expectations and beside today's facts."""
    with staging_batch(engine) as batch_id:
        with engine.begin() as connection:
            row = connection.execute(sa.text(HELD_ATTEMPT), {"load": load_id, "held": held_attempt}).one()
            counts = stage_held_rows(connection, batch_id, held_attempt, row.filing_load_id)
            attempt = _Attempt(filing_id=filing_id, counts=counts, **row._mapping)
        verdict = judge(engine, load_id, batch_id, [attempt.filing_load_id])[attempt.filing_load_id]
        return _decide(engine, load_id, attempt, verdict)


def _load_batch(engine: sa.Engine, load_id: int, submissions: Sequence[Submission]) -> list[Outcome]:
    outcomes: dict[int, Outcome] = {}
    attempts: dict[int, _Attempt] = {}
    with staging_batch(engine) as batch_id:
        with engine.begin() as connection:
            for position in sorted(range(len(submissions)), key=lambda position: _lock_order(submissions[position])):
                decided = _stage(connection, load_id, batch_id, submissions[position])
                if isinstance(decided, Outcome):
                    outcomes[position] = decided
                else:
                    attempts[position] = decided
        if attempts:
            verdicts = judge(engine, load_id, batch_id, [one.filing_load_id for one in attempts.values()])
            for position, attempt in attempts.items():
                outcomes[position] = _decide(engine, load_id, attempt, verdicts[attempt.filing_load_id])
    return [outcomes[position] for position in range(len(submissions))]


def _lock_order(submission: Submission) -> tuple[str, str, str]:
    """The same order in every process, so that two of them never wait for each other's dimension members."""
    return submission.publisher.region_code, submission.publisher.id, submission.filing_id


def _stage(connection: sa.Connection, load_id: int, batch_id: int, submission: Submission) -> _Attempt | Outcome:
    """Stage one filing; what the database cannot even hold (a number too large for money) fails that filing alone."""
    try:
        with connection.begin_nested():
            return _begin(connection, load_id, batch_id, submission)
    except (psycopg.DataError, sqlalchemy.exc.DataError, UnicodeEncodeError) as error:
        reason = f"the records cannot be stored: {_first_line(error)}"
        outcome = Outcome(filing_id=submission.filing_id, status=Status.FAILED, reasons=(reason,))
        filing_key = register_filing(connection, submission.entry, submission.publisher)
        _record(connection, load_id, filing_key, outcome, sha256=submission.sha256)
        return outcome


def _first_line(error: Exception) -> str:
    return str(error.__cause__ or error).strip().partition("\n")[0]


def _begin(connection: sa.Connection, load_id: int, batch_id: int, submission: Submission) -> _Attempt | Outcome:
    """Register the filing, stage its rows, keep its findings; an Outcome if it is decided already."""
    filing_key = register_filing(connection, submission.entry, submission.publisher)
    identity = submission.identity(layout_versions())
    staged = staged_rows(submission, identity)
    newest = publishing.newest_version(connection, filing_key)
    sha256 = submission.sha256
    head = staged.rows["filing"][0]
    attempt = _Attempt(
        filing_id=submission.filing_id,
        filing_load_id=0,
        filing_key=filing_key,
        identity=identity,
        content_sha256=head["content_sha256"],
        counts=staged.counts,
    )
    if newest and newest.status != "held" and _is_same(newest, attempt):
        outcome = Outcome(filing_id=submission.filing_id, status=Status.UNCHANGED, version=newest.number)
        _record(connection, load_id, filing_key, outcome, identity=identity, sha256=sha256, version=newest)
        return outcome
    filing_load_id = _record(
        connection, load_id, filing_key, None, identity=identity, sha256=sha256, counts=staged.counts
    )
    copy_rows(connection, batch_id, filing_load_id, staged)
    _keep_findings(connection, filing_load_id, "reader", submission.findings)
    if submission.records:
        _keep_findings(connection, filing_load_id, "layout", submission.records.findings)
        _keep_findings(connection, filing_load_id, "layout", _unconsumed(submission.records))
    return replace(attempt, filing_load_id=filing_load_id)


def _is_same(version: Version, attempt: _Attempt) -> bool:
    return (version.identity, version.content_sha256) == (attempt.identity, attempt.content_sha256)


def _decide(engine: sa.Engine, load_id: int, attempt: _Attempt, verdict: Verdict) -> Outcome:
    """Publish or hold one filing; what the gate did not foresee fails that filing alone, and publishes nothing."""
    try:
        with engine.begin() as connection:
            publishing.lock_filing(connection, attempt.filing_key)
            outcome, version = _publish_or_hold(connection, load_id, attempt, verdict)
            _close(connection, attempt.filing_load_id, outcome, version)
    except (sqlalchemy.exc.IntegrityError, sqlalchemy.exc.DataError) as error:
        reason = f"the database refused what the gate let pass: {_first_line(error)}"
        outcome = Outcome(filing_id=attempt.filing_id, status=Status.FAILED, reasons=(reason,))
        with engine.begin() as connection:
            _close(connection, attempt.filing_load_id, outcome, None)
    return outcome


def _publish_or_hold(
    connection: sa.Connection, load_id: int, attempt: _Attempt, verdict: Verdict
) -> tuple[Outcome, Version]:
    found = staged_counts(connection, attempt.filing_load_id)
    if found != attempt.counts:
        raise DatabaseUnreachableError(
            f"{attempt.filing_id}: its staged rows are gone, as after a crash of the database; run the command again"
        )
    newest = publishing.newest_version(connection, attempt.filing_key)
    held = "\n".join(verdict.reasons)
    counts: dict[str, int] = {}
    if newest and _is_same(newest, attempt) and (newest.status != "held" or newest.held_reasons == held):
        status, version = Status.UNCHANGED, newest  # nothing has changed, or another process was first, or a person
    elif not held:
        status = Status.PUBLISHED
        version = publishing.create_version(connection, attempt.filing_load_id, status="published")
        counts = publishing.insert_facts(connection, version, attempt.filing_load_id, rows=STAGING_ROWS)
        publishing.make_current(connection, version, load_id)
    elif acceptances := standing_acceptances(connection, attempt.filing_key, verdict.reasons):
        status = Status.PUBLISHED
        version = publishing.create_version(
            connection, attempt.filing_load_id, status="published", held_reasons=held, rows=STAGING_ROWS
        )
        counts = publish_accepted(connection, version, attempt.filing_load_id, load_id, acceptances, rows=STAGING_ROWS)
    else:
        status = Status.HELD
        version = publishing.create_version(
            connection, attempt.filing_load_id, status="held", held_reasons=held, rows=STAGING_ROWS
        )
        publishing.keep_held_rows(connection, attempt.filing_load_id)
    outcome = Outcome(
        filing_id=attempt.filing_id,
        status=status,
        version=version.number,
        reasons=verdict.reasons,
        counts=counts,
    )
    return outcome, version


def _record(
    connection: sa.Connection,
    load_id: int,
    filing_key: int,
    outcome: Outcome | None,
    *,
    identity: str | None = None,
    sha256: str | None = None,
    version: Version | None = None,
    counts: dict[str, int] | None = None,
) -> int:
    statement = sa.text(
        "INSERT INTO audit.filing_load (load_id, filing_key, filing_version_key, identity, sha256, counts)"
        " VALUES (:load, :filing, :version, :identity, :sha256, CAST(:counts AS jsonb)) RETURNING filing_load_id"
    )
    parameters = {
        "load": load_id,
        "filing": filing_key,
        "version": version.key if version else None,
        "identity": identity,
        "sha256": sha256,
        "counts": json.dumps(counts or {}),
    }
    filing_load_id = int(connection.execute(statement, parameters).scalar_one())
    if outcome:
        _close(connection, filing_load_id, outcome, version)
    return filing_load_id


def _close(connection: sa.Connection, filing_load_id: int, outcome: Outcome, version: Version | None) -> None:
    connection.execute(
        sa.text(
            "UPDATE audit.filing_load SET status = :status, reasons = :reasons, finished_at = clock_timestamp(),"
            " filing_version_key = COALESCE(:version, filing_version_key) WHERE filing_load_id = :key"
        ),
        {
            "key": filing_load_id,
            "status": outcome.status.value,
            "reasons": "\n".join(outcome.reasons),
            "version": version.key if version else None,
        },
    )


def _keep_findings(connection: sa.Connection, filing_load_id: int, origin: str, findings: Sequence[Finding]) -> None:
    rows = [
        {
            "filing_load_id": filing_load_id,
            "origin": origin,
            "code": finding.code,
            "severity": finding.severity.value,
            "message": finding.message,
            "page": finding.page,
            "source_line": finding.line,
            "evidence": finding.evidence,
        }
        for finding in findings
    ]
    if rows:
        connection.execute(FINDING.insert(), rows)


def _unconsumed(records: Records) -> tuple[Finding, ...]:
    """Text that no rule consumed is kept, as a finding of its own kind."""
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
