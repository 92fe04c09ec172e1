"""The services of docker-compose.yml as processes of this machine: a Prefect server on PostgreSQL, workers, Dask."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.end_to_end.conftest import ROOT

ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextlib.contextmanager
def running(arguments: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m …` with all its children, ended with the block."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=60)
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that `running` started, and its children, at once: as a machine that loses its power."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(what: Callable[[], Any], seconds: float = 200) -> Any:
    """What `what` gives as soon as it gives something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            if found := what():
                return found
        time.sleep(0.3)
    raise AssertionError(f"nothing within {seconds} s")


@dataclass(frozen=True)
class PrefectServer:
    """A running server and a client of its API."""

    client: httpx.Client
    environment: dict[str, str]
    """For its workers."""

    def deployment(self, name: str) -> Any:
        def found() -> Any:
            answer = self.client.get(f"/deployments/name/{name}")
            return answer.json() if answer.status_code == 200 else None

        return until(found)

    def start(self, deployment: Any, **parameters: Any) -> str:
        """Ask for a run; returns its id."""
        asked = {"parameters": parameters}
        return str(self.client.post(f"/deployments/{deployment['id']}/create_flow_run", json=asked).json()["id"])

    def state(self, run: str) -> str:
        return str(self.client.get(f"/flow_runs/{run}").json()["state"]["type"])

    def ended(self, run: str) -> str:
        """The state in which the run ends."""

        def end() -> Any:
            state = self.state(run)
            return state if state in ENDED else None

        return str(until(end))


@contextlib.contextmanager
def prefect_server(environment: dict[str, str], database: str, folder: Path) -> Iterator[PrefectServer]:
    """A Prefect server whose own database is `database`, an address with asyncpg as its driver."""
    port = free_port()
    own = environment | {
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": database,
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_UI_ENABLED": "0",
    }
    api = f"http://127.0.0.1:{port}/api"
    server = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with (
        running(server, own, folder / "server.log"),
        httpx.Client(base_url=api, timeout=30, trust_env=False) as client,
    ):
        until(lambda: client.get("/health").status_code == 200)
        worker = {name: value for name, value in own.items() if name != "PREFECT_SERVER_DATABASE_CONNECTION_URL"}
        yield PrefectServer(client, worker | {"PREFECT_API_URL": api, "YUSUAN_LOG_FORMAT": "json"})
