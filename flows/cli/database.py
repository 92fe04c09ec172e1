"""`yusuan db`: the database behind the warehouse, started, stopped and connected to."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sqlalchemy import URL

    from warehouse.server.embedded import Status

commands = typer.Typer(name="db", help="The database behind the warehouse.", no_args_is_help=True)


class Role(StrEnum):
    """Who connects: BI tools as the reader, yusuan's loads as the loader, its web page as the desk, migrations as the
    owner."""

    READER = "reader"
    LOADER = "loader"
    DESK = "desk"
    OWNER = "owner"


AsJson = Annotated[bool, typer.Option("--json", help="Print it for a program.")]


@commands.command()
def start(as_json: AsJson = False) -> None:
    """Start the embedded PostgreSQL and bring it to the current schema; with YUSUAN_DATABASE_URL only the latter."""
    from warehouse.server.database import embedded_server, open_database
    from warehouse.server.settings import load_settings

    settings = load_settings()
    database = open_database(settings)
    if settings.database_url is None:
        _print_status(embedded_server(settings).status(), as_json)
    else:
        _print(f"the database at {_place(database.owner_url)} is ready", {"running": True}, as_json)


@commands.command()
def stop() -> None:
    """Stop the embedded PostgreSQL; its data stay."""
    from warehouse.server.database import embedded_server
    from warehouse.server.settings import load_settings

    typer.echo("stopped" if embedded_server(load_settings()).stop() else "it was not running")


@commands.command()
def status(as_json: AsJson = False) -> None:
    """Say whether the database runs and where; exit code 0 if it does, 1 if not."""
    from warehouse.server.database import check_server, embedded_server, locate_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    settings = load_settings()
    if settings.database_url is not None:
        database = locate_database(settings)
        check_server(database.engine(Login.OWNER))
        _print(f"the database at {_place(database.owner_url)} answers", {"running": True}, as_json)
        return
    embedded = embedded_server(settings).status()
    _print_status(embedded, as_json)
    if not embedded.running:
        raise typer.Exit(1)


@commands.command()
def url(
    role: Annotated[Role | None, typer.Option(help="Print only this role's address, password included.")] = None,
) -> None:
    """Print how to connect to the warehouse with a BI tool, with psql or from a program."""
    from warehouse.server.database import locate_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    database = locate_database(load_settings())
    if role is not None:
        typer.echo(_plain(database.url(Login[role.name])))
        return
    reader = database.url(Login.READER)
    typer.echo("For a BI tool (Superset, Power BI, Tableau, …): connection type PostgreSQL, read-only")
    for label, value in (
        ("host", reader.host),
        ("port", reader.port or 5432),
        ("database", reader.database),
        ("user", reader.username),
        ("password", reader.password),
        ("schema", "mart (English names), mart_zh (中文列名)"),
    ):
        typer.echo(f"  {label:<9} {value}")
    typer.echo(f"For psql and programs:\n  {_plain(reader)}")
    typer.echo("Other roles: `yusuan db url --role loader`, `yusuan db url --role owner`")


@commands.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def psql(
    context: typer.Context,
    role: Annotated[Role, typer.Option(help="Log in as this role.")] = Role.READER,
) -> None:
    """Open psql on the warehouse; further arguments are psql's own, e.g. `yusuan db psql -c "SELECT …"`. The embedded
    database is started if it does not run."""
    import os

    from warehouse.server.database import reach_database
    from warehouse.server.programs import psql_program
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    address = reach_database(load_settings()).url(Login[role.name])
    program = psql_program()
    without = address.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {**os.environ, "PGPASSWORD": str(address.password or "")}
    os.execve(program, [str(program), *context.args, without], environment)


@commands.command()
def backup(
    file: Annotated[Path, typer.Argument(help="File to write; one that is there is replaced.", dir_okay=False)],
) -> None:
    """Write the whole warehouse into one file, as of now; loads may go on. The embedded database is
    started if it does not run. The archive is backed up by itself."""
    from warehouse.server.backup import back_up
    from warehouse.server.database import reach_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    size = back_up(reach_database(load_settings()).url(Login.OWNER), file)
    typer.echo(f"{file}: {size:,} bytes")


@commands.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `yusuan db backup` wrote.", dir_okay=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Drop the warehouse that is there.")] = False,
) -> None:
    """Bring a backup back, all of it or nothing, and upgrade it to this version."""
    from warehouse.server.backup import restore as bring_back
    from warehouse.server.database import open_database, reach_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    settings = load_settings()
    database = reach_database(settings)
    bring_back(database.engine(Login.OWNER), file, database.new_password, replace=replace)
    open_database(settings)
    typer.echo(f"{file} is restored")


def _print_status(embedded: Status, as_json: bool) -> None:
    facts = {
        "running": embedded.running,
        "folder": str(embedded.folder),
        "log": str(embedded.log),
        "pid": embedded.pid,
        "port": embedded.port,
        "since": embedded.since.isoformat() if embedded.since else None,
    }
    if embedded.since is None:
        _print(
            f"the embedded database in {embedded.folder} does not run; start it with `yusuan db start`", facts, as_json
        )
        return
    since = embedded.since.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    _print(
        f"the embedded database runs on 127.0.0.1:{embedded.port} since {since} (process {embedded.pid})\n"
        f"  data and log: {embedded.folder}\n"
        "  connect: `yusuan db url`   stop: `yusuan db stop`",
        facts,
        as_json,
    )


def _print(sentence: str, facts: dict[str, object], as_json: bool) -> None:
    typer.echo(json.dumps(facts, ensure_ascii=False) if as_json else sentence)


def _plain(address: URL) -> str:
    """The address as psql and other programs write it, without SQLAlchemy's driver name."""
    return address.set(drivername="postgresql").render_as_string(hide_password=False)


def _place(address: URL) -> str:
    return f"{address.host}:{address.port or 5432}/{address.database}"
