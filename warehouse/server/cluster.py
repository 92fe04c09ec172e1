"""The embedded server's cluster: its data as `initdb` makes them, once and whole."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from warehouse.errors import WarehouseError
from warehouse.server.account import Account

HOST = "127.0.0.1"

CONFIGURATION = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # a socket's path may have 107 bytes only, and nobody needs one
    "shared_buffers": "64MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "64MB",
    "max_connections": "100",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "io_method": "sync",  # three worker processes less
    "jit": "off",
    "log_line_prefix": "%m [%p] %u@%d ",
}
"""Written into postgresql.conf when the cluster is made; from then on the file is the user's."""


def make_cluster(
    data: Path,
    account: Account,
    programs: Path,
    *,
    superuser: str,
    password: str,
    configuration: Mapping[str, str],
    lock: int,
) -> None:
    """Make the cluster `data` with CONFIGURATION and `configuration`; it is there when it is complete.

    `lock` is the descriptor of the file that the caller has locked. `initdb` holds it, too: killed with its caller or
    left behind by it, no other start touches its work before it has ended. Raises WarehouseError if it fails.
    """
    folder = data.parent
    draft = folder / "draft"  # renamed when complete: a killed initdb leaves nothing that looks like data
    shutil.rmtree(draft, ignore_errors=True)
    for left in folder.glob("password-*"):
        left.unlink()
    settings = {**CONFIGURATION, **configuration}
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix="password-") as file:
        file.write(password)
        file.flush()
        account.own(Path(file.name))
        done = account.run(
            [
                programs / "initdb",
                f"--pgdata={draft}",
                f"--username={superuser}",
                f"--pwfile={file.name}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--locale=C",
                "--builtin-locale=C.UTF-8",
                *(["--no-sync"] if settings.get("fsync") == "off" else []),
                *(f"--set={name}={value}" for name, value in settings.items()),
            ],
            cwd=folder,
            environment=environment(),
            holding=[lock],
        )
    if done.returncode:
        raise WarehouseError(f"cannot make the embedded database in {folder}: {end_of(done.stdout)}")
    draft.rename(data)


def environment() -> dict[str, str]:
    """The environment of PostgreSQL's programs: nothing of the user's PG… or LC_… settings reaches them."""
    return {"PATH": os.defpath, "LC_ALL": "C"} | {name: os.environ[name] for name in ("TZ",) if name in os.environ}


def end_of(text: str) -> str:
    """The last lines of what a program said."""
    return "\n".join(text.strip().splitlines()[-8:])
