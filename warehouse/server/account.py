"""The operating-system account that PostgreSQL runs as: it refuses to run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import WarehouseError

NAME = "yusuan"


@dataclass(frozen=True, slots=True)
class Account:
    """An account, and whether commands must switch to it (only root can, and only root has to)."""

    uid: int
    gid: int
    switch: bool

    def run(
        self, command: Sequence[str | Path], *, cwd: Path, environment: Mapping[str, str], holding: Collection[int] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run `command` to its end as this account, in a session of its own that Ctrl-C does not reach.

        `holding` are descriptors it keeps open: a lock on one is held until it has ended, too.
        Raises WarehouseError if this process may not do so.
        """
        try:
            return subprocess.run(
                [str(part) for part in command],
                cwd=cwd,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                check=False,
                start_new_session=True,
                pass_fds=holding,
                umask=0o077,
                user=self.uid if self.switch else None,
                group=self.gid if self.switch else None,
                extra_groups=[] if self.switch else None,
            )
        except PermissionError as error:
            raise WarehouseError(
                f"cannot run {command[0]} as the account {_name_of(self.uid)} ({error.strerror}): "
                "run yusuan as an ordinary user, or set YUSUAN_DATABASE_URL to a server of your own"
            ) from error

    def reaches(self, path: Path) -> bool:
        """Whether the account may enter the folder, or execute the file, `path`."""
        if not self.switch:
            return os.access(path, os.X_OK)
        return self.run(["test", "-x", path], cwd=Path("/"), environment={"PATH": os.defpath}).returncode == 0

    def own(self, path: Path) -> None:
        """Make `path` the account's."""
        if self.switch:
            os.chown(path, self.uid, self.gid)


def account_for(folder: Path) -> Account:
    """The account to run the server in `folder` as: oneself, or for root the owner of what is there already,
    or the system account `yusuan`, which is created if missing.

    Raises WarehouseError if the data are somebody else's, or the account cannot be created.
    """
    owner = folder.stat().st_uid if folder.exists() else None
    uid = os.geteuid()
    if uid != 0:
        if owner not in (None, uid):
            raise WarehouseError(
                f"the embedded database in {folder} belongs to the account {_name_of(owner)}: run yusuan as root or "
                "as that account, or choose another folder with YUSUAN_HOME"
            )
        return Account(uid, os.getegid(), switch=False)
    if owner:
        return Account(owner, folder.stat().st_gid, switch=True)
    entry = _entry() or _created()
    return Account(entry.pw_uid, entry.pw_gid, switch=True)


def _name_of(uid: int | None) -> str:
    try:
        return pwd.getpwuid(uid or 0).pw_name
    except KeyError:
        return str(uid)


def _entry() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return None


def _created() -> pwd.struct_passwd:
    """The system account, created now without a login, a password or a home."""
    commands = (
        ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", NAME],
        ["adduser", "-S", "-D", "-H", "-h", "/nonexistent", NAME],  # BusyBox
    )
    said = "neither useradd nor adduser is installed"
    for command in commands:
        if program := shutil.which(command[0], path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"):
            nologin = shutil.which("nologin", path="/usr/sbin:/sbin") or "/bin/false"
            shell = ["--shell" if program.endswith("useradd") else "-s", nologin]
            done = subprocess.run([program, *shell, *command[1:]], capture_output=True, text=True, check=False)
            if entry := _entry():  # also when another process was quicker
                return entry
            said = done.stderr.strip() or f"{command[0]} exited with {done.returncode}"
    raise WarehouseError(
        f"PostgreSQL does not run as root, and the system account {NAME!r} for it could not be created ({said}): "
        "create it, or run yusuan as an ordinary user, or set YUSUAN_DATABASE_URL to a server of your own"
    )
