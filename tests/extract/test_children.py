"""Readers' children are forked from a clean process: what may befall it, and them, befalls one document alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from extract import reading
from extract.children import _forking
from extract.errors import ReadError
from extract.handover import from_json
from extract.reading import ReadLimits, read_document

MODULE = "tests.extract.readers"


def read(path: Path, reader: str, limits: ReadLimits | None = None) -> list[str]:
    data = reading._in_child(path, f"{MODULE}:{reader}", None, (limits or ReadLimits()).begun())
    return [line.text for line in from_json(data).document.lines()]


def forking() -> psutil.Process:
    process = _forking(MODULE).process
    assert process is not None
    return psutil.Process(process.pid)


@pytest.fixture
def filing(tmp_path: Path) -> Path:
    path = tmp_path / "filing.txt"
    path.write_text("2024年部门预算")
    return path


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def wait_until_gone(pid: int) -> None:
    ends = time.monotonic() + 20
    while not gone(pid):
        assert time.monotonic() < ends, f"process {pid} is still there"
        time.sleep(0.05)


def test_a_child_knows_nothing_of_the_documents_before_it(filing: Path) -> None:
    assert read(filing, "read_and_remember") == ["1"]
    first = forking().pid
    assert read(filing, "read_and_remember") == ["1"]
    assert forking().pid == first


def test_children_of_one_process_read_side_by_side(filing: Path) -> None:
    began, told = time.monotonic(), []
    read(filing, "read_and_remember")  # imported by now
    began = time.monotonic()
    threads = [threading.Thread(target=lambda: told.append(read(filing, "read_slowly"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [["slow"]] * 4
    assert time.monotonic() - began < 8  # four of two seconds each


def test_time_that_runs_out_ends_the_child_alone(filing: Path) -> None:
    read(filing, "read_and_remember")
    before = forking().pid
    with pytest.raises(ReadError, match=r"it took more than 0\.3 seconds") as caught:
        read(filing, "read_for_ever", ReadLimits(wall_seconds=0.3))
    assert caught.value.code == "timeout"
    assert not forking().children()
    assert read(filing, "read_and_remember") == ["1"]
    assert forking().pid == before


def test_a_forking_process_that_was_killed_is_started_anew(filing: Path) -> None:
    read(filing, "read_and_remember")
    before = forking()
    before.kill()
    assert read(filing, "read_and_remember") == ["1"]
    assert forking().pid != before.pid


def test_a_forking_process_that_dies_under_a_document_fails_that_document(filing: Path) -> None:
    read(filing, "read_and_remember")
    threading.Timer(0.5, forking().kill).start()
    with pytest.raises(ReadError, match=r"filing\.txt could not be read") as caught:
        read(filing, "read_for_ever", ReadLimits(wall_seconds=30))
    assert caught.value.code == "crashed"


def test_a_reader_that_cannot_be_imported_says_so(filing: Path) -> None:
    with pytest.raises(ReadError, match=r"No module named 'tests\.extract\.no_such_reader'") as caught:
        reading._in_child(filing, "tests.extract.no_such_reader:read", None, ReadLimits().begun())
    assert caught.value.code == "crashed"


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_nothing_outlives_the_process_that_reads(tmp_path: Path, filing: Path, end: signal.Signals) -> None:
    script = (
        "import sys; from pathlib import Path; from extract import reading\n"
        f"reading._in_child(Path(sys.argv[1]), '{MODULE}:read_for_ever', None, reading.ReadLimits().begun())"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(filing)], stderr=subprocess.DEVNULL)
    ends = time.monotonic() + 30
    while len(family := psutil.Process(process.pid).children(recursive=True)) < 2:
        assert time.monotonic() < ends
        time.sleep(0.05)
    process.send_signal(end)
    process.wait(30)
    for one in family:
        wait_until_gone(one.pid)


def test_after_a_fork_each_process_has_readers_of_its_own(filing: Path) -> None:
    read_document(filing)
    pid = os.fork()
    if not pid:
        status = 1
        try:
            status = int([line.text for line in read_document(filing).lines()] != ["2024年部门预算"])
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert [line.text for line in read_document(filing).lines()] == ["2024年部门预算"]
