"""The folder of an export: it changes as a whole or not at all, what of it is equal stays untouched, and what is not
of it is left alone.

What is new is written beside, into `DRAFT`, and moved to its places only when the last file is on the disk. The
manifest in `DRAFT` says that it is: an export that is stopped before leaves the folder as it was, and one that is
stopped while it moves is brought to its end by the next, before that begins.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from warehouse.errors import WarehouseError

MANIFEST = "export.json"
"""Lists the files of an export with their SHA-256 (of the DuckDB file: of what it is made from); a folder that has it
is ours to change, also after an export that was interrupted."""
DRAFT = ".yusuan-draft"


@dataclass(slots=True)
class ExportFolder:
    """The folder while the next export is written beside. `before` and `digests` are what the manifest says now and
    what it will say."""

    path: Path
    before: dict[str, str]
    digests: dict[str, str] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[ExportFolder]:
        """Take a folder that is new, empty or an export's, for this process alone; what was written beside and not
        finished is gone afterwards.

        Raises WarehouseError if it is somebody else's, if another export is being written there, if its manifest
        names what is not below it, or if the disk does not take the files.
        """
        try:
            if not path.is_dir() and path.exists():
                raise WarehouseError(f"{path} is not a folder: name another")
            path.mkdir(parents=True, exist_ok=True)
            with _alone(path):
                ours = (path / MANIFEST).is_file() or (path / DRAFT / MANIFEST).is_file()
                if not ours and {one.name for one in path.iterdir()} - {DRAFT}:
                    raise WarehouseError(
                        f"{path} is not empty and not an export ({MANIFEST} is missing): name another folder"
                    )
                if (path / DRAFT).is_symlink():
                    raise WarehouseError(f"{path / DRAFT} is a link, which no export makes: delete it")
                if (path / DRAFT / MANIFEST).is_file():
                    _move(path)
                shutil.rmtree(path / DRAFT, ignore_errors=True)
                (path / DRAFT).mkdir()
                try:
                    yield cls(path, _read(path / MANIFEST, path))
                finally:
                    if not (path / DRAFT / MANIFEST).is_file():
                        shutil.rmtree(path / DRAFT, ignore_errors=True)
        except OSError as error:
            reason = error.strerror or str(error)
            raise WarehouseError(f"cannot export to {path}: {reason}; the former export stays as it was") from error

    def put(self, name: str, write: Callable[[Path], int]) -> int:
        """Let `write` make the file; it will replace the one that is there unless their bytes are equal. What `write`
        returns is returned."""
        draft = self._draft(name)
        result = write(draft)
        self.digests[name] = _digest(draft)
        there = self.path / name
        if there.is_file() and _digest(there) == self.digests[name]:
            draft.unlink()
        else:
            self.written.append(name)
        return result

    def derive(self, name: str, origin: str, write: Callable[[Path], None]) -> None:
        """Let `write` make a file that follows from others, unless it was made from the same `origin`."""
        if self.before.get(name) != origin or not (self.path / name).is_file():
            write(self._draft(name))
            self.written.append(name)
        self.digests[name] = origin

    def places(self) -> dict[str, Path]:
        """Where each file of this export stands now: beside if it is new, else in its place."""
        return {name: (self.path / DRAFT if name in self.written else self.path) / name for name in self.digests}

    def finish(self) -> list[str]:
        """Let the folder be this export. Returns which files of the former one it does not have."""
        for name in self.written:
            _onto_disk(self.path / DRAFT / name)
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)  # while nothing has changed: it may need room
        waiting = self.path / DRAFT / f"{MANIFEST}.part"
        waiting.write_text(json.dumps(self.digests, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        _onto_disk(waiting)
        waiting.replace(self.path / DRAFT / MANIFEST)  # from here on it is this export that is brought to its end
        _onto_disk(self.path / DRAFT)
        removed = _move(self.path)
        shutil.rmtree(self.path / DRAFT, ignore_errors=True)
        return removed

    def _draft(self, name: str) -> Path:
        draft = self.path / DRAFT / _inside(self.path, name)
        draft.parent.mkdir(parents=True, exist_ok=True)
        return draft


def _move(path: Path) -> list[str]:
    """Bring a draft that is whole to its places: nothing here needs room. Returns the files that are gone."""
    draft = path / DRAFT
    after = _read(draft / MANIFEST, path)
    for name in after:
        if (draft / name).is_file():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).replace(path / name)
    removed = sorted(set(_read(path / MANIFEST, path)) - set(after))
    for name in removed:
        (path / name).unlink(missing_ok=True)
    for parent in sorted({(path / name).parent for name in removed} - {path}, reverse=True):
        if parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()
    (draft / MANIFEST).replace(path / MANIFEST)
    _onto_disk(path)
    return removed


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the folder: a lock that ends with the process, whatever becomes of it."""
    held = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise WarehouseError(f"another export is being written to {path}: wait for its end, or name another") from None
    try:
        yield
    finally:
        os.close(held)


def _read(manifest: Path, path: Path) -> dict[str, str]:
    """What a manifest lists, none if it is missing. Whoever may write to the folder may have written it: its names
    are not believed."""
    if not manifest.is_file():
        return {}
    try:
        listed = json.loads(manifest.read_text(encoding="utf-8"))
    except ValueError as error:
        raise WarehouseError(f"{manifest} is damaged ({error}): name another folder") from error
    if not isinstance(listed, dict) or not all(isinstance(digest, str) for digest in listed.values()):
        raise WarehouseError(f"{manifest} is not the list of an export: name another folder")
    return {_inside(path, name): digest for name, digest in listed.items()}


def _inside(path: Path, name: str) -> str:
    """The name, if it is a file's below the folder, also behind the links that are there."""
    parts = PurePosixPath(name).parts
    below = (path / name).resolve().is_relative_to(path.resolve())
    if "\0" in name or not parts or ".." in parts or PurePosixPath(name).is_absolute() or not below:
        raise WarehouseError(f"{path / MANIFEST} names {name!r}, which is no file of an export: name another folder")
    return name


def _onto_disk(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
