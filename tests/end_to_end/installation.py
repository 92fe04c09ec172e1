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
import psutil
import yaml
from sqlalchemy import text

from tests.end_to_end.conftest import ROOT
from warehouse.server.database import Database
from warehouse.server.roles import Login

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVER_SETTINGS = {
    name: str(value)
    for name, value in COMPOSE["services"]["prefect-server"]["environment"].items()
    if "$" not in str(value) and name != "PREFECT_HOME"
}
"""Those of docker-compose.yml that are the same on every machine."""
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
    children = _descendants(process.pid)  # before their parent: some have left its group
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for child in children:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
    process.wait()


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


@contextlib.contextmanager
def publishing_stopped(database: Database) -> Iterator[Callable[[subprocess.Popen[bytes]], bool]]:
    """While the block runs every load of this warehouse comes to stand at its first decision on a filing.

    Gives a function that says whether a process, or a child of it, stands there: in the middle of a batch.
    """
    owner = database.engine(Login.OWNER)
    loader = database.engine(Login.LOADER)  # sees the addresses of its own sessions only
    with owner.connect() as holding:
        holding.execute(text("LOCK TABLE dw.dim_filing_version IN SHARE MODE"))
        holder = holding.execute(text("SELECT pg_backend_pid()")).scalar_one()

        def stands(process: subprocess.Popen[bytes]) -> bool:
            with loader.connect() as looking:
                waiting = set(looking.execute(text(_WAITING), {"holder": holder}).scalars())
            processes = [psutil.Process(process.pid), *_descendants(process.pid)]
            return any(_owns_port(one, waiting) for one in processes)

        yield stands
    owner.dispose()
    loader.dispose()


_WAITING = "SELECT client_port FROM pg_stat_activity WHERE :holder = ANY (pg_blocking_pids(pid))"


def _owns_port(process: psutil.Process, ports: set[int]) -> bool:
    try:
        return any(one.laddr.port in ports for one in process.net_connections("tcp") if one.laddr)
    except psutil.NoSuchProcess:
        return False


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
    kill_and_start: Callable[[], None]
    """The server dies and comes back; what it has not written down is forgotten."""

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

    def states(self, run: str) -> list[str]:
        """Every state that the run has had, by name, from the first."""
        answer = self.client.get("/flow_run_states/", params={"flow_run_id": run}).json()
        return [one["name"] for one in sorted(answer, key=lambda one: str(one["timestamp"]))]

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
    own = (
        environment
        | SERVER_SETTINGS
        | {
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": database,
            "PREFECT_UI_ENABLED": "0",
            "PYTHONPATH": str(ROOT),  # runs of a work pool begin in a folder of their own
        }
    )
    api = f"http://127.0.0.1:{port}/api"
    command = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with contextlib.ExitStack() as stack, httpx.Client(base_url=api, timeout=30, trust_env=False) as client:

        def start() -> subprocess.Popen[bytes]:
            process = stack.enter_context(running(command, own, folder / "server.log"))
            until(lambda: client.get("/health").status_code == 200)
            return process

        processes = [start()]

        def kill_and_start() -> None:
            kill(processes.pop())
            processes.append(start())

        worker = {name: value for name, value in own.items() if not name.startswith("PREFECT_SERVER_")}
        yield PrefectServer(client, worker | {"PREFECT_API_URL": api, "YUSUAN_LOG_FORMAT": "json"}, kill_and_start)
