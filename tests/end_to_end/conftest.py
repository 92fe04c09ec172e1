"""`yusuan` as a person runs it: a process of its own, a real PostgreSQL, a real Prefect."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Engine, text

from warehouse.server.database import Database
from warehouse.server.roles import Login

if TYPE_CHECKING:
    from tests.end_to_end.installation import PrefectServer

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
FACTS = (
    "SELECT filing_id, unit, project, funding_source, amount_yuan, source_line FROM mart.project_budget"
    " ORDER BY 1, 2, 3, 4, 6",
    "SELECT filing_id, project, indicator, target_text, value FROM mart.indicator_target ORDER BY 1, 2, 3, 4, 5",
    "SELECT filing_id, status, version, stated_total_yuan, loaded_total_yuan FROM mart.filing ORDER BY 1",
)
"""What is the same however the samples were loaded."""


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

    def facts(self) -> list[list[tuple[Any, ...]]]:
        """Everything of FACTS."""
        return [self.rows(query) for query in FACTS]

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


@pytest.fixture
def fresh(
    yusuan: Yusuan, new_database: Callable[[], AbstractContextManager[Database]], tmp_path: Path
) -> Iterator[Callable[[], Yusuan]]:
    """Makes warehouses of their own, with small batches so that there are several."""
    with ExitStack() as stack:

        def make() -> Yusuan:
            database = stack.enter_context(new_database())
            assert database.settings.database_url
            environment = yusuan.environment | {
                "YUSUAN_DATABASE_URL": database.settings.database_url.get_secret_value(),
                "YUSUAN_ARCHIVE": str(tmp_path / f"archive-{database.owner_url.database}"),
                "YUSUAN_BATCH": "2",
            }
            reader = database.engine(Login.READER)
            stack.callback(reader.dispose)
            return replace(yusuan, database=database, environment=environment, reader=reader)

        yield make


@pytest.fixture
def server(
    yusuan: Yusuan, new_database: Callable[[], AbstractContextManager[Database]], tmp_path: Path
) -> Iterator[PrefectServer]:
    """A Prefect server on PostgreSQL."""
    with new_database() as own:
        address = own.url(Login.OWNER).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
        from tests.end_to_end.installation import prefect_server

        with prefect_server(yusuan.environment, address, tmp_path) as server:
            yield server


@pytest.fixture(scope="module")
def alone(yusuan: Yusuan) -> tuple[dict[str, str], list[list[tuple[Any, ...]]]]:
    """The outcomes and the facts of a run in one process."""
    return yusuan.summary("run"), yusuan.facts()


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
