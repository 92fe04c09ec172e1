"""A document may take its reader over: what it can reach then is its own text and nothing else."""

from __future__ import annotations

import os
import time
from pathlib import Path

import psutil
import pytest

from extract import reading
from extract.confined import measures
from extract.document import Document
from extract.handover import from_json
from extract.reading import ReadLimits

needs_measures = pytest.mark.skipif(
    any(measures()[name] for name in ("files", "calls")), reason=f"not to be had on this machine: {measures()}"
)


def taken_over(path: Path, reader: str) -> Document:
    return from_json(reading._in_child(path, f"tests.extract.taken_over:{reader}", None, ReadLimits())).document


@needs_measures
def test_a_reader_that_is_taken_over_can_do_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YUSUAN_SECRET", "hunter2")
    secret, outside, filing = tmp_path / "secret", tmp_path / "outside", tmp_path / "filing.doc"
    secret.write_text("hunter2")
    outside.mkdir(mode=0o777)
    filing.write_text(f"{secret}\n{outside}")
    lines = [line.text for line in taken_over(filing, "read_taken_over").lines()]
    root_still = os.getuid() == 0 and measures()["user"]
    assert lines == (["become root"] if root_still else []) + ["write its scratch"]
    assert not list(outside.iterdir())


@needs_measures
def test_nothing_that_a_reader_starts_outlives_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice may be started; what it starts stays in the group of processes that is ended with it."""
    filing = tmp_path / "filing.doc"
    filing.write_bytes(b"")
    reader = "tests.extract.taken_over:read_and_outlive"
    monkeypatch.setattr(reading, "_STARTS_PROGRAMS", frozenset({reader}))
    [line] = taken_over(filing, "read_and_outlive").lines()
    started, ends = int(line.text), time.monotonic() + 10
    while psutil.pid_exists(started) and psutil.Process(started).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < ends, "it was killed with its group, and is still there"
        time.sleep(0.05)


@pytest.mark.skipif(os.getuid() != 0, reason="only root has a file that nobody can read")
def test_a_file_of_root_is_read_all_the_same(tmp_path: Path) -> None:
    filing = tmp_path / "filing.txt"
    filing.write_text("2024年部门预算")
    filing.chmod(0o600)
    assert [line.text for line in reading.read_document(filing).lines()] == ["2024年部门预算"]
