"""The harness's own server: fresh databases that hold a generation, and how an undisturbed load ends."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import make_url

from tests.fire.processes import Blow, Strike, Task, Work
from tests.fire.seen import State, dump, shown
from tests.servers import server_for_tests
from warehouse.server.database import Database, open_database
from warehouse.server.embedded import DATABASE, SUPERUSER, EmbeddedServer
from warehouse.server.roles import Login
from warehouse.server.settings import Settings

CONFIGURATION = {"fsync": "off", "shared_buffers": "32MB", "restart_after_crash": "on"}
"""Killed processes lose nothing that they handed to the system; only a machine that dies would."""


BEFORE: dict[Task, tuple[Task, ...]] = {
    Task.FIRST: (),
    Task.SECOND: (Task.FIRST,),
    Task.THIRD: (Task.FIRST, Task.SECOND),
    Task.ACCEPT: (Task.FIRST,),
    Task.UNDO: (Task.FIRST, Task.SECOND),
}
"""What must have been done before a task can be."""


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """Tasks done one after the other, with nobody in their way: the marts at the end, the filings on the way."""

    dump: dict[str, str]
    states: tuple[State, ...]

    def history(self, filing: str) -> list[str | None]:
        """What may be seen of a filing, in this order; a reader begins with nothing."""
        return [None, *(state.get(filing) for state in self.states)]


class Ground:
    """A running server. Databases are copies: of the empty warehouse, or of one in which tasks have been done."""

    def __init__(self, home: Path) -> None:
        self.server = server_for_tests(home, CONFIGURATION)
        self.server.start()
        open_database(Settings(home=home, database_url=SecretStr(self.server.url(Login.OWNER))))
        self._names = (f"fire_{number}" for number in itertools.count(1))
        self._done: dict[tuple[Task, ...], str] = {(): DATABASE}
        self._places: dict[Task, tuple[str, ...]] = {}
        self._undisturbed: dict[tuple[tuple[Task, ...], tuple[Task, ...]], Undisturbed] = {}

    @contextlib.contextmanager
    def database(self, done: tuple[Task, ...]) -> Iterator[Database]:
        """A database in which these tasks have been done, undisturbed."""
        name = self._copy(self._template(done))
        try:
            yield self._at(name)
        finally:
            self._execute("DROP DATABASE {} WITH (FORCE)", name)

    def undisturbed(self, done: tuple[Task, ...], order: tuple[Task, ...]) -> Undisturbed:
        """What comes of these tasks in this order."""
        if (done, order) not in self._undisturbed:
            with self.database(done) as database:
                states = [shown(database)]
                for task in order:
                    self._do(task, database)
                    states.append(shown(database))
                self._undisturbed[done, order] = Undisturbed(dump(database), tuple(states))
        return self._undisturbed[done, order]

    def places(self, task: Task) -> tuple[str, ...]:
        """Of each step that an undisturbed process takes for the task, its place."""
        if task not in self._places:
            with self.database(BEFORE[task]) as database:
                self._places[task] = self._do(task, database)
        return self._places[task]

    def strike(self, blow: Blow, step: int) -> Strike:
        return Strike(blow, step, self.server.status().pid or 0, self._superuser)

    def recover(self) -> None:
        """Return when the server takes connections again, whatever was done to it."""
        self.server.start()
        self._execute("SELECT 1")

    def at(self, database: Database) -> Database:
        """The same database as it can be reached now: a server that was killed may have another port."""
        return self._at(str(database.owner_url.database))

    def _do(self, task: Task, database: Database) -> tuple[str, ...]:
        end = Work(task, database).wait()
        if end.killed or end.said is not None:
            raise AssertionError(f"{task} failed although nobody disturbed it: {end.said}")
        return end.places

    def _template(self, done: tuple[Task, ...]) -> str:
        if done not in self._done:
            name = self._copy(self._template(done[:-1]))
            self._do(done[-1], self._at(name))
            self._done[done] = name
        return self._done[done]

    def _at(self, name: str) -> Database:
        url = self.server.url(Login.OWNER, name)
        passwords = self.server.credentials
        return Database(
            make_url(url),
            Settings(
                home=self.server.home,
                database_url=SecretStr(url),
                loader_password=SecretStr(passwords.ensure(Login.LOADER)),
                reader_password=SecretStr(passwords.ensure(Login.READER)),
            ),
        )

    @property
    def _superuser(self) -> str:
        address = make_url(self.server.url(SUPERUSER, "postgres")).set(drivername="postgresql")
        return address.render_as_string(hide_password=False)

    def _copy(self, template: str) -> str:
        name = next(self._names)
        self._execute("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy", name, template, Login.OWNER)
        return name

    def _execute(self, statement: str, *names: str) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                with psycopg.connect(self._superuser, autocommit=True) as connection:
                    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]
                return
            except (psycopg.OperationalError, psycopg.errors.ObjectInUse):
                if time.monotonic() > deadline:  # recovering, or a process that ended is still in the template
                    raise
                time.sleep(0.1)


@contextlib.contextmanager
def ground() -> Iterator[Ground]:
    """A ground in a temporary folder, gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="yusuan-fire-"))
    home.chmod(0o755)  # the server's account has to get in when root runs the harness
    try:
        yield Ground(home)
    finally:
        EmbeddedServer(home).destroy()
