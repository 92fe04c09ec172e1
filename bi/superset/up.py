"""`make superset`: Superset with the bundle imported, connected to the warehouse as its reader, and serving.

Each step may be repeated: what is there stays, what the bundle declares replaces its former state. The password of the
warehouse is set after every import, which wipes it, and what arrived is counted.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from bi.superset.bundle import FOLDER
from desk.settings import DeskSettings
from extract.errors import YusuanError
from warehouse.errors import WarehouseError
from warehouse.server.credentials import Credentials
from warehouse.server.database import open_database
from warehouse.server.roles import Login
from warehouse.server.settings import Settings, load_settings

USER = "admin"


class Superset:
    """A Superset in `home`/superset with the programs of a virtual environment of its own."""

    def __init__(self, settings: Settings, environment: Path) -> None:
        self.home = settings.home / "superset"
        self.log = self.home / "superset.log"
        self.programs = environment / "bin"
        credentials = Credentials(settings.home / "credentials")
        self.password = credentials.ensure("superset_admin")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("YUSUAN_", "FLASK_"))}
        self.environment = {
            **kept,
            "FLASK_APP": "superset.app:create_app()",
            "SUPERSET_CONFIG_PATH": str(Path(__file__).with_name("superset_config.py")),
            "SUPERSET_HOME": str(self.home),
            "SUPERSET_SECRET_KEY": credentials.ensure("superset_secret_key"),
        }

    def prepare(self, reader_url: str) -> dict[str, int]:
        """Bring it to its current schema, import the bundle, set the warehouse's address; how many of each arrived.

        Raises WarehouseError if a step fails or something of the bundle is missing afterwards.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        self._run("superset", "db", "upgrade")
        self._run("superset", "init")
        secrets = {
            "SUPERSET_ADMIN_PASSWORD": self.password,
            "SUPERSET_WAREHOUSE_URL": reader_url,
            "YUSUAN_DESK_URL": DeskSettings().url,
        }
        said = self._run("python", str(Path(__file__).with_name("importing.py")), str(FOLDER), USER, **secrets)
        arrived: dict[str, int] = json.loads(said.splitlines()[-1])
        return arrived

    def serve(self, port: int) -> None:
        """Become the server; does not return."""
        gunicorn = self.programs / "gunicorn"
        arguments = ["--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--threads", "8", "--timeout", "120"]
        os.chdir(self.home)
        os.execve(gunicorn, [str(gunicorn), *arguments, "superset.app:create_app()"], self.environment)

    def _run(self, program: str, *arguments: str, **secrets: str) -> str:
        """What the program says; it is in the log as well."""
        command = [str(self.programs / program), *arguments]
        with self.log.open("a", encoding="utf-8") as log:
            done = subprocess.run(
                command,
                env=self.environment | secrets,
                cwd=self.home,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                check=False,
            )
            log.write(done.stdout)
        if done.returncode:
            raise WarehouseError(f"`{program} {arguments[0]}` failed; its output is in {self.log}")
        return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description="Bring up Superset with the dashboard of the warehouse.")
    parser.add_argument("--venv", type=Path, default=Path(".venv-superset"), help="where Superset is installed")
    parser.add_argument("--port", type=int, default=8088, help="port on 127.0.0.1")
    parser.add_argument("--prepare-only", action="store_true", help="import the bundle, do not serve")
    asked = parser.parse_args()
    settings = load_settings()
    database = open_database(settings)
    url = database.url(Login.READER).set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)
    superset = Superset(settings, asked.venv.absolute())
    print("Preparing Superset: its tables, the bundle, the warehouse's address (about a minute)", flush=True)
    arrived = superset.prepare(url)
    print("  " + ", ".join(f"{number} {name}" for name, number in arrived.items()) + " are there")
    if not asked.prepare_only:
        print(f"  http://127.0.0.1:{asked.port}/superset/dashboard/budgets/")
        print(f"  user {USER}, password {superset.password}", flush=True)
        superset.serve(asked.port)


if __name__ == "__main__":
    try:
        main()
    except YusuanError as error:
        sys.exit(f"superset: {error}")
