"""The Prefect API a command runs its flow against.

Where `PREFECT_API_URL` names a server (production, `docker-compose.yml`) it is that one. Otherwise a private one is
started beside the command, with its history in `PREFECT_HOME` (`<home>/prefect`). It comes up while the command still
imports and connects, so that a run costs 4.5 s instead of the 7 s with the temporary server that Prefect starts by
itself. It listens on a free loopback port, wants a password, and ends with the command, however that ends: its standard
input closes then.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from flows.errors import FlowError
from flows.settings import RunSettings

_STARTUP_SECONDS = 120
_DAY = 24 * 3600
_RUN_SETTINGS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "yusuan",  # our lines reach the run's page in Prefect's UI
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",  # `flows.logs` prints ours
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
}
_SERVER_SETTINGS = {
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P7D",
}
HEARTBEAT = 30
"""Seconds between the signs of life of a run that a server started; `flows.recovery` watches for them."""
SCHEDULED_RUN_SETTINGS = {**_RUN_SETTINGS, "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT)}
"""What Prefect needs to know in the process of a run that a server started."""


def configure(home: Path) -> None:
    """Set what Prefect reads from the environment when it is first imported; a variable that is set stays."""
    settings = {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(RunSettings().keep_days * _DAY),
        **_RUN_SETTINGS,
        **_SERVER_SETTINGS,
    }
    for name, value in settings.items():
        os.environ.setdefault(name, value)


class PrivateApi:
    """A Prefect API that is coming up; it is used through `prefect_api`."""

    def __init__(self) -> None:
        """Start it. Raises FlowError when not even its port can be had."""
        folder = Path(os.environ["PREFECT_HOME"])
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._log = folder / "server.log"
        self._starting = (folder / "starting.lock").open("w")
        fcntl.flock(self._starting, fcntl.LOCK_EX)  # the first start builds Prefect's database: one at a time
        password = f"yusuan:{secrets.token_urlsafe(24)}"
        server = {
            "PREFECT_SERVER_API_AUTH_STRING": password,
            "PREFECT_UI_ENABLED": "0",
            "PREFECT__SERVER_EPHEMERAL": "1",
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "flows.prefect_api"],
                stdin=subprocess.PIPE,  # held open until this process ends
                stdout=subprocess.PIPE,
                stderr=log,
                env=os.environ | server,
                start_new_session=True,  # Ctrl-C reaches the flow, which then still has its API to say so
            )
        assert self._process.stdout is not None
        port = self._process.stdout.readline().decode().strip()
        if not port:
            raise self._failure()
        os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
        os.environ["PREFECT_API_AUTH_STRING"] = password

    def wait(self) -> None:
        """Return when it answers. Raises FlowError with the end of its log if it does not."""
        import httpx

        deadline = time.monotonic() + _STARTUP_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                # Its socket listens from the start: this one request waits until the server behind it runs.
                httpx.get(f"{os.environ['PREFECT_API_URL']}/health", timeout=_STARTUP_SECONDS, trust_env=False)
                self._starting.close()
                return
        raise self._failure()

    def _failure(self) -> FlowError:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return FlowError(f"Prefect's API did not start ({lines[-1] if lines else 'no message'}); its log: {self._log}")


def prefect_api(home: Path) -> PrivateApi | None:
    """Configure Prefect, before anything imports it, and start a private API; None if a server is configured."""
    configure(home)
    return None if os.environ.get("PREFECT_API_URL") else PrivateApi()


@contextlib.contextmanager
def ready(api: PrivateApi | None) -> Iterator[None]:
    """Wait for the API and run flows in the block."""
    if api is None:
        yield
        return
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    api.wait()
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):  # nobody watches it, and ending it takes 1 s
        yield


def _serve() -> None:
    """The private API itself: print the port, serve until standard input closes."""
    import socket
    import threading

    listening = socket.create_server(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)

    import uvicorn

    app = "prefect.server.api.server:create_app"
    server = uvicorn.Server(uvicorn.Config(app, factory=True, log_level="error", timeout_graceful_shutdown=1))

    def end_with_the_command() -> None:
        sys.stdin.buffer.read()
        server.should_exit = True

    threading.Thread(target=end_with_the_command, daemon=True).start()
    server.run(sockets=[listening])


if __name__ == "__main__":
    _serve()
