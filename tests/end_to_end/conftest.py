"""`yusuan` as a person runs it: a process of its own, a real PostgreSQL, a real Prefect."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from warehouse.database import Database
from warehouse.roles import Login

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"


@dataclass(frozen=True)
class Yusuan:
    """The command line on one warehouse."""

    database: Database
    environment: dict[str, str]
    reader: Engine

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "flows", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=self.environment,
        )

    def __call__(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run to the end; both outputs are in the failure of a test that asserts on the answer."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=240)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def summary(self, *arguments: str | Path, exit_code: int = 0) -> dict[str, str]:
        """The status of each filing in the JSON summary of a run that ends with this exit code."""
        answer = self(*arguments, "--json")
        assert answer.returncode == exit_code, answer.stderr
        return {one["filing_id"]: one["status"] for one in json.loads(answer.stdout)["outcomes"]}

    def rows(self, query: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """What a BI tool sees."""
        with self.reader.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), parameters)]


@pytest.fixture(scope="session")
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prefect's own database, made once for all tests: that takes it several seconds."""
    return tmp_path_factory.mktemp("prefect")


@pytest.fixture(scope="module")
def yusuan(
    new_database: Callable[[], AbstractContextManager[Database]],
    prefect_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Yusuan]:
    """One warehouse for the tests of a module."""
    with new_database() as database:
        settings = database.settings
        assert settings.database_url
        assert settings.loader_password
        assert settings.reader_password
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("YUSUAN_", "PREFECT_"))},
            "PREFECT_HOME": str(prefect_home),
            "YUSUAN_ARCHIVE": str(tmp_path_factory.mktemp("archive")),
            "YUSUAN_DATABASE_URL": settings.database_url.get_secret_value(),
            "YUSUAN_HOME": str(settings.home),
            "YUSUAN_LOADER_PASSWORD": settings.loader_password.get_secret_value(),
            "YUSUAN_READER_PASSWORD": settings.reader_password.get_secret_value(),
            "YUSUAN_RETRY_SECONDS": "0.1",
            "YUSUAN_INTERVAL": "0",
            "YUSUAN_BACKOFF": "0.1",
        }
        reader = database.engine(Login.READER)
        yield Yusuan(database, environment, reader)
        reader.dispose()


@pytest.fixture(scope="session")
def samples(new_database: Callable[[], AbstractContextManager[Database]]) -> Iterator[Engine]:
    """A reader's engine on the samples, loaded once from their texts, for tests that only read."""
    from tests.end_to_end.loading import load_samples

    with new_database() as database:
        loader = database.engine(Login.LOADER)
        load_samples(loader)
        loader.dispose()
        reader = database.engine(Login.READER)
        yield reader
        reader.dispose()
