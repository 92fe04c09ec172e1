"""The folder of an export: what of it is equal stays untouched, and what is not of it is left alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.errors import WarehouseError

MANIFEST = "export.json"
"""Lists the files of an export with their SHA-256 (of the DuckDB file: of what it is made from); a folder that has it
is ours to change, also after an export that was interrupted."""


@dataclass(slots=True)
class ExportFolder:
    """The folder while it is brought up to date. `before` and `digests` are what the manifest says then and now."""

    path: Path
    before: dict[str, str]
    digests: dict[str, str] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, path: Path) -> ExportFolder:
        """Take a folder that is new, empty or an export's. Raises WarehouseError if it is somebody else's."""
        manifest = path / MANIFEST
        if manifest.is_file():
            return cls(path, json.loads(manifest.read_text(encoding="utf-8")))
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise WarehouseError(f"{path} is not empty and not an export ({MANIFEST} is missing): name another folder")
        path.mkdir(parents=True, exist_ok=True)
        return cls(path, {})

    def put(self, name: str, write: Callable[[Path], int]) -> int:
        """Let `write` make the file; it replaces the one that is there unless their bytes are equal. What `write`
        returns is returned."""
        draft = self._draft(name)
        try:
            result = write(draft)
            self.digests[name] = _digest(draft)
            there = self.path / name
            if not there.is_file() or _digest(there) != self.digests[name]:
                draft.replace(there)
                self.written.append(name)
        finally:
            draft.unlink(missing_ok=True)
        return result

    def derive(self, name: str, origin: str, write: Callable[[Path], None]) -> None:
        """Let `write` make a file that follows from others, unless it was made from the same `origin`."""
        if self.before.get(name) != origin or not (self.path / name).is_file():
            draft = self._draft(name)
            try:
                write(draft)
                draft.replace(self.path / name)
            finally:
                draft.unlink(missing_ok=True)
            self.written.append(name)
        self.digests[name] = origin

    def remove_others(self, keep: str) -> list[str]:
        """Delete the files of the former export that this one does not have."""
        removed = sorted(set(self.before) - set(self.digests) - {keep})
        for name in removed:
            (self.path / name).unlink(missing_ok=True)
        for parent in sorted({(self.path / name).parent for name in removed}, reverse=True):
            if parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()
        return removed

    def finish(self) -> None:
        """Let the manifest list what this export has."""
        self._list(self.digests)

    def _draft(self, name: str) -> Path:
        """Where a file is written before it takes its place. A file that comes new is listed first, so that an export
        that is interrupted leaves nothing behind that the next one does not know."""
        if name not in self.before:
            self.before[name] = ""
            self._list(self.before)
        draft = (self.path / name).with_name(f".{Path(name).name}.draft")
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.unlink(missing_ok=True)
        return draft

    def _list(self, files: dict[str, str]) -> None:
        text = json.dumps(files, indent=2, sort_keys=True) + "\n"
        (self.path / MANIFEST).write_text(text, encoding="utf-8")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
