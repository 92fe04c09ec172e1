"""Rounds through the whole command line: `yusuan run` on the samples, its process group killed at any time."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fire.ground import Ground
from tests.fire.processes import Blow
from tests.fire.rounds import Landed, Round
from tests.fire.seen import Readers, State, dump, is_within, shown
from warehouse.server.database import Database

ROOT = Path(__file__).parents[2]


class CommandLine:
    """`yusuan run` as processes of their own; what an undisturbed one does is measured first."""

    def __init__(self, ground: Ground, folder: Path, seed: int) -> None:
        self._ground = ground
        self._folder = folder
        self._random = random.Random(seed)
        self._names = (f"archive-{number}" for number in range(1, sys.maxsize))
        with ground.database(()) as database:
            self._before = shown(database)
            began = time.monotonic()
            out, err = self._start(database, next(self._names)).communicate()
            self._seconds = time.monotonic() - began
            self._after: State = shown(database)
            self._dump = dump(database)
        if not self._after:
            raise AssertionError(f"an undisturbed run published nothing:\n{out}\n{err}")

    def killed(self) -> Round:
        """A run that is killed with all its children, then run again."""
        after = self._random.uniform(0.2, 0.95) * self._seconds
        archive = next(self._names)
        with self._ground.database(()) as database, Readers(database) as readers:
            process = self._start(database, archive)
            time.sleep(after)
            landed: tuple[Landed, ...] = ()
            if process.poll() is None:  # of one that has ended there is no group left to kill
                os.killpg(process.pid, signal.SIGKILL)
                landed = (Landed(Blow.PROCESS, "yusuan run"),)
            process.communicate()
            violations = self._again(database, archive)
            violations += self._judge(database, readers)
        name = f"yusuan run: kill -9 of its process group after {after:.1f} s of {self._seconds:.1f}"
        return Round(name, 1, landed, readers.polls, readers.away, tuple(violations))

    def at_once(self) -> Round:
        """Two runs at the same time."""
        archive = next(self._names)
        with self._ground.database(()) as database, Readers(database) as readers:
            processes = [self._start(database, archive) for _ in range(2)]
            said = [process.communicate() for process in processes]
            violations = [
                f"a run failed: {err}"
                for process, (_, err) in zip(processes, said, strict=True)
                if process.returncode != 0
            ]
            violations += self._judge(database, readers)
        return Round("yusuan run, twice at once", 0, (), readers.polls, readers.away, tuple(violations))

    def _again(self, database: Database, archive: str) -> list[str]:
        process = self._start(database, archive)
        _, err = process.communicate()
        return [f"the run afterwards failed: {err}"] if process.returncode else []

    def _judge(self, database: Database, readers: Readers) -> list[str]:
        violations = list(readers.faults)
        if dump(database) != self._dump:
            violations.append("the marts differ from those of an undisturbed run")
        for seen_by_one in readers.histories:
            for filing, seen in seen_by_one.items():
                if not is_within(seen, [None, self._before.get(filing), self._after.get(filing)]):
                    violations.append(f"a reader saw {filing} as it never was: {seen}")
        return violations

    def _start(self, database: Database, archive: str) -> subprocess.Popen[str]:
        settings = database.settings
        assert settings.database_url
        assert settings.loader_password
        assert settings.reader_password
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("YUSUAN_", "PREFECT_"))},
            "PREFECT_HOME": str(self._folder / "prefect"),
            "YUSUAN_ARCHIVE": str(self._folder / archive),
            "YUSUAN_DATABASE_URL": settings.database_url.get_secret_value(),
            "YUSUAN_HOME": str(self._folder),
            "YUSUAN_LOADER_PASSWORD": settings.loader_password.get_secret_value(),
            "YUSUAN_READER_PASSWORD": settings.reader_password.get_secret_value(),
        }
        return subprocess.Popen(
            [sys.executable, "-m", "flows", "run", "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )


def folder() -> tempfile.TemporaryDirectory[str]:
    """Where archives and Prefect's database lie meanwhile."""
    return tempfile.TemporaryDirectory(prefix="yusuan-fire-", ignore_cleanup_errors=True)
