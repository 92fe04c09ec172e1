"""The deployments as a server sees them."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_night_is_in_shanghai_and_never_overlaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUSUAN_NIGHTLY", "15 3 * * *")
    from flows.deployments import deployments

    nightly, rerun = deployments()
    [schedule] = nightly.schedules or []
    assert schedule.schedule.model_dump()["cron"] == "15 3 * * *"
    assert schedule.schedule.model_dump()["timezone"] == "Asia/Shanghai"
    assert nightly.concurrency_limit == 1
    assert not rerun.schedules
    assert rerun.concurrency_limit == 1


def test_a_work_pool_s_workers_find_the_flows_wherever_yusuan_is_installed() -> None:
    from flows.deployments import deployments

    for deployment in deployments("counties"):
        assert deployment.work_pool_name == "counties"
        module, _, flow = str(deployment.entrypoint).rpartition(".")
        assert getattr(importlib.import_module(module), flow).name == deployment.flow_name
        environment = (deployment.job_variables or {})["env"]
        assert environment["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"] == "30"
        assert environment["YUSUAN_EMBEDDED"] == "false"


@pytest.mark.parametrize("command", ["serve", "deploy"])
def test_serving_without_a_server_says_what_to_set(command: str, tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "flows", command],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "YUSUAN_HOME": str(tmp_path)},
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith("yusuan: PREFECT_API_URL is not set")


def test_a_worker_prepares_the_warehouse_before_it_serves(tmp_path: Path) -> None:
    """docker-compose.yml has Superset wait for the worker, since that makes the reader's role and the marts."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "PREFECT_API_URL": "http://127.0.0.1:1/api",
        "YUSUAN_DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:1/none",
        "YUSUAN_HOME": str(tmp_path),
    }
    serving = [sys.executable, "-m", "flows", "serve"]
    answer = subprocess.run(serving, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)
    assert answer.returncode == 1
    assert answer.stderr.startswith("yusuan: cannot reach the database at 127.0.0.1:1/none")
