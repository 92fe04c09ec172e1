"""Run by Superset's own Python: the administrator's account, the bundle, the address of the warehouse.

Superset's command `import-directory` exits with 0 when an import fails, and leaves the charts' stored queries without
a dataset; the command behind its programming interface does neither. Passwords come by the environment, since a command
line can be read by anybody on the machine.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from flask import g
from superset.app import create_app


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
    contents = {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in folder.rglob("*.yaml")}
    ImportAssetsCommand(contents).run()
    get_or_create_db("yusuan", os.environ["SUPERSET_WAREHOUSE_URL"])  # every import wipes the password
    db.session.commit()


if __name__ == "__main__":
    with create_app().test_request_context():
        prepare(Path(sys.argv[1]), sys.argv[2])
