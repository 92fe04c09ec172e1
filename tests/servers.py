"""The server that the tests' databases are made on: the embedded one, or one of another version of PostgreSQL.

`YUSUAN_TEST_POSTGRES` names the folder of another installation's server programs, /usr/lib/postgresql/15/bin for one.
What is tested of the embedded server itself stays with its own programs.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from warehouse.server.account import Account
from warehouse.server.cluster import CONFIGURATION, end_of, environment
from warehouse.server.embedded import SUPERUSER, EmbeddedServer

VARIABLE = "YUSUAN_TEST_POSTGRES"
NEWER = {"io_method"}
"""Of the embedded server's settings: what PostgreSQL 15 does not know."""


@dataclass(frozen=True, slots=True)
class OtherServer(EmbeddedServer):
    """A server kept like the embedded one, of the version whose programs lie in the folder `programs`."""

    programs: Path = field(kw_only=True)
    locale: tuple[str, ...] = field(kw_only=True, default=("--locale=C.UTF-8",))
    """How its databases sort and compare texts, as options of initdb."""

    def _programs(self, account: Account) -> Path:
        assert account.reaches(self.programs / "initdb"), f"{VARIABLE}: no initdb in {self.programs} that may be run"
        return self.programs

    def _make_cluster(self, account: Account, programs: Path, lock: int) -> None:
        password = self.folder / "password"
        password.write_text(self.credentials.ensure(SUPERUSER))
        account.own(password)
        arguments = ["--auth=scram-sha-256", "--encoding=UTF8", *self.locale, "--no-sync"]
        files = [f"--pgdata={self.data}", f"--pwfile={password}", f"--username={SUPERUSER}"]
        made = account.run([programs / "initdb", *files, *arguments], cwd=self.folder, environment=environment())
        assert made.returncode == 0, end_of(made.stdout)
        password.unlink()
        settings = {name: value for name, value in CONFIGURATION.items() if name not in NEWER} | {**self.configuration}
        with (self.data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def _check_version(self) -> None:
        """Its own data it reads."""


def server_for_tests(home: Path, configuration: Mapping[str, str]) -> EmbeddedServer:
    """The server in `home` that databases of tests are made on; not yet started."""
    if programs := os.environ.get(VARIABLE):
        return OtherServer(home, configuration=configuration, programs=Path(programs))
    return EmbeddedServer(home, configuration=configuration)
