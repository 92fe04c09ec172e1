"""`run_child`: one document's reader in a process of its own, started at once and ended in time.

Importing a reader takes longer than most documents. So each reader has a clean process that has imported it
(`extract.child`), never sees a document, and forks one child per document, which it watches for us. It is started with
the first document, ends with this process or after a minute without work, and is started anew when it is gone.
"""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any, Final

from extract.child import FORKED
from extract.confined import child_environment

_UNIT: Final = 1 if sys.platform == "darwin" else 1024
"""Bytes that the system counts memory in."""
_PATIENCE: Final = 60.0
"""Seconds in which a reader is imported, or a child that was told to end has ended."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: its exit status (negative: the signal), its peak memory in bytes, whether time ran out."""

    status: int
    peak: int
    late: bool


def run_child(request: Mapping[str, Any], result: IO[bytes], complaints: IO[bytes], wall_seconds: float) -> Ended:
    """Have `request["reader"]` read, its result and its complaints written to the two files.

    Raises ChildProcessError if the process that forks it cannot be had, or ended before the child did.
    """
    forking = _forking(request["reader"].partition(":")[0])
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            forking.ask(json.dumps(request).encode(), [theirs.fileno(), result.fileno(), complaints.fileno()])
        ours.settimeout(wall_seconds)
        try:
            return _told(ours, late=False)
        except TimeoutError:
            ours.shutdown(socket.SHUT_WR)  # its parent takes that for the order to end it
        ours.settimeout(_PATIENCE)
        try:
            return _told(ours, late=True)
        except TimeoutError:
            forking.kill()
            raise ChildProcessError("the process that readers are forked from does not answer") from None


def _told(ours: socket.socket, *, late: bool) -> Ended:
    data = b""
    while part := ours.recv(256):
        data += part
    if not data:
        raise ChildProcessError("the process that readers are forked from has ended")
    status, peak = json.loads(data)
    return Ended(status, peak * _UNIT, late)


class _Forking:
    """A process that forks children of one reader, and the way to ask it."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.process: subprocess.Popen[bytes] | None = None
        self.requests: socket.socket | None = None
        self.lock = threading.Lock()

    def ask(self, message: bytes, handles: list[int]) -> None:
        with self.lock:
            for _ in range(2):  # it may have ended for want of work at this moment
                requests = self.requests or self._start()
                try:
                    socket.send_fds(requests, [message], handles)
                    if requests.recv(1) == FORKED:
                        return
                except OSError:
                    self.kill()
                self.end()
        raise ChildProcessError(f"the process that forks readers of {self.module} cannot be started")

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        ours.settimeout(_PATIENCE)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "extract.child", self.module],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                env=child_environment(),
                start_new_session=True,
            )
        self.requests = ours
        return ours

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()

    def end(self) -> None:
        if self.requests is not None:
            self.requests.close()  # for it the end
        if self.process is not None:
            self.process.wait()
        self.process = self.requests = None

    def forget(self) -> None:
        """It is the child of another process, from which this one was forked."""
        if self.requests is not None:
            self.requests.close()
        if self.process is not None:
            self.process.returncode = 0


def end_children() -> None:
    """End the processes that fork readers; the system then counts what they and their children used as ours."""
    with _all_lock:
        while _all:
            _all.popitem()[1].end()


_all: dict[str, _Forking] = {}
_all_lock = threading.Lock()


def _forking(module: str) -> _Forking:
    with _all_lock:
        return _all.setdefault(module, _Forking(module))


def _forget() -> None:
    global _all_lock
    for one in _all.values():
        one.forget()
    _all.clear()
    _all_lock = threading.Lock()


os.register_at_fork(after_in_child=_forget)
atexit.register(end_children)
