"""What docker-compose.yml describes, natively: a Prefect server, and a worker that it gives runs to."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.end_to_end.conftest import ROOT, Yusuan

pytestmark = pytest.mark.long


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextlib.contextmanager
def _running(arguments: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments], cwd=ROOT, env=environment, stdout=out, stderr=out
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=60)


def _until(what: Callable[[], Any], seconds: float = 120) -> Any:
    """What `what` gives as soon as it gives something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if found := what():
                return found
        time.sleep(0.3)
    raise AssertionError(f"nothing within {seconds} s")


def test_the_server_gives_a_night_to_the_worker(yusuan: Yusuan, tmp_path: Path) -> None:
    port = _free_port()
    api = f"http://127.0.0.1:{port}/api"
    environment = yusuan.environment | {
        "PREFECT_HOME": str(tmp_path),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    }
    server = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    worker = environment | {"PREFECT_API_URL": api, "YUSUAN_LOG_FORMAT": "json"}
    with (
        _running(server, environment, tmp_path / "server.log"),
        httpx.Client(base_url=api, timeout=30, trust_env=False) as client,
    ):
        _until(lambda: client.get("/health").status_code == 200)
        with _running(["flows", "serve"], worker, tmp_path / "worker.log"):

            def deployment() -> Any:
                answer = client.get("/deployments/name/nightly/nightly")
                return answer.json() if answer.status_code == 200 else None

            nightly = _until(deployment)
            assert [one["schedule"]["timezone"] for one in nightly["schedules"]] == ["Asia/Shanghai"]
            run = client.post(f"/deployments/{nightly['id']}/create_flow_run", json={}).json()

            def ended() -> Any:
                state = client.get(f"/flow_runs/{run['id']}").json()["state"]
                return state["type"] if state["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None

            assert _until(ended) == "COMPLETED", (tmp_path / "worker.log").read_text(encoding="utf-8")[-2000:]
            artifacts = client.post("/artifacts/filter", json={}).json()
            keys = {one["key"] for one in artifacts if one["flow_run_id"] == run["id"]}
            assert keys == {"run-summary", "held-filings", "gate-results"}
    assert yusuan.rows("SELECT status, count(*) FROM mart.filing GROUP BY 1 ORDER BY 1") == [
        ("held", 1),
        ("published", 4),
    ]
