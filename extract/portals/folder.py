"""A folder of documents, local or on any fsspec store: what somebody else collected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

import fsspec
from fsspec.implementations.local import LocalFileSystem
from pydantic import Field

from extract.document import Finding, Severity
from extract.errors import FetchError
from extract.portals.portal import FilingRef, Portal, Visit
from extract.portals.take import Pattern


class Folder(Portal):
    """`address` is a path relative to the catalogue or an fsspec address; `options` go to its file system.

    Every file whose name matches `names` is taken, its name is its title.
    """

    adapter: Literal["folder"]
    address: Annotated[str, Field(pattern=r"^([^:]+|(file|memory|s3|gs|gcs|az|abfs|hdfs)://[^:]*)$")]
    """Not http: what is fetched from a web server goes through the adapters that are polite."""
    names: Pattern = r"(?i)\.(pdf|docx?|xlsx?|wps|et|html?|txt|zip|rar|7z)$"
    options: dict[str, Any] = Field(default_factory=dict)

    def discover(self, visit: Visit) -> Iterator[tuple[FilingRef, ...]]:
        files, root = fsspec.core.url_to_fs(resolved(self.address, visit.base), **self.options)
        if not files.isdir(root):
            raise FetchError(f"{self.address} is not a folder", code="list_gone")
        for path in sorted(files.find(root)):
            relative = path[len(root) :].lstrip("/")
            if re.search(self.names, relative) and not any(
                part.startswith(".") for part in PurePosixPath(relative).parts
            ):
                if isinstance(files, LocalFileSystem) and not Path(path).resolve().is_relative_to(Path(root).resolve()):
                    visit.note(_leads_out(relative))
                    continue
                url, title = files.unstrip_protocol(path), PurePosixPath(relative).stem
                yield (FilingRef(article=relative, url=url, title=title),)


def _leads_out(relative: str) -> Finding:
    """What others put into the folder may not name other files of this machine."""
    message = f"{relative} is a link to a file outside the folder; it is not taken: copy the file there"
    return Finding(code="link_out", severity=Severity.WARNING, message=message, evidence=relative)


def resolved(address: str, base: Path) -> str:
    """A path relative to the catalogue made absolute; an fsspec address as it is."""
    return address if "://" in address else str((base / address).resolve())
