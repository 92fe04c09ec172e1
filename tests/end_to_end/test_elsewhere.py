"""Batches loaded by other processes than the flow's: they share nothing with it but the archive and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import Yusuan
from tests.end_to_end.installation import free_port, kill, publishing_stopped, running, until

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


def test_processes_give_what_one_process_gives(
    fresh: Callable[[], Yusuan], alone: tuple[dict[str, str], list[list[tuple[Any, ...]]]]
) -> None:
    processes = fresh()
    processes.environment["YUSUAN_RUNNER"] = "processes"
    assert processes.summary("run") == alone[0]
    assert processes.facts() == alone[1]


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
        until(lambda: log.read_text(encoding="utf-8").count("Register worker") == 2)
        with publishing_stopped(spread.database) as stands:
            run = spread.start("run", "--json")
            until(lambda: all(stands(one) for one in workers))
            kill(workers[0])
        out, said = run.communicate(timeout=400)
        assert run.returncode == 0, said
        assert {one["filing_id"]: one["status"] for one in json.loads(out)["outcomes"]} == alone[0]
    assert spread.facts() == alone[1]
