"""`python -m extract.child REQUEST`: read one document, or a range of its pages, within limits, and hand it over.

Started by `extract.reading`, one process per document. The limits are set, and the process confined
(`extract.confined`), before anything is imported that parses, and the result goes to a file whose size is limited as
well. Exit status: 0 a Handover as JSON (or, of a single page, its picture as PNG), 3 a ReadError as JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any

from extract.confined import confine
from extract.errors import ReadError

FAILED = 3


def main() -> int:
    request: dict[str, Any] = json.loads(sys.argv[1])
    for limit, value in (
        (resource.RLIMIT_AS, request["memory"]),
        (resource.RLIMIT_FSIZE, request["result_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    cpu = request["cpu_seconds"]
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))  # at the first SIGXCPU, which says why; then SIGKILL
    result = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is not the result
    try:
        data, status = _read(request), 0
    except ReadError as error:
        data, status = _failure(error.code, str(error)), FAILED
    except MemoryError:
        data, status = _failure("memory", f"needs more than {request['memory'] >> 20} MiB of memory"), FAILED
    except RecursionError:
        data, status = _failure("too_many_objects", "is nested too deep"), FAILED
    with result:
        result.write(data)
    return status


def _read(request: dict[str, Any]) -> bytes:
    from extract.handover import Handover, to_json

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
