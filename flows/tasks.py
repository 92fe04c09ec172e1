"""The units of work: visit one publisher, load one batch of documents. Between them go digests, never a document.

A task is tried again only when the database was away: fetching has its own patience (`extract.fetch.fetcher`), and
what a document holds is the same next time. Within a batch, a document that cannot be read is that filing's failure
alone.
"""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect import task
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task, exponential_backoff
from sqlalchemy import Engine

from extract.catalogue import Catalogue, FilingEntry, Publisher
from extract.departments import Department
from extract.document import Finding, Severity
from extract.errors import ReadError
from extract.fetch.archive import Archive
from extract.fetch.collecting import Collection, collect, recollect
from extract.fetch.courtesy import Courtesy
from extract.reading import reader_versions
from extract.settings import FetchSettings
from flows.account import MartAccount, years_of
from flows.logs import log, logger, show_logs
from flows.notifying import notify
from flows.settings import RunSettings
from flows.submissions import submission_of
from flows.words import vocabulary_in_force
from warehouse import load_record, loading, loads
from warehouse.decide.departments import added_departments
from warehouse.errors import DatabaseBusyError, DatabaseUnreachableError
from warehouse.gate.validation_page import gate_results, validation_page
from warehouse.identity import refuse_strangers
from warehouse.known import known_version
from warehouse.read.corrected import Corrections, corrections
from warehouse.read.mart_rows import KnownFiling, Rows, changes_of, known_filings, rows_by_year, rows_of_last_load
from warehouse.read.overview import FilingOverview, overview_of
from warehouse.server.database import open_database
from warehouse.server.roles import Login
from warehouse.server.settings import load_settings
from warehouse.sightings import Sighting, further_sightings
from warehouse.submission import Outcome, Submission

_settings = RunSettings()
_readers = ThreadPoolExecutor(_settings.parallel, thread_name_prefix="reader")
_gate = threading.Lock()  # Great Expectations keeps state per process


@dataclass(frozen=True, slots=True)
class Arrival:
    """A filing whose bytes are in the archive."""

    entry: FilingEntry
    publisher: Publisher
    sha256: str
    source_url: str
    doubts: tuple[Finding, ...] = ()
    """Why it is to be held whatever it holds."""


def _database_was_away(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    return isinstance(state.result(raise_on_failure=False), DatabaseUnreachableError | DatabaseBusyError)


_PATIENTLY: dict[str, Any] = {
    "retries": _settings.retries,
    "retry_delay_seconds": exponential_backoff(_settings.retry_seconds),
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": _database_was_away,
    "persist_result": False,
}


@task(name="open-load", **_PATIENTLY)
def open_load(command: str) -> int:
    """Begin a load; returns its id. Raises WarehouseError if the database cannot be used."""
    return loads.start_load(engine(), command)


@task(name="visit", task_run_name="visit {publisher.id}", persist_result=False)
def visit(
    load_id: int,
    publisher: Publisher,
    declared: Sequence[FilingEntry],
    folder: Path,
    offline: bool,
    departments: Sequence[Department] = (),
) -> Collection:
    """Bring what the publisher has published into the archive; `offline`: take what the archive has of it.

    Sources of declared filings are relative to `folder`. What the network does ends in findings.
    """
    if offline:
        return recollect(publisher, declared, archive(), departments)
    courtesy = _courtesy(load_id)
    return collect(publisher, declared, archive(), FetchSettings(), courtesy, base=folder, departments=departments)


@task(name="departments", **_PATIENTLY)
def departments_of(catalogue: Catalogue) -> tuple[Department, ...]:
    """Every department that is known by name: the catalogue's, and those that persons added."""
    with engine().connect() as connection:
        return catalogue.table(added_departments(connection))


@task(name="corrections", **_PATIENTLY)
def corrections_now() -> Corrections:
    """What persons have corrected of the catalogue."""
    with engine().connect() as connection:
        return corrections(connection)


@task(name="sift", task_run_name="sift {load_id}", **_PATIENTLY)
def sift(load_id: int, arrivals: Sequence[Arrival], *, again: bool = False) -> list[Outcome | None]:
    """For each arrival its outcome if it need not be read: refused, bytes that are published already, or known as it
    is; with `again` of these only what a killed run of the same command has read again."""
    readers = reader_versions()
    vocabulary = vocabulary_in_force(engine(), load_id)
    sifted = refuse_strangers(engine(), load_id, [(each.entry, each.publisher) for each in arrivals])
    with engine().connect() as connection:
        done = loads.read_before(connection, load_id) if again else frozenset()
        known = [
            None
            if refused or (again and (each.entry.id, each.sha256) not in done)
            else known_version(
                connection,
                entry=each.entry,
                publisher=each.publisher,
                sha256=each.sha256,
                readers=readers,
                vocabulary=vocabulary,
            )
            for each, refused in zip(arrivals, sifted, strict=True)
        ]
    for each, outcome in zip(arrivals, known, strict=True):
        if outcome:
            loading.record_unchanged(engine(), load_id, each.entry, each.publisher, outcome)
    decided = [refused or outcome for refused, outcome in zip(sifted, known, strict=True)]
    open_ones = [each for each, outcome in zip(arrivals, decided, strict=True) if not outcome and not each.doubts]
    seen = [Sighting(each.entry, each.publisher, each.sha256, each.source_url) for each in open_ones]
    again_seen = further_sightings(engine(), load_id, seen)
    return [outcome or again_seen.get(each.entry.id) for each, outcome in zip(arrivals, decided, strict=True)]


@task(name="load", task_run_name="load {load_id}", **_PATIENTLY)
def load_batch(load_id: int, arrivals: Sequence[Arrival]) -> list[Outcome]:
    """Read the documents side by side and load them together; outcomes in the order of `arrivals`."""
    return _load(
        load_id, arrivals
    )  # a task travels to other processes as code: what it uses must be found there by name


@task(name="record-failure", task_run_name="record failure of {entry.id}", **_PATIENTLY)
def record_failure(load_id: int, entry: FilingEntry, publisher: Publisher, reason: str) -> Outcome:
    """Keep in the audit that the filing failed, and why."""
    return loading.record_failure(engine(), load_id, entry, publisher, reason)


@task(name="look", **_PATIENTLY)
def look(*, counted: bool) -> tuple[Rows | None, dict[str, KnownFiling]]:
    """What the mart holds before a rerun: rows by view and year, and every filing. Neither is needed for a night."""
    if not counted:
        return None, {}
    with engine().connect() as connection:
        return rows_by_year(connection), known_filings(connection)


@task(name="keep-findings", **_PATIENTLY)
def keep_findings(load_id: int, publisher: str | None, findings: Sequence[Finding]) -> None:
    """Keep in the audit what was found at a publisher."""
    load_record.keep_findings(engine(), load_id, publisher, findings)


@task(name="close-load", **_PATIENTLY)
def close_load(
    load_id: int,
    filing_ids: Sequence[str],
    failed: bool,
    metrics: Mapping[str, Any],
    before: Rows | None,
    asked: tuple[int, ...],
) -> tuple[dict[str, FilingOverview], MartAccount]:
    """Record the load's end and figures; returns what the mart now says of the filings, and what has changed in it."""
    with engine().connect() as connection:
        changes = tuple(changes_of(connection, load_id))
        after = rows_by_year(connection, None if before is not None else years_of(changes))
        touched = {*asked, *years_of(changes)}
        last = rows_of_last_load(connection, touched, before=load_id)
        filings = dict(overview_of(connection, filing_ids))
    rows = {view: {year: found.get(year, 0) for year in sorted(touched)} for view, found in after.items()}
    load_record.keep_metrics(engine(), load_id, {**metrics, "rows": rows})
    loads.finish_load(engine(), load_id, failed=failed)
    return filings, MartAccount(asked, before, after, last, changes)


@task(name="tell", persist_result=False)
def tell(load_id: int, addresses: Sequence[str], title: str, lines: Sequence[str]) -> None:
    """Send the news of a run; that an address did not take it is kept in the audit as an alarm of the load."""
    for scheme in notify(addresses, title, lines):
        message = f"the {scheme} address of YUSUAN_NOTIFY did not take the message"
        finding = Finding(code="not_notified", severity=Severity.CRITICAL, message=message)
        load_record.keep_findings(engine(), load_id, None, [finding])
        log(message, load_id=load_id, level=logging.ERROR)


@task(name="keep-page", persist_result=False)
def keep_page(load_id: int) -> None:
    """Keep what the gate found as an artifact and as a page under the home; delete pages that are too old."""
    folder = load_settings().home / "validation"
    with engine().connect() as connection:
        if results := gate_results(connection, load_id):
            create_table_artifact(results, key="gate-results", description=f"What the gate found in load {load_id}")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"load-{load_id}.html").write_text(validation_page(connection, load_id), encoding="utf-8")
    oldest = time.time() - _settings.keep_days * 86_400
    for page in folder.glob("load-*.html"):
        if page.stat().st_mtime < oldest:
            page.unlink(missing_ok=True)


def _load(load_id: int, arrivals: Sequence[Arrival]) -> list[Outcome]:
    show_logs(_settings.log_format)  # in a process that is not the flow's
    read = list(_readers.map(lambda arrival: _read(load_id, arrival), arrivals))
    submissions = [one for one in read if isinstance(one, Submission)]
    with _gate:
        loaded = iter(loading.load_filings(engine(), load_id, submissions))
    return [next(loaded) if isinstance(one, Submission) else one for one in read]


def _read(load_id: int, arrival: Arrival) -> Submission | Outcome:
    """The filing as read; or the outcome of its failure, which is recorded and goes no further."""
    entry = arrival.entry
    log("reading", load_id=load_id, filing_id=entry.id)

    def progress(done: int, total: int) -> None:
        log(f"{done} of {total} pages read", load_id=load_id, filing_id=entry.id)

    try:
        path = archive().path(arrival.sha256)
        return submission_of(
            entry,
            arrival.publisher,
            path,
            arrival.sha256,
            arrival.source_url,
            progress,
            arrival.doubts,
            vocabulary_in_force(engine(), load_id),
        )
    except ReadError as error:
        reason = f"{error.code}: {error}"
    except Exception as error:  # noqa: BLE001 - a fault of ours on one document must not stop the others
        reason = f"{type(error).__name__}: {error}"
        logger.exception("load %d · %s · fault while reading", load_id, entry.id)
    return loading.record_failure(engine(), load_id, entry, arrival.publisher, reason, sha256=arrival.sha256)


@functools.cache
def engine() -> Engine:
    """This process's connections to the warehouse, as the loader."""
    return open_database(load_settings()).engine(Login.LOADER)


@functools.cache
def archive() -> Archive:
    """The archive of these settings."""
    return Archive(FetchSettings().archive)


@functools.lru_cache(maxsize=2)
def _courtesy(_load_id: int) -> Courtesy:
    """What one run knows of each host: a host that was down is left alone until the next run."""
    return Courtesy(FetchSettings())
