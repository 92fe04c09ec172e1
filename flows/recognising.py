"""`recognise`: from a document to its records, in a process with limits of its own.

The rules are ours, the text is not: a cell of a hundred kilobytes may take them minutes. Such a filing fails with one
sentence, as one does whose bytes cannot be read, and the run goes on. Each thread keeps its process from filing to
filing, since starting one takes longer than most documents; one that ended is started anew.
"""

from __future__ import annotations

import pickle
import signal
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from extract.confined import child_environment
from extract.document import Document
from extract.errors import ReadError
from transform.declaration import Declaration
from transform.records import Records

if TYPE_CHECKING:
    from pydantic import TypeAdapter

HEAD: Final = struct.Struct("!Q")
"""Before each job and each answer: how many bytes it has."""
SECONDS: Final = 120
MEMORY: Final = 2 << 30
_own = threading.local()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The records, or why there are none: the code and message of a ReadError."""

    records: Records | None = None
    code: str = ""
    message: str = ""


def recognise(document: Document, declaration: Declaration, *, seconds: int = SECONDS, memory: int = MEMORY) -> Records:
    """`transform.recognition.read_records` within `seconds` and bytes of `memory`.

    Raises ReadError `timeout`, `memory`, `too_many_objects` or `crashed`.
    """
    process = _process(seconds, memory)
    try:
        answer = from_json(_asked(process, pickle.dumps((document, declaration))))
    except (OSError, EOFError):
        raise _ended(process, seconds, memory) from None
    except BaseException:
        _end(process)  # interrupted: its answer must not be taken for the next one's
        raise
    if answer.records is None:
        raise ReadError(answer.code, answer.message)
    return answer.records


def to_json(answer: Answer) -> bytes:
    """What a recogniser hands over. Half a surrogate pair is no character."""
    data: bytes = _adapter().dump_json(answer, exclude_defaults=True)
    return data


def from_json(data: bytes) -> Answer:
    return _adapter().validate_json(data)


@cache
def _adapter() -> TypeAdapter[Answer]:
    from pydantic import TypeAdapter

    return TypeAdapter(Answer)


def _process(seconds: int, memory: int) -> subprocess.Popen[bytes]:
    """This thread's recogniser, alive."""
    kept: dict[tuple[int, int], subprocess.Popen[bytes]] = _own.__dict__.setdefault("kept", {})
    process = kept.get((seconds, memory))
    if process is None or process.poll() is not None:
        command = [sys.executable, "-m", "flows.recogniser", str(seconds), str(memory)]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=child_environment(), start_new_session=True
        )
        kept[seconds, memory] = process
    return process


def _asked(process: subprocess.Popen[bytes], job: bytes) -> bytes:
    """The answer to a job. Raises OSError or EOFError if the process has ended."""
    assert process.stdin
    assert process.stdout
    process.stdin.write(HEAD.pack(len(job)) + job)
    process.stdin.flush()
    head = process.stdout.read(HEAD.size)
    if len(head) < HEAD.size:
        raise EOFError
    (size,) = HEAD.unpack(head)
    data = process.stdout.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _ended(process: subprocess.Popen[bytes], seconds: int, memory: int) -> ReadError:
    status = _end(process)
    if status == -signal.SIGALRM:
        return ReadError("timeout", f"reading its records was stopped: it took more than {seconds} seconds")
    if status in (-signal.SIGKILL, -signal.SIGSEGV):
        return ReadError("memory", f"reading its records was stopped: it needs more than {memory >> 20} MiB of memory")
    return ReadError("crashed", f"reading its records ended with status {status}")


def _end(process: subprocess.Popen[bytes]) -> int:
    with suppress(subprocess.TimeoutExpired):
        return process.wait(1)
    process.kill()
    return process.wait()
