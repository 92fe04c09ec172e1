"""A reader that a document has taken over: it tries all that it should not be able to, and says what it could."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from extract.document import Document, Line, Medium, Page


def read_taken_over(data: bytes) -> Document:
    """`data` has a line each: the file that it must not read, and the folder that it must not write."""
    secret, outside = data.decode().splitlines()
    parent = os.getppid()
    attempts: dict[str, Callable[[], object]] = {
        "read a secret": lambda: Path(secret).read_bytes(),
        "read the parent's environment": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
        "read the parent's memory": lambda: os.open(f"/proc/{parent}/mem", os.O_RDONLY),
        "list a folder": lambda: list(Path(outside).iterdir()),
        "write outside": lambda: (Path(outside) / "written").write_text("x"),
        "open a socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "open a local socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "start a program": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
        "fork": _fork,
        "signal its parent": lambda: os.kill(parent, signal.SIGCONT),
        "speak to its parent": _inherited_socket,
        "leave its group": os.setsid,
        "become root": lambda: os.setuid(0),
        "write its scratch": lambda: Path(tempfile.mkdtemp(), "own").write_text("x"),
    }
    blocks = tuple(Line(text=name) for name, attempt in attempts.items() if _succeeds(attempt))
    return Document(medium=Medium.TEXT, reader="taken-over", pages=(Page(number=None, blocks=blocks),))


def read_and_outlive(data: bytes) -> Document:
    """Starts a program that would outlive it, as a LibreOffice that was taken over could, and says its number."""
    command = ["sh", "-c", "(setsid -f sleep 60 || sleep 60) 2>/dev/null & echo $! >&2"]
    started = subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return Document(
        medium=Medium.TEXT,
        reader="taken-over",
        pages=(Page(number=None, blocks=(Line(text=started.stderr.splitlines()[-1]),)),),
    )


def _inherited_socket() -> None:
    for handle in range(1024):
        with suppress(OSError):
            socket.socket(fileno=os.dup(handle)).close()
            return
    raise OSError("it has none")


def _fork() -> None:
    if not os.fork():
        os._exit(0)
    os.wait()


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True
