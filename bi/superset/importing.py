"""Run by Superset's own Python: the administrator's account, the bundle, the address of the warehouse.

Ends with one line of JSON: how many of each kind of thing are there. Something missing is an error.

Superset's command `import-directory` exits with 0 when an import fails, and leaves the charts' stored queries without
a dataset; the command behind its programming interface does neither. Passwords come by the environment, since a command
line can be read by anybody on the machine.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

from flask import g
from superset.app import create_app

DESK = "@YUSUAN_DESK_URL@"
"""Stands for the desk's address in the bundle."""
ADDRESS = re.compile(r"https?://[\w.:/\[\]-]+")


def desk_url(said: str) -> str:
    """The desk's address without a closing slash; empty if there is none. Ends the program if it is no address."""
    if said and not ADDRESS.fullmatch(said):
        sys.exit("YUSUAN_DESK_URL is no address: write https://desk.example")
    return said.rstrip("/")


def prepare(folder: Path, user: str) -> None:
    """Import the files of `folder` as `user`; what was there before is replaced."""
    from superset import db, security_manager
    from superset.commands.importers.v1.assets import ImportAssetsCommand
    from superset.utils.database import get_or_create_db

    password = os.environ["SUPERSET_ADMIN_PASSWORD"]
    if (account := security_manager.find_user(user)) is None:
        role = security_manager.find_role("Admin")
        account = security_manager.add_user(user, "yusuan", user, f"{user}@localhost", role, password)
    else:
        security_manager.reset_password(account.id, password)
    g.user = account
    desk = desk_url(os.environ.get("YUSUAN_DESK_URL", ""))
    contents = {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8").replace(DESK, desk)
        for path in folder.rglob("*.yaml")
    }
    ImportAssetsCommand(contents).run()
    get_or_create_db("yusuan", os.environ["SUPERSET_WAREHOUSE_URL"])  # every import wipes the password
    db.session.commit()


def arrived(folder: Path) -> dict[str, int]:
    """How many of each kind there are. Ends the program if the bundle declares more of one."""
    from superset import db
    from superset.connectors.sqla.models import SqlaTable
    from superset.models.core import Database
    from superset.models.dashboard import Dashboard
    from superset.models.slice import Slice

    kinds = {"databases": Database, "datasets": SqlaTable, "charts": Slice, "dashboards": Dashboard}
    found = {name: int(db.session.query(kind).count()) for name, kind in kinds.items()}
    for name, number in found.items():
        if number < (declared := len(list((folder / name).rglob("*.yaml")))):
            sys.exit(f"of {declared} {name} only {number} arrived in Superset")
    return found


if __name__ == "__main__":
    bundle = Path(sys.argv[1])
    with create_app().test_request_context():
        prepare(bundle, sys.argv[2])
        print(json.dumps(arrived(bundle)))
