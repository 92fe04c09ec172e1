"""One round: strike a load, look at what readers saw, load again, compare with a load that nobody disturbed."""

from __future__ import annotations

import itertools
import os
import random
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

import psycopg
from sqlalchemy import make_url

from tests.fire.ground import BEFORE, Ground, Undisturbed
from tests.fire.processes import Blow, End, Strike, Task, Work
from tests.fire.seen import Readers, dump, is_within
from warehouse.abandoned import settle_loads
from warehouse.schema.staging import STAGING
from warehouse.server.database import Database
from warehouse.server.roles import Login

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
class Landed:
    """A blow that struck something alive, and where (`place_of`)."""

    blow: Blow
    place: str


@dataclass(frozen=True, slots=True)
class Round:
    """What was done, and what was wrong."""

    name: str
    aimed: int
    """Blows that were to be struck; one may come when all is over."""
    blows: tuple[Landed, ...]
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
    aimed: int = 0
    blows: list[Landed] = field(default_factory=list)

    def begin(self, task: Task, strike: Strike | None = None) -> Work:
        self.database = self.ground.at(self.database)
        return Work(task, self.database, strike=strike)

    def strike(self, task: Task, blow: Blow, step: int) -> None:
        """An attempt at the task that strikes itself at that step."""
        self.aimed += 1
        work = self.begin(task, self.ground.strike(blow, step))
        end = work.wait()
        self.end(end)
        if end.killed:
            self.blows.append(Landed(blow, work.place))
        elif len(end.places) >= step:
            self.blows.append(Landed(blow, end.places[step - 1]))
        self.ground.recover()

    def strike_from_outside(self, work: Work, blow: Blow, step: int, after: float) -> None:
        """Kill it, or its server, so many seconds after it has reached a step: within a statement, as it comes."""
        self.aimed += 1
        work.reach(step)
        time.sleep(after)
        place, alive = work.place, work.process.is_alive()
        if blow is Blow.SERVER:
            os.kill(self.ground.server.status().pid or 0, signal.SIGKILL)
        else:
            work.kill()
        if alive:
            self.blows.append(Landed(blow, place))

    def end(self, end: End, *, struck: bool = True) -> bool:
        """A process has ended: killed, well, or (only if it was struck) with a clear message. True: it did its task."""
        if not end.clear:
            self.violations.append(f"a process did not end in a clear message: {end.said}")
        elif end.said is not None and not struck:
            self.violations.append(f"a process that nobody struck failed: {end.said}")
        return not end.killed and end.said is None

    def redo(self, task: Task) -> None:
        """Do it again, undisturbed: it succeeds, or has been done before.

        An undo that was killed after its commit is not repeated: beside another load that would undo that one, too.
        What a decision that was done before has left open is settled, as by the next load.
        """
        if task is Task.UNDO and self._is_undone():
            self._settle()
            return
        end = self.begin(task).wait()
        if end.said is not None and any(one in end.said for one in DONE_BEFORE):
            self._settle()
        elif end.killed or not end.clear or end.said is not None:
            self.violations.append(f"{task} afterwards failed: {end.said}")

    def _settle(self) -> None:
        with self.database.engine(Login.LOADER).begin() as connection:
            settle_loads(connection)

    def _is_undone(self) -> bool:
        with self.database.engine(Login.OWNER).connect() as connection:
            return bool(connection.exec_driver_sql("SELECT count(*) FROM audit.decision").scalar_one())

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

    def struck(self, task: Task, *strikes: tuple[Blow, str]) -> Round:
        """Attempts at a task, each struck at a step whose place begins so (`''`: anywhere), the earlier steps first.

        What an attempt has done is not done again: a late step would not come any more.
        """
        steps = sorted(((blow, self._step(task, place)) for blow, place in strikes), key=itemgetter(1))

        def fight(field: _Field) -> None:
            for blow, step in steps:
                field.strike(task, blow, step)
            field.undone = [task]

        places = self._ground.places(task)
        name = f"{task}: " + ", ".join(f"{blow} at step {step} ({places[step - 1]})" for blow, step in steps)
        return self._fought(name, task, [[task]], fight)

    def killed(self, task: Task, *strikes: tuple[Blow, str]) -> Round:
        """Like `struck`, but from outside, some time after the step: within a statement, a COPY, a COMMIT."""
        drawn = [(blow, self._step(task, place), self._instant()) for blow, place in strikes]
        moments = sorted(drawn, key=itemgetter(1))

        def fight(field: _Field) -> None:
            for blow, step, after in moments:
                work = field.begin(task)
                field.strike_from_outside(work, blow, step, after)
                field.end(work.wait())
                self._ground.recover()
            field.undone = [task]

        struck = ", ".join(f"{blow} {after * 1000:.1f} ms after step {step}" for blow, step, after in moments)
        return self._fought(f"{task}: {struck}", task, [[task]], fight)

    def at_once(self, *tasks: Task, blow: Blow | None = None) -> Round:
        """Several processes on the same filings at the same time; one of them, or the server, may be killed.

        Each begins when the one before has come to a step of its first half. It must end as if they had come one after
        the other, in whichever order.
        """
        starts = [self._random.randint(0, len(self._ground.places(task)) // 2) for task in tasks[:-1]]
        victim = self._random.randrange(len(tasks))
        step, after = self._step(tasks[victim]), self._instant()

        def fight(field: _Field) -> None:
            works = [field.begin(tasks[0])]
            for task, start in zip(tasks[1:], starts, strict=True):
                works[-1].reach(start)
                works.append(field.begin(task))
            if blow:
                field.strike_from_outside(works[victim], blow, step, after)
            ended = [field.end(work.wait(), struck=blow is Blow.SERVER) for work in works]
            self._ground.recover()
            field.undone = [task for task, done in zip(tasks, ended, strict=True) if not done]

        name = f"at once: {tasks[0]}" + "".join(
            f", from its step {start} {task}" for task, start in zip(tasks[1:], starts, strict=True)
        )
        if blow:
            name += f"; {blow} {after * 1000:.1f} ms after step {step} of the {tasks[victim]}"
        orders = [list(order) for order in sorted(set(itertools.permutations(tasks)))]
        return self._fought(name, tasks[0], orders, fight)

    def _step(self, task: Task, beginning: str = "") -> int:
        """A step of the task, from 1: every place is as likely as another, within it every step."""
        steps: defaultdict[str, list[int]] = defaultdict(list)
        for step, place in enumerate(self._ground.places(task), start=1):
            if place.startswith(beginning):
                steps[place].append(step)
        return self._random.choice(steps[self._random.choice(sorted(steps))])

    def _instant(self) -> float:
        """Seconds within a statement, or a few."""
        return self._random.uniform(0, 0.02)

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
        return Round(name, field.aimed, tuple(field.blows), readers.polls, readers.away, tuple(field.violations))
