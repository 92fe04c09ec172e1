"""The units of work: fetch one document, load a batch of documents. Between them go digests, never a document.

A task is tried again only when the world failed (network, database); what a document holds is the same next time.
Within a batch, a document that cannot be read or recognised is that filing's failure alone.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect import task
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task, exponential_backoff
from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError

from extract.archive import Archive
from extract.catalogue import FilingEntry, Publisher
from extract.errors import FetchError, ReadError
from extract.reading import reader_versions
from extract.settings import FetchSettings
from flows.arrival import archive_filing
from flows.logs import log
from flows.settings import RunSettings
from flows.submissions import submission_of
from warehouse import loading
from warehouse.database import open_database
from warehouse.roles import Login
from warehouse.settings import load_settings
from warehouse.submission import Outcome, Submission

_settings = RunSettings()
_readers = ThreadPoolExecutor(_settings.parallel, thread_name_prefix="reader")
_gate = threading.Lock()  # Great Expectations keeps state per process


@dataclass(frozen=True, slots=True)
class Arrival:
    """A filing whose bytes are in the archive. `known`: the outcome, if the warehouse has this very input."""

    entry: FilingEntry
    publisher: Publisher
    sha256: str
    known: Outcome | None = None


def _world_failed(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether another attempt may end otherwise: the network or the database was away."""
    error = state.result(raise_on_failure=False)
    if isinstance(error, FetchError):
        return not error.blocked
    return isinstance(error, OperationalError | InterfaceError)


_PATIENTLY: dict[str, Any] = {
    "retries": _settings.retries,
    "retry_delay_seconds": exponential_backoff(_settings.retry_seconds),
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": _world_failed,
    "persist_result": False,
}


@task(name="open-load", **_PATIENTLY)
def open_load(command: str) -> int:
    """Begin a load; returns its id. Raises WarehouseError if the database cannot be used."""
    return loading.start_load(engine(), command)


@task(name="fetch", task_run_name="fetch {entry.id}", **_PATIENTLY)
def fetch_filing(load_id: int, entry: FilingEntry, publisher: Publisher, folder: Path, again: bool) -> Arrival:
    """Bring the filing's bytes into the archive and ask the warehouse, unless `again`, whether it knows them.

    `folder` is where the entry's source is relative to. Raises FetchError.
    """
    sha256 = archive_filing(archive(), entry, publisher, folder)
    if again:
        return Arrival(entry, publisher, sha256)
    with engine().connect() as connection:
        known = loading.known_version(
            connection, entry=entry, publisher=publisher, sha256=sha256, readers=reader_versions()
        )
    if known:
        loading.record_unchanged(engine(), load_id, entry, publisher, known)
    return Arrival(entry, publisher, sha256, known)


@task(name="load", task_run_name="load batch", **_PATIENTLY)
def load_batch(load_id: int, arrivals: Sequence[Arrival]) -> list[Outcome]:
    """Read the documents side by side and load them together; outcomes in the order of `arrivals`."""
    read = list(_readers.map(lambda arrival: _read(load_id, arrival), arrivals))
    submissions = [one for one in read if isinstance(one, Submission)]
    with _gate:
        loaded = iter(loading.load_filings(engine(), load_id, submissions))
    return [next(loaded) if isinstance(one, Submission) else one for one in read]


@task(name="record-failure", task_run_name="record failure of {entry.id}", **_PATIENTLY)
def record_failure(load_id: int, entry: FilingEntry, publisher: Publisher, reason: str) -> Outcome:
    """Keep in the audit that the filing failed, and why."""
    return loading.record_failure(engine(), load_id, entry, publisher, reason)


@task(name="close-load", **_PATIENTLY)
def close_load(load_id: int, failed: bool) -> None:
    """Record the load's end."""
    loading.finish_load(engine(), load_id, failed=failed)


def _read(load_id: int, arrival: Arrival) -> Submission | Outcome:
    """The filing as read; or the outcome of its failure, which is recorded and goes no further."""
    entry = arrival.entry
    log("reading", load_id=load_id, filing_id=entry.id)
    try:
        return submission_of(entry, arrival.publisher, archive().path(arrival.sha256), arrival.sha256)
    except ReadError as error:
        reason = f"{error.code}: {error}"
    except Exception as error:  # a fault of ours on one document must not stop the others
        reason = f"{type(error).__name__}: {error}"
        logging.getLogger("yusuan").exception("load %d · %s · fault while reading", load_id, entry.id)
    return loading.record_failure(engine(), load_id, entry, arrival.publisher, reason, sha256=arrival.sha256)


@functools.cache
def engine() -> Engine:
    """This process's connections to the warehouse, as the loader."""
    return open_database(load_settings()).engine(Login.LOADER)


@functools.cache
def archive() -> Archive:
    """The archive of these settings."""
    return Archive(FetchSettings().archive)
