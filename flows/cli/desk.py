"""`yusuan desk`: the web page where a person looks at a filing and decides; its users."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from desk.users import Users

commands = typer.Typer(
    name="desk", help="The web page where a person looks at a filing and decides.", invoke_without_command=True
)
users = typer.Typer(name="user", help="Who may decide at the desk.", no_args_is_help=True)
commands.add_typer(users)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the user: it is kept with each decision.")]


@commands.callback()
def desk(
    context: typer.Context,
    host: Annotated[str | None, typer.Option("--host", help="Default: YUSUAN_DESK_HOST or 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Default: YUSUAN_DESK_PORT or 8090.")] = None,
    catalogue: Annotated[
        Path | None, typer.Option("--catalogue", help="Where the filings are declared that are read again.")
    ] = None,
) -> None:
    """Serve the desk until Ctrl-C.

    It listens on loopback only unless --host says otherwise, and then it needs users or a proxy in front that knows
    them. Without a user everybody who reaches it may look and nobody may decide.
    """
    if context.invoked_subcommand:
        return
    import uvicorn

    from desk.app import create_app
    from desk.settings import DeskSettings
    from extract.fetch.archive import Archive
    from extract.settings import FetchSettings
    from flows.words import current_vocabulary
    from warehouse.server.database import open_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = DeskSettings().model_copy(update=given)
    database = open_database(load_settings())
    loader = database.engine(Login.LOADER, read_only=True)
    app = create_app(
        database,
        Archive(FetchSettings().archive),
        settings,
        vocabulary=lambda: current_vocabulary(loader),
        read_again=lambda years, publishers: _read_again(years, publishers, catalogue),
    )
    where = f"[{settings.host}]" if ":" in settings.host else settings.host
    typer.echo(f"the desk: http://{where}:{settings.port}/")
    uvicorn.run(
        app, host=settings.host, port=settings.port, proxy_headers=False, server_header=False, log_level="warning"
    )


@users.command()
def add(name: Name) -> None:
    """Add a user, or give one another password; it is asked for, or read from a pipe as one line."""
    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    _users().add(name, password)
    typer.echo(f"{name} may decide")


@users.command()
def remove(name: Name) -> None:
    """Take a user out: whoever is logged in by that name is out at once."""
    _users().remove(name)
    typer.echo(f"{name} may decide no more")


@users.command("list")
def list_users() -> None:
    """List the users."""
    for name in _users().names():
        typer.echo(name)


def _users() -> Users:
    from desk.settings import DeskSettings
    from desk.users import Users
    from warehouse.server.settings import load_settings

    return Users(DeskSettings().users or load_settings().home / "desk" / "users")


def _read_again(years: Sequence[int], publishers: Sequence[str], catalogue: Path | None) -> None:
    """Begin a rerun of what waits in a process of its own; a desk that ends does not stop it."""
    command = [sys.executable, "-m", "flows", "rerun", "--only", "held", "--offline"]
    command += [word for year in years for word in ("--year", str(year))]
    command += [word for publisher in publishers for word in ("--publisher", publisher)]
    command += ["--catalogue", str(catalogue)] if catalogue else []
    subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)
