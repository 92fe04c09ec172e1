"""Pictures of pages, and pages as the reader sees them: made in the limited child, kept on disk within a bound.

A name in the cache is made of the object's digest, the page and what it is, never of anything a visitor says.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from extract.document import Document, Page
from extract.fetch.archive import Archive
from extract.handover import Handover, from_json, to_json
from extract.reading import ReadLimits, page_as_read, page_picture, read_document

CHILDREN = 2
"""Pages that are drawn or read at the same time."""
LIMITS = ReadLimits(cpu_seconds=30, wall_seconds=60.0, workers=1)
_NAME = re.compile(r"[0-9a-f]{64}-\d{1,5}-[a-z]+")


class Cache:
    """Files of one folder, at most so many bytes; what was not used for longest goes first."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder, self._most = folder, most
        self._lock = threading.Lock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def get(self, name: str) -> bytes | None:
        path = self._path(name)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        with contextlib.suppress(FileNotFoundError):  # another process has just made room
            os.utime(path)
        return data

    def put(self, name: str, data: bytes) -> None:
        path = self._path(name)
        if len(data) > self._most:
            return
        handle, aside = tempfile.mkstemp(prefix=".new-", dir=self._folder)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(aside).replace(path)
        self._make_room()

    def size(self) -> int:
        return sum(size for _, size, _ in self._files())

    def _make_room(self) -> None:
        with self._lock:
            files = sorted(self._files())
            total = sum(size for _, size, _ in files)
            for _, size, path in files:
                if total <= self._most:
                    return
                path.unlink(missing_ok=True)
                total -= size

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for path in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):
                stat = path.stat()
                yield stat.st_mtime, stat.st_size, path

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of the cache")
        return self._folder / name


class Pictures:
    """What is shown of the archive's documents."""

    def __init__(self, archive: Archive, cache: Cache) -> None:
        self._archive, self._cache = archive, cache
        self._children = threading.Semaphore(CHILDREN)
        self._busy: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def page(self, sha256: str, number: int, *, large: bool = False) -> bytes:
        """Page `number` (from 1) as PNG. Raises ReadError, or ArchiveError if the bytes are gone."""
        name = f"{sha256}-{number}-{'large' if large else 'page'}"
        return self._made(name, lambda: page_picture(self._archive.path(sha256), number, LIMITS, large=large))

    def as_read(self, sha256: str, number: int) -> Page | None:
        """Page `number` of a PDF with its lines and cells. Raises as `page`."""

        def read() -> bytes:
            document = page_as_read(self._archive.path(sha256), number, LIMITS)
            return to_json(Handover(document=document))

        document = from_json(self._made(f"{sha256}-{number}-read", read)).document
        return next((page for page in document.pages if page.number == number), None)

    def document(self, sha256: str) -> Document:
        """A document that has no pictures, whole, as it was read. Raises as `page`."""

        def read() -> bytes:
            return to_json(Handover(document=read_document(self._archive.path(sha256), LIMITS)))

        return from_json(self._made(f"{sha256}-0-document", read)).document

    def _made(self, name: str, make: Callable[[], bytes]) -> bytes:
        """From the cache, else made once, however many ask for it."""
        if (data := self._cache.get(name)) is not None:
            return data
        with self._guard:
            lock = self._busy.setdefault(name, threading.Lock())
        try:
            with lock:
                if (data := self._cache.get(name)) is not None:
                    return data
                with self._children:
                    data = make()
                self._cache.put(name, data)
                return data
        finally:
            with self._guard:
                self._busy.pop(name, None)
