"""What runs in a process of its own and is struck there: a load, an acceptance.

A process counts the steps it takes: every SQL statement before and after it (those of Great Expectations, too), every
commit and rollback, every piece it copies. At the step asked for it strikes itself or the server, so that no step is
left out and a round can be repeated; from outside one sees how far it has come and strikes within a statement.
Processes are forked from a server process that has imported everything: milliseconds each.
"""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import multiprocessing
import os
import re
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing.connection import Connection
from typing import Any

import psycopg
import sqlalchemy as sa

import transform.layouts
from tests.fire.filings import first, second, third
from tests.warehouse.builders import LAYOUT
from warehouse.decide.accepting import accept
from warehouse.decide.versions import undo
from warehouse.errors import WarehouseError
from warehouse.loading import load_filings
from warehouse.loads import finish_load, start_load
from warehouse.server.database import Database
from warehouse.server.roles import Login
from warehouse.submission import Submission

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.fire.processes", "great_expectations", "warehouse.gate.validation"])


class Blow(StrEnum):
    """What happens at a step."""

    PROCESS = "kill -9 of the loader"
    SERVER = "kill -9 of the server"
    BACKEND = "kill -9 of the loader's backend, the server restarts"
    CONNECTIONS = "every connection of the loader terminated"


@dataclass(frozen=True, slots=True)
class Strike:
    """One blow at one step, counted from 1."""

    blow: Blow
    step: int
    server_pid: int
    superuser: str
    """Address to terminate connections with."""


@dataclass(frozen=True, slots=True)
class End:
    """How a process ended: by itself (`said` is what a person would read; None: all went well), or killed."""

    killed: bool
    clear: bool
    places: tuple[str, ...] = ()
    """Of each step it took, the place (`place_of`)."""
    said: str | None = None


class Task(StrEnum):
    """What a process does."""

    FIRST = "load of the first generation"
    SECOND = "load of the second generation"
    THIRD = "load of the third generation"
    ACCEPT = "acceptance"
    UNDO = "undo"


class _Progress(ctypes.Structure):
    """How far a process has come, in memory that outlives it."""

    _fields_ = [("steps", ctypes.c_int), ("place", ctypes.c_char * 80)]


class Work:
    """A process under way."""

    def __init__(self, task: Task, database: Database, *, strike: Strike | None = None) -> None:
        self.task = task
        self._progress = _CONTEXT.RawValue(_Progress)
        self._said, said = _CONTEXT.Pipe(duplex=False)
        arguments = (said, self._progress, strike, task, database)
        self.process = _CONTEXT.Process(target=_run, args=arguments, daemon=True)
        self.process.start()
        said.close()

    @property
    def steps(self) -> int:
        """The steps it has taken."""
        return int(self._progress.steps)

    @property
    def place(self) -> str:
        """Where it is, or was when it ended."""
        return bytes(self._progress.place).decode()

    def reach(self, step: int, seconds: float = 60) -> bool:
        """Wait until it has taken that step; False if it ended before, or stands still."""
        deadline = time.monotonic() + seconds
        while self.steps < step and self.process.is_alive() and time.monotonic() < deadline:
            time.sleep(0.001)
        return self.steps >= step and self.process.is_alive()

    def kill(self) -> None:
        """Kill it, unless it has ended."""
        assert self.process.pid
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGKILL)

    def wait(self, seconds: float = 120) -> End:
        """Raises TimeoutError if the process hangs."""
        self.process.join(seconds)
        if self.process.is_alive():
            self.kill()
            self.process.join()
            raise TimeoutError(f"a struck process did not end within {seconds} s")
        try:
            end = self._said.recv()
        except EOFError:
            return End(killed=True, clear=True)
        assert isinstance(end, End)
        return end


def _load(engine: sa.Engine, submissions: Sequence[Submission]) -> None:
    """As one run does."""
    load_id = start_load(engine, "load under fire")
    load_filings(engine, load_id, submissions)
    finish_load(engine, load_id)


WORK: dict[Task, Callable[[sa.Engine], object]] = {
    Task.FIRST: lambda engine: _load(engine, first()),
    Task.SECOND: lambda engine: _load(engine, second()),
    Task.THIRD: lambda engine: _load(engine, third()),
    Task.UNDO: lambda engine: undo(engine, "changed", by="someone", because="the former one was right", to=1),
    Task.ACCEPT: lambda engine: accept(engine, "held", by="someone", because="the department confirmed it"),
}


_WRITES = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM|COPY)\s+(\w+\.\w+)")


def place_of(statement: str) -> str:
    """What a statement does, to name a step by: what it writes, `expectation`, or `SELECT`."""
    if "WITH batch AS" in statement:
        return "expectation"
    writes = _WRITES.search(statement)
    return " ".join(writes.groups()) if writes else "SELECT"


def _run(said: Connection, progress: _Progress, strike: Strike | None, task: Task, database: Database) -> None:
    transform.layouts.LAYOUTS = (LAYOUT,)
    sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123 - a pool says there that its connection is gone
    steps = _Steps(strike, progress)
    steps.count()
    end = End(killed=False, clear=True)
    try:
        engine = database.engine(Login.LOADER)
        WORK[task](engine)
        engine.dispose()
    except WarehouseError as error:
        end = End(killed=False, clear=True, said=str(error))
    except Exception:  # noqa: BLE001 - whatever else ends a load is what the harness looks for
        end = End(killed=False, clear=False, said=traceback.format_exc())
    said.send(dataclasses.replace(end, places=tuple(steps.places)))


class _Steps:
    def __init__(self, strike: Strike | None, progress: _Progress) -> None:
        self.places: list[str] = []
        self._strike = strike
        self._progress = progress
        self._backend: int | None = None

    def count(self) -> None:
        """Begin to count, in this process."""

        def statement(connection: sa.Connection, _: Any, text: str, *__: Any) -> None:
            driver = connection.connection.driver_connection
            assert isinstance(driver, psycopg.Connection)
            self._backend = driver.info.backend_pid
            self._step(place_of(text))

        sa.event.listen(sa.Engine, "before_cursor_execute", statement)
        sa.event.listen(sa.Engine, "after_cursor_execute", statement)
        sa.event.listen(sa.Engine, "commit", lambda _: self._step("COMMIT"))
        sa.event.listen(sa.Engine, "rollback", lambda _: self._step("ROLLBACK"))
        for method in ("write", "write_row"):
            setattr(psycopg.Copy, method, self._counted(getattr(psycopg.Copy, method)))

    def _counted(self, write: Callable[[psycopg.Copy, Any], None]) -> Callable[[psycopg.Copy, Any], None]:
        def counted(copy: psycopg.Copy, data: Any) -> None:
            self._step("COPY")
            write(copy, data)

        return counted

    def _step(self, place: str) -> None:
        self.places.append(place)
        self._progress.place = place.encode()[:79]
        self._progress.steps = len(self.places)
        strike = self._strike
        if strike is None or len(self.places) != strike.step:
            return
        if strike.blow is Blow.PROCESS:
            os.kill(os.getpid(), signal.SIGKILL)
        elif strike.blow is Blow.SERVER:
            os.kill(strike.server_pid, signal.SIGKILL)
        elif strike.blow is Blow.BACKEND and self._backend:
            os.kill(self._backend, signal.SIGKILL)
        elif strike.blow is Blow.CONNECTIONS:
            with psycopg.connect(strike.superuser, autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", [str(Login.LOADER)]
                )
