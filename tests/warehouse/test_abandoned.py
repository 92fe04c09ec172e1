"""A load that was killed says so as soon as another begins; a load that lives is left alone."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.warehouse.builders import records, submission, total
from tests.warehouse.test_publishing import load, rows
from transform.records import TotalOf
from warehouse import abandoned, loading
from warehouse.decide import accepting
from warehouse.errors import DatabaseUnreachableError
from warehouse.loading import load_filing, record_failure, record_unchanged
from warehouse.loads import finish_load, read_before, start_load
from warehouse.server.database import Database
from warehouse.server.roles import Login
from warehouse.submission import Outcome, Status

ATTEMPTS = "SELECT load_id, status FROM audit.filing_load ORDER BY filing_load_id"
LOADS = "SELECT load_id, status, finished_at IS NULL FROM audit.load ORDER BY 1"


def test_a_dead_load_is_abandoned_when_the_next_begins_and_a_living_one_is_not(
    database: Database, loader: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = database.engine(Login.LOADER)
    dead = start_load(dying, "killed while it judged")
    with monkeypatch.context() as patch:
        patch.setattr(loading, "judge", _die)
        with pytest.raises(KeyboardInterrupt):
            load_filing(dying, dead, submission())
    dying.dispose()  # as its end does, a process's connections go
    living = start_load(loader, "alive")
    assert rows(loader, LOADS) == [(dead, "abandoned", False), (living, "running", True)]
    assert rows(loader, ATTEMPTS) == [(dead, "abandoned")]
    other = database.engine(Login.LOADER)
    another = start_load(other, "at the same time")
    other.dispose()
    assert rows(loader, LOADS)[1:] == [(living, "running", True), (another, "running", True)]
    finish_load(loader, living)
    assert rows(loader, LOADS)[1] == (living, "finished", False)


def test_a_load_goes_on_with_what_a_killed_one_of_the_same_command_has_decided(
    database: Database, loader: Engine
) -> None:
    dying = database.engine(Login.LOADER)
    load_filing(dying, start_load(dying, "rerun 2023, 2024"), submission())
    dying.dispose()
    other, again = start_load(loader, "rerun 2022"), start_load(loader, "rerun 2023, 2024")
    with loader.connect() as connection:
        assert read_before(connection, other) == frozenset()
        assert read_before(connection, again) == {("filing-1", submission().sha256)}
    finish_load(loader, again)
    afterwards = start_load(loader, "rerun 2023, 2024")
    with loader.connect() as connection:
        assert read_before(connection, afterwards) == frozenset(), "it has ended: all is read again"


def test_a_load_that_outlives_a_crash_of_the_server_is_its_own_again(database: Database, loader: Engine) -> None:
    """Its guard is gone with the server: somebody may call it abandoned before it goes on, and nobody afterwards."""
    load_id = start_load(loader, "living")
    _end_sessions(database, "yusuan load")
    other = database.engine(Login.LOADER)
    start_load(other, "meanwhile")
    assert rows(other, LOADS)[0] == (load_id, "abandoned", False)
    assert load_filing(loader, load_id, submission()).status is Status.PUBLISHED
    start_load(other, "afterwards")
    assert rows(other, LOADS)[0] == (load_id, "running", True)
    assert finish_load(loader, load_id) == {"published": 1}
    assert rows(other, LOADS)[0] == (load_id, "finished", False)
    other.dispose()


def test_a_guard_is_renewed_though_the_server_was_still_away_at_first(
    database: Database, loader: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_id = start_load(loader, "living")
    _end_sessions(database, "yusuan load")
    with monkeypatch.context() as patch:
        patch.setattr(abandoned, "_connect", _crash)
        with pytest.raises(DatabaseUnreachableError):
            load_filing(loader, load_id, submission())
    assert load_filing(loader, load_id, submission()).status is Status.PUBLISHED
    start_load(loader, "afterwards")
    assert rows(loader, LOADS)[0] == (load_id, "running", True)


def test_a_load_is_guarded_by_every_process_that_works_on_it(database: Database, loader: Engine) -> None:
    """The one that began it may be gone, or its connection, while another one loads a batch."""
    beginning, working = database.engine(Login.LOADER), database.engine(Login.LOADER)
    load_id = start_load(beginning, "by two")
    load_filing(working, load_id, submission())
    beginning.dispose()
    start_load(loader, "meanwhile")
    assert rows(loader, LOADS)[0] == (load_id, "running", True)
    working.dispose()
    start_load(loader, "afterwards")
    assert rows(loader, LOADS)[0] == (load_id, "abandoned", False)


def test_an_attempt_that_a_living_load_repeated_is_abandoned_at_its_end(
    loader: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_id = start_load(loader, "its database went away once")
    with monkeypatch.context() as patch:
        patch.setattr(loading, "judge", _crash)
        with pytest.raises(DatabaseUnreachableError):
            load_filing(loader, load_id, submission())
    assert load_filing(loader, load_id, submission()).status is Status.PUBLISHED
    assert finish_load(loader, load_id) == {"abandoned": 1, "published": 1}


def test_staged_filings_that_vanish_before_they_are_judged_are_not_published(
    loader: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash of the server empties staging; by the time the gate asks, the server is up again."""
    judge = loading.judge

    def emptied(engine: Engine, *arguments: object) -> object:
        with engine.begin() as connection:
            connection.execute(text("TRUNCATE staging.filing, staging.budget"))
        return judge(engine, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(loading, "judge", emptied)
    with pytest.raises(DatabaseUnreachableError, match="1 staged filings are gone"):
        load(loader, submission())
    assert rows(loader, "SELECT count(*) FROM dw.dim_filing_version") == [(0,)]


def test_a_filing_that_is_accepted_while_it_is_loaded_again_is_not_held_again(
    loader: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubted = submission(records(stated_totals=(total(TotalOf.FILING, "99.00"),)))
    assert load(loader, doubted).status is Status.HELD
    judge = loading.judge

    def accepted_meanwhile(engine: Engine, *arguments: object) -> object:
        verdicts = judge(engine, *arguments)  # type: ignore[arg-type]
        accepting.accept(engine, "filing-1", by="someone", because="confirmed")
        return verdicts

    monkeypatch.setattr(loading, "judge", accepted_meanwhile)
    assert load(loader, doubted).status is Status.UNCHANGED
    assert rows(loader, "SELECT version, status FROM dw.dim_filing_version") == [(1, "published")]


def test_a_filing_that_failed_once_and_is_found_unchanged_waits_for_nobody(loader: Engine, reader: Engine) -> None:
    filing = submission()
    load(loader, filing)
    record_failure(loader, start_load(loader, "test"), filing.entry, filing.publisher, "the portal was down")
    assert rows(reader, "SELECT pending_status, held_reasons FROM mart.filing") == [("failed", "the portal was down")]
    known = Outcome(filing_id="filing-1", status=Status.UNCHANGED, version=1)
    record_unchanged(loader, start_load(loader, "test"), filing.entry, filing.publisher, known)
    assert rows(reader, "SELECT status, pending_status, held_reasons FROM mart.filing") == [("published", None, "")]


def test_at_no_load_were_two_versions_current_however_loads_overlap(loader: Engine) -> None:
    load(loader, submission())
    early, late = start_load(loader, "early"), start_load(loader, "late")
    load_filing(loader, late, submission(sha256="b" * 64))
    load_filing(loader, early, submission(sha256="c" * 64))
    current = (
        "SELECT load_id, array_agg(version ORDER BY version) FROM audit.load JOIN dw.publication ON from_load_id"
        " <= load_id AND (to_load_id IS NULL OR to_load_id > load_id) JOIN dw.dim_filing_version"
        " USING (filing_version_key) GROUP BY 1 ORDER BY 1"
    )
    assert [versions for _, versions in rows(loader, current)] == [[1], [1], [3]]


def _end_sessions(database: Database, lock: str) -> None:
    """End the sessions that hold an advisory lock of this name, as a crash of the server ends all."""
    owner = database.engine(Login.OWNER)
    statement = text(
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
        " AND classid = CAST(CAST(hashtext(:lock) AS bigint) & 4294967295 AS oid)"
        " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with owner.connect() as connection:
        for pid in connection.execute(statement, {"lock": lock}).scalars().all():
            os.kill(pid, signal.SIGTERM)
            while Path(f"/proc/{pid}").exists():
                time.sleep(0.01)
    owner.dispose()


def _die(*_: object) -> None:
    raise KeyboardInterrupt


def _crash(*_: object) -> None:
    raise DatabaseUnreachableError("the server restarts")
