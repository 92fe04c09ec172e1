"""One round: strike a load, look at what readers saw, load again, compare with a load that nobody disturbed."""

from __future__ import annotations

import itertools
import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import psycopg
from sqlalchemy import make_url

from tests.fire.ground import BEFORE, Ground, Undisturbed
from tests.fire.processes import Blow, End, Strike, Task, Work
from tests.fire.seen import Readers, dump, is_within
from warehouse.database import Database
from warehouse.roles import Login
from warehouse.schema.staging import STAGING

DONE_BEFORE = ("is not held", "is the current one already")
"""What a person's decision says whose former attempt was killed after its commit."""
LEFT_BEHIND = {
    "a load is `running` that no process runs": "SELECT count(*) FROM audit.load WHERE status = 'running'",
    "an attempt is `staged` that no process works on": "SELECT count(*) FROM audit.filing_load WHERE status = 'staged'",
    "a filing has two current versions": "SELECT count(*) FROM (SELECT FROM dw.publication WHERE to_load_id IS NULL"
    " GROUP BY filing_key HAVING count(*) > 1) AS doubled",
    "a version was current for less than no time": "SELECT count(*) FROM dw.publication"
    " WHERE to_load_id < from_load_id",
    "a published version has no facts": "SELECT count(*) FROM dw.publication p WHERE NOT EXISTS"
    " (SELECT FROM dw.fact_project f WHERE f.filing_version_key = p.filing_version_key)",
    **{f"rows are left in staging.{table.name}": f"SELECT count(*) FROM {table.full_name}" for table in STAGING},
}
"""What may not be there when the last load has ended: queries that count it."""


@dataclass(frozen=True, slots=True)
class Round:
    """What was done, and what was wrong."""

    name: str
    blows: int
    polls: int
    away: int
    violations: tuple[str, ...]


@dataclass
class _Field:
    """A database on which a round is fought."""

    ground: Ground
    database: Database
    readers: Readers
    undone: list[Task] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    blows: int = 0

    def begin(self, task: Task, strike: Strike | None = None) -> Work:
        self.database = self.ground.at(self.database)
        return Work(task, self.database, strike=strike)

    def end(self, end: End, *, struck: bool = True) -> bool:
        """A process has ended: killed, well, or (only if it was struck) with a clear message. True: it did its task."""
        self.blows += end.killed or (struck and end.said is not None)
        if not end.clear:
            self.violations.append(f"a process did not end in a clear message: {end.said}")
        elif end.said is not None and not struck:
            self.violations.append(f"a process that nobody struck failed: {end.said}")
        return not end.killed and end.said is None

    def redo(self, task: Task) -> None:
        """Do it again, undisturbed: it succeeds, or has been done before."""
        end = self.begin(task).wait()
        if end.killed or not end.clear or (end.said is not None and not any(one in end.said for one in DONE_BEFORE)):
            self.violations.append(f"{task} afterwards failed: {end.said}")

    def judge(self, undisturbed: Sequence[Undisturbed]) -> None:
        """The dump must be one of these; what a reader saw of each filing must follow one of these histories."""
        dumped = dump(self.database)
        if all(dumped != one.dump for one in undisturbed):
            self.violations.append(
                "the marts differ from those of an undisturbed load:\n" + _difference(undisturbed[0].dump, dumped)
            )
        for seen_by_one in self.readers.histories:
            for filing, seen in seen_by_one.items():
                if not any(is_within(seen, one.history(filing)) for one in undisturbed):
                    allowed = " or ".join(map(str, (one.history(filing) for one in undisturbed)))
                    self.violations.append(f"a reader saw {filing} as it never was: {seen}, not {allowed}")
        self.violations += self.readers.faults
        address = make_url(self.database.url(Login.OWNER)).set(drivername="postgresql")
        with psycopg.connect(address.render_as_string(hide_password=False)) as connection:
            for what, query in LEFT_BEHIND.items():
                row = connection.execute(query).fetchone()
                if row is None or row[0]:
                    self.violations.append(f"{what}: {row}")


def _difference(expected: dict[str, str], found: dict[str, str]) -> str:
    lines = []
    for view in sorted(expected):
        there, here = expected[view].splitlines(), found[view].splitlines()
        if there != here:
            lines += [f"{view}: {len(here)} rows instead of {len(there)}"]
            lines += [f"  - {line}" for line in sorted(set(there) - set(here))[:3]]
            lines += [f"  + {line}" for line in sorted(set(here) - set(there))[:3]]
    return "\n".join(lines)


class Rounds:
    """The kinds of rounds on one ground; `seed` decides what is left to chance."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self._ground = ground
        self._random = random.Random(seed)

    def struck(self, task: Task, *strikes: tuple[Blow, float]) -> Round:
        """Attempts at a task, each struck at a step (as a share of all its steps: 0 the first, 1 the last)."""
        steps = self._ground.steps(task)
        places = [(blow, max(1, min(steps, round(share * steps)))) for blow, share in strikes]

        def fight(field: _Field) -> None:
            for blow, step in places:
                field.end(field.begin(task, self._ground.strike(blow, step)).wait())
                self._ground.recover()
            field.undone = [task]

        name = f"{task}: " + ", ".join(f"{blow} at step {step} of {steps}" for blow, step in places)
        return self._fought(name, task, [[task]], fight)

    def killed(self, task: Task) -> Round:
        """A process that is killed from outside, at any time: within a statement, a COPY, a COMMIT."""
        after = self._moment()

        def fight(field: _Field) -> None:
            work = field.begin(task)
            time.sleep(after)
            work.kill()
            field.end(work.wait())
            field.undone = [task]

        return self._fought(f"{task}: kill -9 after {after:.3f} s", task, [[task]], fight)

    def server_killed(self, task: Task) -> Round:
        """A process whose server is killed from outside, at any time."""
        after = self._moment()

        def fight(field: _Field) -> None:
            work = field.begin(task)
            time.sleep(after)
            os.kill(self._ground.server.status().pid or 0, signal.SIGKILL)
            field.end(work.wait())
            self._ground.recover()
            field.undone = [task]

        return self._fought(f"{task}: kill -9 of the server after {after:.3f} s", task, [[task]], fight)

    def at_once(self, *tasks: Task, killed: bool = False) -> Round:
        """Several processes on the same filings at the same time; the first of them may be killed.

        It must end as if they had come one after the other, in whichever order.
        """
        starts = [self._moment() for _ in tasks]
        after = self._moment()

        def fight(field: _Field) -> None:
            works = []
            for task, wait in zip(tasks, starts, strict=True):
                works.append(field.begin(task))
                time.sleep(wait / 2)
            if killed:
                time.sleep(after / 2)
                works[0].kill()
            ended = [field.end(work.wait(), struck=False) for work in works]
            field.undone = [task for task, done in zip(tasks, ended, strict=True) if not done]

        names = ", ".join(f"{task} (then {wait / 2:.3f} s)" for task, wait in zip(tasks, starts, strict=True))
        name = f"at once: {names}" + (f", the first killed after {after / 2:.3f} s more" if killed else "")
        orders = [list(order) for order in sorted(set(itertools.permutations(tasks)))]
        return self._fought(name, tasks[0], orders, fight)

    def _moment(self) -> float:
        """Some time within a load, as long as it takes here and now."""
        return self._random.uniform(0, self._ground.seconds)

    def _fought(
        self, name: str, last: Task, orders: Sequence[Sequence[Task]], fight: Callable[[_Field], None]
    ) -> Round:
        """Fight, do again what was not done, and judge by what comes of these orders."""
        generation = BEFORE[last]
        undisturbed = [self._ground.undisturbed(generation, tuple(order)) for order in orders]
        with self._ground.database(generation) as database, Readers(database) as readers:
            field = _Field(self._ground, database, readers)
            fight(field)
            for task in field.undone:
                field.redo(task)
            field.judge(undisturbed)
        return Round(name, field.blows, readers.polls, readers.away, tuple(field.violations))
