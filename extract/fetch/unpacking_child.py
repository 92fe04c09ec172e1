"""`python -m extract.fetch.unpacking_child ARCHIVE FOLDER LIMITS`: the members of a RAR or 7z archive, within limits.

libarchive is C and its input hostile: it runs in a process of its own. Members go to numbered files in FOLDER; standard
output has one JSON line for each: its name, and its file or why it was not unpacked.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Any

from extract.confined import confine
from extract.encoding import decode

MISSING = 4
"""Exit status: the library is not there."""
_CPU_SECONDS = 120
_MEMORY = 1 << 30


def main(archive: Path, folder: Path, limits: dict[str, int]) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["member_bytes"], limits["member_bytes"]))
    try:
        import libarchive
    except (ImportError, OSError, TypeError, AttributeError):
        return MISSING
    confine(packages=[], scratch=folder)
    packed, spent, number = archive.stat().st_size, 0, 0
    try:
        with libarchive.file_reader(str(archive)) as entries:
            for entry in entries:
                if entry.isdir:
                    continue
                number += 1
                told: dict[str, Any] = {"name": _name(entry.pathname)}
                if number > limits["members"]:
                    _tell(
                        told | {"code": "archive_too_large", "why": f"more than {limits['members']} members", "end": 1}
                    )
                    return 0
                if entry.issym or entry.islnk:
                    _tell(told | {"code": "member_is_link", "why": "is a link, not a file"})
                    continue
                file = folder / f"packed-{number:05}"
                size = 0
                with file.open("wb") as out:
                    for block in entry.get_blocks():
                        size += len(block)
                        spent += len(block)
                        if (
                            size > limits["member_bytes"]
                            or spent > limits["total_bytes"]
                            or (spent > limits["ratio_floor"] and spent > limits["ratio"] * packed)
                        ):
                            _tell(
                                told | {"code": "member_bomb", "why": f"grows to more than {spent:,} bytes", "end": 1}
                            )
                            return 0
                        out.write(block)
                _tell(told | {"file": file.name})
    except libarchive.ArchiveError as error:
        encrypted = "ncrypt" in str(error) or "assphrase" in str(error)
        code = "member_encrypted" if encrypted else "archive_damaged"
        _tell({"name": "", "code": code, "why": f"cannot be unpacked: {error.msg}", "end": 1})
    return 0


def _name(path: Any) -> str:
    return decode(path).text if isinstance(path, bytes) else str(path or "")


def _tell(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])))
