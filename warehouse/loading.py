"""Loading: stage a batch of filings, let the gate judge them together, publish or hold them in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, zip_longest
from operator import itemgetter

import orjson
import psycopg
import sqlalchemy as sa
import sqlalchemy.exc

from extract.catalogue import FilingEntry, Publisher
from extract.document import Finding
from warehouse.abandoned import guard_load
from warehouse.attempts import Attempt, Tried, close_attempts, keep_findings, record_attempts
from warehouse.decide.acceptances import (
    Acceptance,
    Standing,
    add_residuals,
    record_acceptance,
    standing_acceptances,
)
from warehouse.errors import DatabaseUnreachableError
from warehouse.gate.ruling import Reason, Ruling, rule
from warehouse.gate.verdicts import Verdict, judge
from warehouse.identity import IdentityChangedError, check_identity, refuse_strangers
from warehouse.layouts import layout_versions
from warehouse.publish import publishing
from warehouse.publish.publishing import Version
from warehouse.publish.registration import register_filings
from warehouse.publish.sections import (
    keep_missed,
    reasons_of,
    reasons_to_wait,
    settle_sections,
    shown_sections,
    staged_sections,
)
from warehouse.server.planner_statistics import describe_batch
from warehouse.staging.area import Batch
from warehouse.staging.batch import keep_alive, stage_held_rows, staged_counts, staging_batch, turn
from warehouse.staging.rows import Staged, copy_rows, staged_rows
from warehouse.submission import Outcome, Status, Submission

HELD_ATTEMPT = """
WITH again AS (
  INSERT INTO audit.filing_load (load_id, filing_key, identity, sha256, counts)
  SELECT :load, filing_key, identity, sha256, counts FROM audit.filing_load WHERE filing_load_id = :held
  RETURNING filing_load_id, filing_key, identity
)
SELECT again.filing_load_id, again.filing_key, again.identity, f.content_sha256
FROM again CROSS JOIN audit.held_filing f WHERE f.filing_load_id = :held"""

BATCH = 400
"""Filings that are staged, validated and published together: one run of Great Expectations each."""


def record_unchanged(
    engine: sa.Engine, load_id: int, entry: FilingEntry, publisher: Publisher, outcome: Outcome
) -> None:
    """Note in the audit that a load met this filing and found what it knew (`warehouse.known`)."""
    with engine.begin() as connection:
        _record_decided(connection, load_id, entry, publisher, outcome)


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
    (refused,) = refuse_strangers(engine, load_id, [(entry, publisher)])
    if refused:
        return refused
    outcome = Outcome(filing_id=entry.id, status=Status.FAILED, reasons=(message,))
    with engine.begin() as connection:
        key = _record_decided(connection, load_id, entry, publisher, outcome, sha256)
        keep_findings(connection, [(key, "reader", finding) for finding in findings])
    return outcome


def load_filing(engine: sa.Engine, load_id: int, submission: Submission) -> Outcome:
    """Load one filing; see `load_filings`, which is cheaper for many."""
    return load_filings(engine, load_id, [submission])[0]


def load_filings(engine: sa.Engine, load_id: int, submissions: Iterable[Submission]) -> list[Outcome]:
    """Stage, validate and publish or hold each filing; outcomes in the order of `submissions`.

    Batches of filings are validated together and published together, each batch in one transaction; what the database
    refuses of a batch fails the filing it is of alone. Raises WarehouseError only if the database fails, not for what
    a filing holds.
    """
    outcomes: list[Outcome] = []
    source = iter(submissions)
    while batch := list(islice(source, BATCH)):
        outcomes += _load_batch(engine, load_id, batch)
    return outcomes


def load_again(engine: sa.Engine, load_id: int, filing_id: str, held_attempt: int) -> Outcome:
    """Judge the rows of a held attempt (its filing_load_id) again, by today's expectations and beside today's facts."""
    with staging_batch(engine) as batch:
        with engine.begin() as connection:
            row = connection.execute(sa.text(HELD_ATTEMPT), {"load": load_id, "held": held_attempt}).one()
            counts = stage_held_rows(connection, batch, held_attempt, row.filing_load_id)
            attempt = Attempt(filing_id=filing_id, counts=counts, **row._mapping)
        describe_batch(engine, batch, attempt.rows)
        with turn(engine, batch.id):
            verdicts = judge(engine, load_id, batch, [attempt.filing_load_id])
            return _decide(engine, load_id, batch, [attempt], verdicts)[attempt.filing_load_id]


def _load_batch(engine: sa.Engine, load_id: int, submissions: Sequence[Submission]) -> list[Outcome]:
    refused = refuse_strangers(engine, load_id, [(one.entry, one.publisher) for one in submissions])
    outcomes = iter(_load_own(engine, load_id, [one for one, no in zip(submissions, refused, strict=True) if not no]))
    return [no or next(outcomes) for no in refused]


def _load_own(engine: sa.Engine, load_id: int, submissions: Sequence[Submission]) -> list[Outcome]:
    """Load a batch of filings none of which is another publisher's."""
    if not submissions:
        return []
    in_order = sorted(range(len(submissions)), key=lambda position: _lock_order(submissions[position]))
    guard_load(engine, load_id)
    with staging_batch(engine) as batch:
        with engine.begin() as connection:
            staged = _stage(connection, load_id, batch, [submissions[position] for position in in_order])
        attempts = [one for one in staged if isinstance(one, Attempt)]
        decided: dict[int, Outcome] = {}
        if attempts:
            describe_batch(engine, batch, sum(one.rows for one in attempts))
            with turn(engine, batch.id):
                verdicts = judge(engine, load_id, batch, [one.filing_load_id for one in attempts])
                for distinct in _each_filing_once(attempts):
                    decided |= _decide(engine, load_id, batch, distinct, verdicts)
    outcomes = [one if isinstance(one, Outcome) else decided[one.filing_load_id] for one in staged]
    return [outcome for _, outcome in sorted(zip(in_order, outcomes, strict=True), key=itemgetter(0))]


def _lock_order(submission: Submission) -> tuple[str, str, str]:
    """The same order in every process, so that two of them never wait for each other's dimension members."""
    return submission.publisher.region_code, submission.publisher.id, submission.filing_id


def _each_filing_once(attempts: Iterable[Attempt]) -> Iterator[list[Attempt]]:
    """The attempts in groups that hold no filing twice: a second one of a filing comes after the first is decided."""
    of_filing: defaultdict[int, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        of_filing[attempt.filing_key].append(attempt)
    for group in zip_longest(*of_filing.values()):
        yield [attempt for attempt in group if attempt]


def _stage(
    connection: sa.Connection, load_id: int, batch: Batch, submissions: Sequence[Submission]
) -> list[Attempt | Outcome]:
    """Stage filings; what the database cannot even hold (a number too large for money) fails its filing alone."""
    try:
        with connection.begin_nested():
            return _begin(connection, load_id, batch, submissions)
    except (psycopg.DataError, sqlalchemy.exc.DataError, UnicodeEncodeError, orjson.JSONEncodeError) as error:
        if len(submissions) > 1:
            middle = len(submissions) // 2
            return [
                *_stage(connection, load_id, batch, submissions[:middle]),
                *_stage(connection, load_id, batch, submissions[middle:]),
            ]
        (one,) = submissions
        reason = f"the records cannot be stored: {_first_line(error)}"
        outcome = Outcome(filing_id=one.filing_id, status=Status.FAILED, reasons=(reason,))
        _record_decided(connection, load_id, one.entry, one.publisher, outcome, one.sha256)
        return [outcome]


def _first_line(error: Exception) -> str:
    return str(error.__cause__ or error).strip().partition("\n")[0]


def _begin(
    connection: sa.Connection, load_id: int, batch: Batch, submissions: Sequence[Submission]
) -> list[Attempt | Outcome]:
    """Register the filings, stage their rows, keep their findings; an Outcome for those that are decided already."""
    layouts = layout_versions()
    keys = register_filings(connection, [(one.entry, one.publisher) for one in submissions])
    newest = publishing.newest_versions(connection, keys.values())
    identities = [one.identity(layouts) for one in submissions]
    rows = [staged_rows(one, identity) for one, identity in zip(submissions, identities, strict=True)]
    attempts = [
        Attempt(
            filing_id=one.filing_id,
            filing_load_id=0,
            filing_key=keys[one.filing_id],
            identity=identity,
            content_sha256=staged.content_sha256,
            counts=staged.counts,
        )
        for one, identity, staged in zip(submissions, identities, rows, strict=True)
    ]
    known = [_known(newest.get(attempt.filing_key), attempt) for attempt in attempts]
    numbers = record_attempts(
        connection,
        load_id,
        [
            Tried(attempt.filing_key, attempt.identity, one.sha256, {} if version else attempt.counts)
            for one, attempt, version in zip(submissions, attempts, known, strict=True)
        ],
    )
    begun: list[Attempt | Outcome] = []
    to_stage: dict[int, Staged] = {}
    unchanged: dict[int, tuple[Outcome, int | None]] = {}
    findings: list[tuple[int, str, Finding]] = []
    for key, one, attempt, version, staged in zip(numbers, submissions, attempts, known, rows, strict=True):
        if version:
            outcome = Outcome(filing_id=one.filing_id, status=Status.UNCHANGED, version=version.number)
            unchanged[key] = outcome, version.key
            begun.append(outcome)
        else:
            to_stage[key] = staged
            findings += [(key, origin, finding) for origin, found in one.found() for finding in found]
            begun.append(replace(attempt, filing_load_id=key))
    close_attempts(connection, unchanged)
    copy_rows(connection, batch, to_stage)
    keep_findings(connection, findings)
    return begun


def _known(newest: Version | None, attempt: Attempt) -> Version | None:
    """The newest version of the filing if it says what was read now, and nobody waits to decide on it."""
    return newest if newest and not newest.waits and attempt.is_of(newest) else None


def _decide(
    engine: sa.Engine, load_id: int, batch: Batch, attempts: Sequence[Attempt], verdicts: Mapping[int, Verdict]
) -> dict[int, Outcome]:
    """Publish or hold filings, no two attempts on one, in one transaction; outcomes by filing_load_id.

    What the gate did not foresee fails its filing alone: the others are decided in halves without it.
    """
    try:
        with engine.begin() as connection:
            decided = _publish_or_hold(connection, load_id, batch, attempts, verdicts)
            close_attempts(connection, decided)
        return {key: outcome for key, (outcome, _) in decided.items()}
    except (sqlalchemy.exc.IntegrityError, sqlalchemy.exc.DataError, IdentityChangedError) as error:
        if len(attempts) > 1:
            middle = len(attempts) // 2
            first = _decide(engine, load_id, batch, attempts[:middle], verdicts)
            return first | _decide(engine, load_id, batch, attempts[middle:], verdicts)
        (attempt,) = attempts
        reason = _first_line(error)
        if not isinstance(error, IdentityChangedError):
            reason = f"the database refused what the gate let pass: {reason}"
        outcome = Outcome(filing_id=attempt.filing_id, status=Status.FAILED, reasons=(reason,))
        with engine.begin() as connection:
            close_attempts(connection, {attempt.filing_load_id: (outcome, None)})
        return {attempt.filing_load_id: outcome}


def _publish_or_hold(
    connection: sa.Connection,
    load_id: int,
    batch: Batch,
    attempts: Sequence[Attempt],
    verdicts: Mapping[int, Verdict],
) -> dict[int, tuple[Outcome, int | None]]:
    publishing.lock_filings(connection, [attempt.filing_key for attempt in attempts])
    keep_alive(connection, batch.id)
    _check_staged(connection, batch, attempts)
    check_identity(connection, batch, [attempt.filing_load_id for attempt in attempts])
    keys = {attempt.filing_load_id: attempt.filing_key for attempt in attempts}
    versions = publishing.newest_versions(connection, keys.values())
    sections = staged_sections(connection, keys, rows=batch.rows)
    shown = shown_sections(connection, keys.values())
    former_reasons = reasons_of(connection, [one.attempt for one in versions.values() if one.attempt])
    rulings: dict[int, Ruling] = {}
    statuses: dict[int, Status] = {}
    accepted: dict[int, tuple[Acceptance, ...]] = {}

    def standing_of(one: Attempt) -> Standing:
        key = one.filing_load_id
        return standing_acceptances(connection, one.filing_key, sections[key], attempt=key, rows=batch.rows)

    for attempt in attempts:
        key, former = attempt.filing_load_id, versions.get(attempt.filing_key)
        reasons = verdicts[key].reasons
        standing = standing_of(attempt) if reasons else None
        ruling = rule(sections[key], reasons, *([standing.covers] if standing else []))
        missed = reasons_to_wait(
            connection, attempt.filing_key, key, shown[attempt.filing_key], sections[key], ruling, rows=batch.rows
        )
        if missed:
            standing = standing or standing_of(attempt)
            if waits := [str(one) for one in missed if not standing.covers(one, None)]:
                ruling = ruling.held_for(waits)
        all_reasons = (*reasons, *missed)
        if (
            former
            and attempt.is_of(former)
            and (not former.waits or _said(former_reasons[former.attempt or 0]) == _said(all_reasons))
        ):
            statuses[key] = Status.UNCHANGED  # nothing has changed, or another process was first, or a person
            continue
        keep_missed(connection, key, missed)
        rulings[key], statuses[key] = ruling, Status(ruling.status)
        if standing and ruling.status != "held" and (used := standing.used_for(all_reasons)):
            accepted[key] = used
    if rulings:
        settle_sections(connection, rulings, rows=batch.rows)
        decided = {key: (_of_version(one), "\n".join(one.lines())) for key, one in rulings.items()}
        versions |= publishing.create_versions(connection, decided, rows=batch.rows)
    version = {key: versions[filing_key] for key, filing_key in keys.items()}
    published = {key: version[key].key for key, one in rulings.items() if one.status != "held"}
    if published:  # all at once, as it takes locks in an order (see `publishing`)
        publishing.insert_facts(connection, published, rows=batch.rows)
        publishing.make_current(connection, published.values(), load_id)
    for key, given in accepted.items():
        passed = [seq for seq, status in rulings[key].statuses.items() if status == "published"]
        added = add_residuals(connection, version[key], key, passed, rows=batch.rows)
        for acceptance in given:
            record_acceptance(connection, version[key], load_id, acceptance, added.yuan)
    if waiting := [key for key, one in rulings.items() if one.status != "published"]:
        publishing.keep_held_rows(connection, batch, waiting)
    return {
        attempt.filing_load_id: (
            Outcome(
                filing_id=attempt.filing_id,
                status=statuses[attempt.filing_load_id],
                version=version[attempt.filing_load_id].number,
                reasons=_reasons(rulings.get(attempt.filing_load_id), verdicts[attempt.filing_load_id]),
            ),
            version[attempt.filing_load_id].key,
        )
        for attempt in attempts
    }


def _of_version(ruling: Ruling) -> str:
    """A version is held or published; which sections of it are is theirs to say."""
    return "held" if ruling.status == "held" else "published"


def _said(reasons: Iterable[Reason]) -> set[Reason]:
    return set(reasons)


def _reasons(ruling: Ruling | None, verdict: Verdict) -> tuple[str, ...]:
    """What waits, or was accepted; of what is unchanged what the gate said."""
    found = tuple(dict.fromkeys(map(str, verdict.reasons)))
    return found if ruling is None or ruling.status == "published" else ruling.lines()


def _check_staged(connection: sa.Connection, batch: Batch, attempts: Sequence[Attempt]) -> None:
    found = staged_counts(connection, batch, [attempt.filing_load_id for attempt in attempts])
    for attempt in attempts:
        if found[attempt.filing_load_id] != attempt.counts:
            raise DatabaseUnreachableError(
                f"{attempt.filing_id}: its staged rows are gone, as after a crash of the database; "
                "run the command again"
            )


def _record_decided(
    connection: sa.Connection,
    load_id: int,
    entry: FilingEntry,
    publisher: Publisher,
    outcome: Outcome,
    sha256: str | None = None,
) -> int:
    """Keep an attempt whose outcome is known already; returns its filing_load_id."""
    filing_key = register_filings(connection, [(entry, publisher)])[entry.id]
    (key,) = record_attempts(connection, load_id, [Tried(filing_key, None, sha256, {})])
    close_attempts(connection, {key: (outcome, None)})
    return key
