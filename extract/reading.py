"""`read_document`: any file into a Document, by what its bytes say, in a child process with limits.

Documents are hostile until read. A reader's child may hang, run out of memory or die of a native fault: that is one
ReadError on one filing, and the run goes on. Pages of a large PDF are read by several children side by side, each with
its own limits, so memory does not grow with the number of pages. Pages that are pictures are read once more, by
children that recognise text (`extract.scan`), where the extra `ocr` is installed.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from extract.child import FAILED
from extract.children import Ended, run_child
from extract.confined import at_hand
from extract.document import Document, Medium
from extract.errors import ReadError
from extract.handover import from_json
from extract.media import described, medium_of
from extract.pdf.continuation import join_pages
from extract.scan import extra
from extract.scan.pages import pictures, with_pictures, without_reader

READERS: Mapping[Medium, str] = {
    Medium.TEXT: "extract.text:read_text",
    Medium.PDF: "extract.pdf.reader:read_pages",
    Medium.HTML: "extract.web.html:read_html",
    Medium.DOCX: "extract.office.word:read_docx",
    Medium.XLSX: "extract.office.workbooks:read_xlsx",
    Medium.XLS: "extract.office.workbooks:read_xls",
    Medium.DOC: "extract.office.libreoffice:read_doc",
}
"""`module:function` per medium. A function takes the file's bytes and returns a Document; that of a paged medium takes
its path and a range of pages (from 0), and returns a Document of those pages and the number of pages in the file."""
PAGED = frozenset({Medium.PDF})
SCAN_READER = "extract.scan.reader:read_scanned_pages"
_STARTS_PROGRAMS = frozenset({READERS[Medium.DOC]})
BATCH, SCAN_BATCH = 64, 8
"""Pages that one child reads."""
_STDERR = 2_000
_PDF_END, _SHORT_TAIL = b"%%EOF", 1_000
"""Readers look for the end mark of a PDF so many bytes from the end."""
_OBJECTS = re.compile(rb"\bobj\b|\bxref\b|\bstream\b|trailer")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    """Bytes and seconds that one child may use, what a file may hold, and how many children work on one document."""

    memory: int = 1 << 30
    cpu_seconds: int = 60
    wall_seconds: float = 120.0
    file_bytes: int = 200 << 20
    result_bytes: int = 128 << 20
    pages: int = 5_000
    workers: int = max(1, os.cpu_count() or 1)
    scan_memory: int = 2 << 30
    scan_seconds: int = 60
    """Of processor time for each page that is a picture."""
    filing_seconds: float = 600.0
    """Until the whole file is read, whatever its parts may use."""
    filing_seconds_a_scan: float = 30.0
    """That many more for each page that is a picture."""
    ends_at: float = float("inf")
    """On the monotonic clock; set when reading begins."""

    def begun(self) -> ReadLimits:
        return replace(self, ends_at=time.monotonic() + self.filing_seconds)


def reader_versions() -> frozenset[str]:
    """The readers there are, with their versions, as `Document.reader` names them: `READER` of each reader's module."""
    modules = {medium: importlib.import_module(function.partition(":")[0]) for medium, function in READERS.items()}
    scan = extra.READER if extra.is_installed() else extra.UNREAD
    readers = {str(module.READER) for module in modules.values()} | {str(modules[Medium.PDF].PLAIN_READER)}
    pdfs = (modules[Medium.PDF].READER, modules[Medium.PDF].PLAIN_READER)
    return frozenset(readers | {f"{pdf}+{scan}" for pdf in pdfs})


Progress = Callable[[int, int], None]
"""Told how many pages of how many are read, each time some are; from several threads."""


def read_document(path: Path, limits: ReadLimits | None = None, progress: Progress | None = None) -> Document:
    """The document at `path`.

    Raises ReadError: `not_a_document` (no medium that a reader knows), `too_large` (file, page or number of pages),
    `encrypted`, `truncated`, `no_pages`, `too_many_objects`, `timeout`, `memory` and `crashed`.
    """
    limits = (limits or ReadLimits()).begun()
    size = path.stat().st_size
    if size > limits.file_bytes:
        raise ReadError("too_large", f"{path.name} has {size:,} bytes, more than the limit of {limits.file_bytes:,}")
    data = path.read_bytes()
    medium = medium_of(data)
    if medium is None or medium not in READERS:
        raise ReadError("not_a_document", f"{path.name} cannot be read: it is {medium or described(data)}")
    if medium not in PAGED:
        return from_json(_in_child(path, READERS[medium], None, limits)).document
    if (whole := _without_junk(data)) is not data:
        with tempfile.TemporaryDirectory() as folder:
            trimmed = Path(folder) / path.name
            trimmed.write_bytes(whole)
            return join_pages(_with_scans(trimmed, _paged(trimmed, READERS[medium], limits), limits, progress))
    return join_pages(_with_scans(path, _paged(path, READERS[medium], limits), limits, progress))


def _without_junk(data: bytes) -> bytes:
    """A PDF less what a server added below its end: a web page, blanks. What may be objects of its own stays."""
    end = data.rfind(_PDF_END) + len(_PDF_END)
    junk = data[end:]
    if end < len(_PDF_END) or len(junk) <= _SHORT_TAIL or _OBJECTS.search(junk):
        return data
    return data[:end] + b"\n"


def _paged(path: Path, reader: str, limits: ReadLimits) -> Document:
    """Every page by its text."""
    first = from_json(_in_child(path, reader, (0, BATCH), limits))
    count = first.pages_in_file or 0
    if count > limits.pages:
        raise ReadError("too_large", f"{path.name} has {count:,} pages, more than the limit of {limits.pages:,}")
    ranges = [(start, min(start + BATCH, count)) for start in range(BATCH, count, BATCH)]
    with ThreadPoolExecutor(limits.workers) as pool:
        rest = list(pool.map(lambda pages: from_json(_in_child(path, reader, pages, limits)).document, ranges))
    pages = first.document.pages + tuple(page for document in rest for page in document.pages)
    findings = list(first.document.findings)
    for document in rest:
        findings += [finding for finding in document.findings if finding.page is not None]
    if [page.number for page in pages] != list(range(1, count + 1)):
        raise ReadError("crashed", f"{path.name} has {count} pages, of which {len(pages)} were read")
    reader = max((first.document.reader, *(document.reader for document in rest)), key=len)
    return replace(first.document, pages=pages, findings=tuple(findings), reader=reader)


def _with_scans(path: Path, document: Document, limits: ReadLimits, progress: Progress | None) -> Document:
    """The document with its pages that are pictures read as such, if they can be."""
    numbers = pictures(document)
    if not numbers:
        return document
    if not extra.is_installed():
        return without_reader(document)
    ends_at = limits.ends_at + limits.filing_seconds_a_scan * len(numbers)
    done, total, lock = len(document.pages) - len(numbers), len(document.pages), threading.Lock()

    def read(pages: tuple[int, int]) -> Document:
        nonlocal done
        count = pages[1] - pages[0]
        seconds = limits.scan_seconds * count
        own = replace(
            limits, memory=limits.scan_memory, cpu_seconds=seconds, wall_seconds=4.0 * seconds, ends_at=ends_at
        )
        scanned = from_json(_in_child(path, SCAN_READER, pages, own)).document
        with lock:
            done += count
            if progress:
                progress(done, total)
        return scanned

    with ThreadPoolExecutor(limits.workers) as pool:
        scanned = list(pool.map(read, _batches(numbers, limits.workers)))
    return with_pictures(document, scanned)


def _batches(numbers: Sequence[int], workers: int) -> list[tuple[int, int]]:
    """Ranges (from 0) of pages that follow each other, none larger than a batch, enough for all workers."""
    most = max(1, min(SCAN_BATCH, -(-len(numbers) // workers)))
    batches: list[tuple[int, int]] = []
    for index in (number - 1 for number in numbers):
        if batches and batches[-1][1] == index and index - batches[-1][0] < most:
            batches[-1] = (batches[-1][0], index + 1)
        else:
            batches.append((index, index + 1))
    return batches


def page_picture(path: Path, number: int, limits: ReadLimits | None = None, *, large: bool = False) -> bytes:
    """Page `number` (from 1) of a PDF as PNG, turned as its text is read; `large`: twice as many pixels a side.

    Raises ReadError as `read_document` does.
    """
    name = "large_page_picture" if large else "page_picture"
    return _in_child(path, f"extract.pdf.picture:{name}", number, limits or ReadLimits())


def page_as_read(path: Path, number: int, limits: ReadLimits | None = None) -> Document:
    """Page `number` (from 1) of a PDF alone, as `read_document` reads it before tables are joined over page breaks.

    Raises ReadError as `read_document` does.
    """
    limits = limits or ReadLimits()
    page = from_json(_in_child(path, READERS[Medium.PDF], (number - 1, number), limits)).document
    return _with_scans(path, page, limits, None)


def _in_child(path: Path, reader: str, pages: tuple[int, int] | int | None, limits: ReadLimits) -> bytes:
    """What `reader` hands over of the file, of a range of its pages, or of one page."""
    request: dict[str, Any] = {
        "reader": reader,
        "pages": pages,
        "programs": reader in _STARTS_PROGRAMS,
        "memory": limits.memory,
        "cpu_seconds": limits.cpu_seconds,
        "result_bytes": limits.result_bytes,
    }
    left = limits.ends_at - time.monotonic()
    if left <= 0:
        raise ReadError("timeout", f"reading {path.name} was stopped: its pages took too long together")
    with (
        tempfile.TemporaryFile() as result,
        tempfile.TemporaryFile() as complaints,
        tempfile.TemporaryDirectory(prefix="yusuan-") as scratch,
    ):
        request |= {"scratch": scratch, "path": str(at_hand(path.resolve(), Path(scratch)))}
        try:
            ended = run_child(request, result, complaints, min(limits.wall_seconds, left))
        except ChildProcessError as error:
            raise ReadError("crashed", f"{path.name} could not be read: {error}") from error
        result.seek(0)
        data = result.read()
        complaints.seek(max(0, complaints.seek(0, os.SEEK_END) - _STDERR))
        said = complaints.read().decode("utf-8", "replace").strip()
    if ended.status == 0:
        return data
    raise _failure(path, ended, data, said, limits)


def _failure(path: Path, ended: Ended, data: bytes, said: str, limits: ReadLimits) -> ReadError:
    name, status, late = path.name, ended.status, ended.late
    if late or status == -signal.SIGXCPU:
        if late and limits.ends_at <= time.monotonic():
            return ReadError("timeout", f"reading {name} was stopped: its pages took too long together")
        spent = f"{limits.wall_seconds:g} seconds" if late else f"{limits.cpu_seconds} seconds of processor time"
        return ReadError("timeout", f"reading {name} was stopped: it took more than {spent}")
    if status == -signal.SIGXFSZ:
        return ReadError("too_large", f"{name} holds more than {limits.result_bytes:,} bytes of text")
    if status == FAILED:
        with suppress(ValueError, TypeError, KeyError):
            told = json.loads(data)
            message = str(told["message"])
            return ReadError(str(told["code"]), message if message.startswith(name) else f"{name}: {message}")
    if ended.peak > limits.memory // 2 and status < 0:
        return ReadError(
            "memory", f"reading {name} was stopped: it needs more than {limits.memory >> 20} MiB of memory"
        )
    how = f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"
    last = said.splitlines()[-1] if said else "it said nothing"
    return ReadError("crashed", f"the reader of {name} ended with {how}: {last}")
