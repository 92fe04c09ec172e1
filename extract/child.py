"""`python -m extract.child MODULE`: a clean process that has imported one reader and forks a child for each document.

Started by `extract.children`, which asks it over the socket that is its standard input. It never sees a document: what
one may do to its child ends with the child. In the child the limits are set, and the process confined
(`extract.confined`), before a byte of the document is read; the result goes to a file whose size is limited as well.
Exit status of a child: 0 a Handover as JSON (or, of a single page, its picture as PNG), 3 a ReadError as JSON.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import selectors
import signal
import socket
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from extract.confined import confine
from extract.errors import ReadError
from extract.handover import Handover, to_json

FAILED: Final = 3
FORKED: Final = b"+"
"""What a request is answered with once its child is there; its end comes over the request's own socket."""
LARGEST_REQUEST: Final = 1 << 16
IDLE_SECONDS: Final = 60.0
"""So long without a document, and the process ends; the next document starts another."""


def main() -> int:
    with suppress(ImportError):  # the child imports it again, and there it is told
        reader = importlib.import_module(sys.argv[1])
        for late in getattr(reader, "IMPORTED_LATE", ()):
            importlib.import_module(late)
    gc.collect()
    gc.freeze()  # pages that nobody writes to stay common to all children
    with socket.socket(fileno=0) as requests:
        parent = _Parent(requests)
        try:
            parent.serve()
        finally:
            for pid in parent.waiting:
                _kill(pid)
    return 0


class _Parent:
    """Forks on request, tells of each child how it ended, and ends those that nobody waits for."""

    def __init__(self, requests: socket.socket) -> None:
        self.requests = requests
        self.waiting: dict[int, socket.socket] = {}
        self.ready = selectors.DefaultSelector()
        self.ready.register(requests, selectors.EVENT_READ, None)
        awake, alarm = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self.ready.register(awake, selectors.EVENT_READ, awake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(alarm, warn_on_full_buffer=False)

    def serve(self) -> None:
        while True:
            events = self.ready.select(None if self.waiting else IDLE_SECONDS)
            if not events and not self.waiting:
                return
            for key, _ in events:
                if key.data is None:
                    if not self._fork():
                        return
                elif isinstance(key.data, _Waiting):
                    self._give_up(key.data)
                else:
                    os.read(key.data, 512)
            self._bury()

    def _fork(self) -> bool:
        """Whether there was a request. The asking side sends one at a time."""
        message, handles, _, _ = socket.recv_fds(self.requests, LARGEST_REQUEST, 3)
        if not message:
            return False
        asker, result, complaints = handles
        pid = os.fork()
        if not pid:
            _become(json.loads(message), result, complaints)
        for handle in (result, complaints):
            os.close(handle)
        self.waiting[pid] = socket.socket(fileno=asker)
        self.ready.register(asker, selectors.EVENT_READ, _Waiting(pid))
        self.requests.sendall(FORKED)
        return True

    def _give_up(self, one: _Waiting) -> None:
        """The asking side has closed its end: time is over, or it is gone itself."""
        if asker := self.waiting.get(one.pid):
            self.ready.unregister(asker)
            _kill(one.pid)

    def _bury(self) -> None:
        while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) if self.waiting else None:
            _kill(ended.si_pid)  # whatever it has started; until it is buried no other has its number
            _, status, usage = os.wait4(ended.si_pid, 0)
            asker = self.waiting.pop(ended.si_pid)
            with suppress(KeyError):
                self.ready.unregister(asker)
            with asker, suppress(BrokenPipeError, ConnectionResetError):
                asker.sendall(json.dumps([os.waitstatus_to_exitcode(status), usage.ru_maxrss]).encode())


class _Waiting(int):
    """The process number of a child that the socket waits for."""

    @property
    def pid(self) -> int:
        return int(self)


def _kill(group: int) -> None:
    for end in (os.killpg, os.kill):  # its group is there once it has made one
        with suppress(ProcessLookupError, PermissionError):
            end(group, signal.SIGKILL)


def _become(request: dict[str, Any], result: int, complaints: int) -> None:
    """The child's whole life, from the fork on."""
    status = 1
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(complaints, 1)  # what a library prints is not the result
        os.dup2(complaints, 2)
        own = os.dup2(result, 3)
        os.closerange(4, os.sysconf("SC_OPEN_MAX"))
        os.environ["TMPDIR"] = tempfile.tempdir = request["scratch"]
        _limit(request)
        status = _serve(request, own)
    except BaseException:  # noqa: BLE001 - nothing of the parent's may run in the child
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)


def _limit(request: dict[str, Any]) -> None:
    for limit, value in (
        (resource.RLIMIT_AS, request["memory"]),
        (resource.RLIMIT_FSIZE, request["result_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    cpu = request["cpu_seconds"]
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))  # at the first SIGXCPU, which says why; then SIGKILL


def _serve(request: dict[str, Any], result: int) -> int:
    try:
        data, status = _read(request), 0
    except ReadError as error:
        data, status = _failure(error.code, str(error)), FAILED
    except MemoryError:
        data, status = _failure("memory", f"needs more than {request['memory'] >> 20} MiB of memory"), FAILED
    except RecursionError:
        data, status = _failure("too_many_objects", "is nested too deep"), FAILED
    with os.fdopen(result, "wb") as file:
        file.write(data)
    return status


def _read(request: dict[str, Any]) -> bytes:
    module, name = request["reader"].split(":")
    path, scratch = Path(request["path"]), Path(request["scratch"])
    confine(packages=[module.partition(".")[0]], scratch=scratch, file=path, programs=request["programs"])
    reader = getattr(importlib.import_module(module), name)
    if request["pages"] is None:
        return to_json(Handover(document=reader(path.read_bytes())))
    if isinstance(request["pages"], int):
        picture: bytes = reader(path, request["pages"])
        return picture
    document, pages_in_file = reader(path, range(*request["pages"]))
    return to_json(Handover(document=document, pages_in_file=pages_in_file))


def _failure(code: str, message: str) -> bytes:
    return json.dumps({"code": code, "message": message}).encode()


if __name__ == "__main__":
    sys.exit(main())
