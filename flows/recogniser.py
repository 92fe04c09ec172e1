"""`python -m flows.recogniser SECONDS MEMORY`: records of one document after another, each within its time.

Started by `flows.recognising`. Each job on stdin is a length and as many bytes of pickle (from us, so trusted); each
answer on stdout is a length and as many bytes of JSON. Whatever the document makes of our rules, the kernel ends the
process when a job's time is over or its memory used up; it is confined as readers are (`extract.confined`).
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import sys

from extract.confined import confine
from flows.recognising import HEAD, Answer, to_json
from transform.recognition import read_records


def main() -> int:
    seconds, memory = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    confine(packages=["transform", "flows"])
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    jobs = sys.stdin.buffer
    while head := jobs.read(HEAD.size):
        signal.alarm(seconds)
        data = _answer(jobs.read(*HEAD.unpack(head)))
        answers.write(HEAD.pack(len(data)) + data)
        answers.flush()
        signal.alarm(0)
    return 0


def _answer(job: bytes) -> bytes:
    try:
        document, declaration = pickle.loads(job)
        return to_json(Answer(records=read_records(document, declaration)))
    except MemoryError:
        failed = Answer(code="memory", message="its records need more memory than there is for one filing")
    except RecursionError:
        failed = Answer(code="too_many_objects", message="its records are nested too deep")
    except Exception as error:  # noqa: BLE001 - a fault of ours on one document must not stop the others
        sys.excepthook(*sys.exc_info())
        failed = Answer(code="crashed", message=f"no records could be read ({type(error).__name__}: {error})")
    return to_json(failed)


if __name__ == "__main__":
    sys.exit(main())
