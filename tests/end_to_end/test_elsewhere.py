"""Batches loaded by other processes than the flow's: they share nothing with it but the archive and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import Yusuan
from tests.end_to_end.installation import free_port, kill, running, until
from warehouse.database import Database
from warehouse.roles import Login

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
FACTS = (
    "SELECT filing_id, unit, project, funding_source, amount_yuan, source_line FROM mart.project_budget"
    " ORDER BY 1, 2, 3, 4, 6",
    "SELECT filing_id, project, indicator, target_text, value FROM mart.indicator_target ORDER BY 1, 2, 3, 4, 5",
    "SELECT filing_id, status, version, stated_total_yuan, loaded_total_yuan FROM mart.filing ORDER BY 1",
)


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


@pytest.fixture(scope="module")
def alone(yusuan: Yusuan) -> tuple[dict[str, str], list[list[tuple[Any, ...]]]]:
    """The outcomes and the facts of a run in one process."""
    outcomes = yusuan.summary("run")
    return outcomes, [yusuan.rows(query) for query in FACTS]


def test_processes_give_what_one_process_gives(
    fresh: Callable[[], Yusuan], alone: tuple[dict[str, str], list[list[tuple[Any, ...]]]]
) -> None:
    processes = fresh()
    processes.environment["YUSUAN_RUNNER"] = "processes"
    assert processes.summary("run") == alone[0]
    assert [processes.rows(query) for query in FACTS] == alone[1]


def test_two_dask_workers_give_what_one_process_gives_also_when_one_dies(
    fresh: Callable[[], Yusuan], alone: tuple[dict[str, str], list[list[tuple[Any, ...]]]], tmp_path: Path
) -> None:
    spread = fresh()
    address = f"tcp://127.0.0.1:{(port := free_port())}"
    spread.environment.update(YUSUAN_RUNNER="dask", YUSUAN_DASK_ADDRESS=address)
    scheduler = ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    worker = ["distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1"]
    with ExitStack() as stack:
        log = tmp_path / "scheduler.log"
        stack.enter_context(running(scheduler, spread.environment, log))
        until(lambda: "Scheduler at" in log.read_text(encoding="utf-8"))
        workers = []
        for number in range(2):
            folder = tmp_path / f"worker-{number}"
            folder.mkdir()
            own = spread.environment | {"YUSUAN_HOME": str(folder), "PREFECT_HOME": str(folder / "prefect")}
            own_log = folder / "worker.log"
            workers.append(stack.enter_context(running([*worker, "--local-directory", str(folder)], own, own_log)))
        until(lambda: log.read_text(encoding="utf-8").count("Register worker") >= 2)
        run = spread.start("run", "--json")
        until(lambda: spread.rows("SELECT 1 FROM mart.filing LIMIT 1"))
        kill(workers[0])
        _, said = run.communicate(timeout=400)
        assert run.returncode == 0, said
    assert [spread.rows(query) for query in FACTS] == alone[1]
