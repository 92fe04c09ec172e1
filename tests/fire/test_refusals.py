"""A full disk, a lock that is not to be had: a clear failure, nothing half done, and the next load does it all."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.fire.filings import second
from tests.fire.ground import Ground
from tests.fire.processes import Task
from tests.fire.seen import dump
from tests.warehouse.builders import LAYOUT
from warehouse.errors import DatabaseBusyError, WarehouseError
from warehouse.loading import load_filings
from warehouse.loads import finish_load, start_load
from warehouse.server.roles import Login

DISK = 160  # MB: a cluster with a warehouse has about 90


@pytest.fixture(autouse=True)
def _layout_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("transform.layouts.LAYOUTS", (LAYOUT,))


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of its own, where the server's account can enter it; only root can have one."""
    folder = Path(tempfile.mkdtemp(prefix="yusuan-fire-"))
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}m,mode=755", "yusuan-fire", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if mount.returncode:
        folder.rmdir()
        pytest.skip(f"a small file system cannot be mounted here: {mount.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


@pytest.mark.long
def test_a_full_disk_fails_clearly_and_a_rerun_converges(small_disk: Path, fire: Ground) -> None:
    home = small_disk / "home"
    home.mkdir(mode=0o755)
    ground = Ground(home)
    try:
        with ground.database((Task.FIRST,)) as database:
            before = dump(database)
            engine = database.engine(Login.LOADER)
            load_id = start_load(engine, "on a full disk")
            with (
                _filled(small_disk / "ballast"),
                pytest.raises(WarehouseError, match=r"No space left on device|lost the connection"),
            ):
                load_filings(engine, load_id, second())
            engine.dispose()
            ground.recover()
            database = ground.at(database)
            assert dump(database) == before
            _load(database.engine(Login.LOADER))
            assert dump(database) == fire.undisturbed((Task.FIRST,), (Task.SECOND,)).dump
    finally:
        ground.server.destroy()


def test_a_lock_that_is_not_to_be_had_fails_clearly_and_a_rerun_converges(fire: Ground) -> None:
    with fire.database((Task.FIRST,)) as database:
        before = dump(database)
        owner, loader = database.engine(Login.OWNER), database.engine(Login.LOADER)
        with owner.begin() as connection:
            connection.execute(text("ALTER ROLE yusuan_loader SET lock_timeout = '300ms'"))
        try:
            with owner.begin() as connection:
                connection.execute(text("LOCK TABLE dw.publication IN SHARE MODE"))
                load_id = start_load(loader, "while somebody holds a lock")
                with pytest.raises(DatabaseBusyError, match=r"lock timeout.*\n.*pg_stat_activity"):
                    load_filings(loader, load_id, second())
                finish_load(loader, load_id, failed=True)
            assert dump(database) == before
            _load(loader)
        finally:
            with owner.begin() as connection:
                connection.execute(text("ALTER ROLE yusuan_loader SET lock_timeout = '60s'"))
            owner.dispose()
        assert dump(database) == fire.undisturbed((Task.FIRST,), (Task.SECOND,)).dump


def _load(engine: Engine) -> None:
    load_id = start_load(engine, "again")
    load_filings(engine, load_id, second())
    finish_load(engine, load_id)
    engine.dispose()


@contextlib.contextmanager
def _filled(ballast: Path) -> Iterator[None]:
    """The disk is full inside, to the last byte."""
    room = os.statvfs(ballast.parent)
    ballast.write_bytes(b"\0" * (room.f_bavail * room.f_frsize))
    try:
        yield
    finally:
        ballast.unlink()
