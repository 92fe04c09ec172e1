"""The archive: every byte ever seen, under its own sha256, on a local folder or any fsspec store.

    objects/ab/abcd…                      the bytes, written once
    objects/ab/abcd….seen/<stamp>.json    one file per sighting: where, when and as what the bytes arrived
    listings/<publisher>/<stamp>.json.gz  what a publisher listed on one visit (see `extract.fetch.listings`)
    damaged/abcd….<stamp>                 an object whose bytes changed under its name, set aside

Nothing is overwritten or deleted. A local object appears whole or not at all (written aside, synced, linked to its
name); on an object store a single PUT has the same property.
"""

from __future__ import annotations

import contextlib
import datetime
import gzip
import hashlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from extract.document import Finding, Severity
from extract.errors import ArchiveError, YusuanError

_CHUNK = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


class Sighting(BaseModel):
    """One arrival of an object's bytes: where they stood, as what, and what the server said."""

    model_config = ConfigDict(frozen=True)

    url: str
    """Address the bytes came from (after redirects); for a local file its name relative to the catalogue."""
    seen_at: AwareDatetime = Field(default_factory=now)
    publisher: str | None = None
    filing_id: str | None = None
    title: str | None = None
    """As the portal shows it."""
    page_url: str | None = None
    """The article that links to the bytes."""
    published_on: datetime.date | None = None
    status: int | None = None
    """HTTP status; None for a file."""
    headers: Mapping[str, str] = Field(default_factory=dict)


class Archive:
    """Content-addressed store of bytes with the record of their sightings. Its errors are ArchiveError.

    `address` is a folder or any fsspec address such as `s3://bucket/prefix` (`options` go to the file system). `cache`
    holds local copies of a remote store's objects, which readers need as files.
    """

    def __init__(self, address: str | Path, *, cache: Path | None = None, **options: Any) -> None:
        self._fs, root = fsspec.core.url_to_fs(str(address), **options)
        self._root = root.rstrip("/")
        self._local = isinstance(self._fs, LocalFileSystem)
        self._cache = cache or Path(tempfile.gettempdir()) / f"yusuan-{os.getuid()}-objects"

    def put(self, content: bytes | Path, sighting: Sighting) -> str:
        """Keep the bytes (once) and record the sighting (always). Returns the sha256."""
        sha256 = digest_of(content)
        target = self._object(sha256)
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        stamp = f"{sighting.seen_at:%Y%m%dT%H%M%S.%f}Z-{secrets.token_hex(4)}"
        with self._store():
            if self._fs.exists(target) and self._fs.size(target) != size:
                self._set_aside(sha256)
            self._create(target, content)
            self._create(f"{target}.seen/{stamp}.json", sighting.model_dump_json().encode())
        return sha256

    def has(self, sha256: str) -> bool:
        with self._store():
            return bool(self._fs.exists(self._object(sha256)))

    def get(self, sha256: str) -> bytes:
        """The object's bytes, rehashed. Raises ArchiveError if it is missing or changed."""
        return self.path(sha256).read_bytes()

    def path(self, sha256: str) -> Path:
        """A local file with the object's bytes, rehashed; read it, never write it.

        Raises ArchiveError if the object is missing or changed.
        """
        target = self._object(sha256)
        local = Path(target) if self._local else self._cache / sha256
        if not self._local and not (local.exists() and digest_of(local) == sha256):
            self._cache.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._store(), _aside(self._cache) as copy:
                try:
                    self._fs.get_file(target, str(copy))
                except FileNotFoundError as error:
                    raise ArchiveError(f"object {sha256} is not in the archive {self._root}: fetch it again") from error
                copy.replace(local)
        try:
            found = digest_of(local)
        except FileNotFoundError as error:
            raise ArchiveError(f"object {sha256} is not in the archive {self._root}: fetch it again") from error
        if found != sha256:
            raise ArchiveError(
                f"object {sha256} in the archive {self._root} has changed: run `yusuan archive verify`, fetch it again"
            )
        return local

    def sightings(self, sha256: str) -> tuple[Sighting, ...]:
        """Every recorded arrival of these bytes, oldest first."""
        folder = f"{self._object(sha256)}.seen"
        with self._store():
            names = sorted(self._fs.ls(folder, detail=False)) if self._fs.exists(folder) else []
            found = [Sighting.model_validate_json(self._fs.cat_file(name)) for name in names if name.endswith(".json")]
        return tuple(sorted(found, key=lambda sighting: (sighting.seen_at, sighting.url)))

    def verify(self) -> Iterator[Finding]:
        """Rehash every object; yield a critical finding for each that is missing or changed.

        A changed object is set aside under `damaged/`, so that the next visit to its publisher fetches it again.
        """
        for sha256 in sorted(self._known()):
            try:
                found = self._rehashed(sha256)
            except FileNotFoundError:
                yield self._broken(sha256, "object_missing", "is recorded but its bytes are missing")
                continue
            if found != sha256:
                self._set_aside(sha256)
                yield self._broken(sha256, "object_changed", f"holds bytes of sha256 {found}; set aside under damaged/")

    def count(self) -> int:
        """How many objects there are, by their bytes or by their sightings."""
        return len(self._known())

    def write_listing(self, publisher: str, content: bytes) -> None:
        """Keep what a publisher listed on one visit; it is the publisher's newest listing from now on."""
        target = f"{self._root}/listings/{publisher}/{now():%Y%m%dT%H%M%S.%f}Z.json.gz"
        with self._store():
            self._create(target, gzip.compress(content, mtime=0))

    def last_listing(self, publisher: str) -> bytes | None:
        """The publisher's newest listing, or None before the first visit."""
        folder = f"{self._root}/listings/{publisher}"
        with self._store():
            self._fs.invalidate_cache()
            names = sorted(self._fs.ls(folder, detail=False)) if self._fs.exists(folder) else []
            names = [name for name in names if name.endswith(".json.gz")]
            return gzip.decompress(self._fs.cat_file(names[-1])) if names else None

    @contextlib.contextmanager
    def _store(self) -> Iterator[None]:
        """The store's own errors, of whatever library, as one that says where and what to do."""
        try:
            yield
        except (YusuanError, FileNotFoundError):
            raise
        except Exception as error:
            raise ArchiveError(
                f"the archive {self._root} cannot be read or written ({error}): see that it can be reached, allows it "
                "and has room, then run again; nothing in it is half written"
            ) from error

    def _object(self, sha256: str) -> str:
        if not _SHA256.fullmatch(sha256):
            raise ArchiveError(f"{sha256!r} is not a sha256 in hexadecimal")
        return f"{self._root}/objects/{sha256[:2]}/{sha256}"

    def _known(self) -> set[str]:
        """Every sha256 that has bytes or a sighting."""
        self._fs.invalidate_cache()
        folder = f"{self._root}/objects"
        found = self._fs.find(folder) if self._fs.exists(folder) else []
        parts = (PurePosixPath(name) for name in found)
        names = {(part.parent.name.removesuffix(".seen") if part.suffix == ".json" else part.name) for part in parts}
        return {name for name in names if _SHA256.fullmatch(name)}

    def _rehashed(self, sha256: str) -> str:
        digest = hashlib.sha256()
        with self._fs.open(self._object(sha256), "rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest()

    def _broken(self, sha256: str, code: str, what: str) -> Finding:
        seen = self.sightings(sha256)
        where = "; ".join(dict.fromkeys(sighting.url for sighting in seen))
        return Finding(code=code, severity=Severity.CRITICAL, message=f"object {sha256} {what}", evidence=where)

    def _set_aside(self, sha256: str) -> None:
        aside = f"{self._root}/damaged/{sha256}.{now():%Y%m%dT%H%M%S.%f}Z"
        self._fs.makedirs(f"{self._root}/damaged", exist_ok=True)
        self._fs.mv(self._object(sha256), aside)
        self._fs.invalidate_cache()

    def _create(self, target: str, content: bytes | Path) -> None:
        """Write a file that does not exist yet; one that does is left as it is."""
        if self._local:
            _link_whole(Path(target), content)
            return
        if self._fs.exists(target):
            return
        with contextlib.suppress(FileExistsError):
            if isinstance(content, bytes):
                self._fs.pipe_file(target, content)
            else:
                self._fs.put_file(str(content), target)


def _link_whole(target: Path, content: bytes | Path) -> None:
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with _aside(target.parent) as aside:
        with aside.open("wb") as stream:
            if isinstance(content, bytes):
                stream.write(content)
            else:
                with content.open("rb") as source:
                    shutil.copyfileobj(source, stream, _CHUNK)
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first, with the same bytes
            os.link(aside, target)


@contextlib.contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A new empty file in the folder, gone afterwards unless it was moved."""
    handle, name = tempfile.mkstemp(prefix=".incoming-", dir=folder)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def digest_of(content: bytes | Path) -> str:
    """The sha256 of bytes or of a file, in hexadecimal."""
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
