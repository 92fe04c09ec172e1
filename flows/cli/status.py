"""`yusuan status`: is it healthy, how old are the data, what waits for a person."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

commands = typer.Typer()
_NOTES = 20
"""Notes about publishers that are shown; all are in the JSON."""


@commands.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="Print it for a program.")] = False) -> None:
    """Say how the warehouse is; exit code 0 if all is well, 1 if something needs a person. For a monitor.

    A problem is: no database, no run that ended within YUSUAN_STALE_HOURS, a last run that failed or raised an alarm, a
    run without an end for YUSUAN_RUNNING_HOURS, a filing held for more than YUSUAN_HELD_DAYS, and on the embedded
    database a login that reads and has changed its password or settings, or may do what it should not; on a server of
    your own a line says so. `readers` says which measures of the kernel confine those who read documents on this
    machine.
    """
    from extract.confined import measures
    from flows.settings import RunSettings
    from flows.standing import problems
    from warehouse.errors import WarehouseError
    from warehouse.read.condition import condition_of
    from warehouse.server.database import check_server, embedded_server, locate_database, wrong_with_readers
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    settings = load_settings()
    if settings.database_url is None and not embedded_server(settings).status().running:
        raise WarehouseError("the embedded database does not run; start it with `yusuan db start`")
    database = locate_database(settings)
    engine = database.engine(Login.LOADER)
    check_server(engine)
    with engine.connect() as connection:
        condition = condition_of(connection)
    logins = wrong_with_readers(database)
    wrong = problems(condition, RunSettings())
    if settings.database_url is None:  # the next load mends them; an administrator may want his own server so
        wrong += logins
    if as_json:
        facts = {"healthy": not wrong, "problems": wrong, "logins": logins, "readers": measures(), **asdict(condition)}
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2, default=str))
    else:
        last = condition.last_load
        typer.echo("healthy" if not wrong else "\n".join(f"problem: {one}" for one in wrong))
        if last:
            typer.echo(
                f"last run    {last['command']} (load {last['load_id']}), {last['status']}, {last['finished_at']}"
            )
        typer.echo(f"newest data {condition.newest_published or 'none'}")
        counts = ", ".join(f"{number} {name}" for name, number in condition.filings.items())
        typer.echo(f"filings     {counts or 'none'}")
        since = f", the longest since {condition.held_since}" if condition.held_since else ""
        typer.echo(f"waiting     {condition.held} held{since}" + (": `yusuan held`" if condition.held else ""))
        confined = ", ".join(f"{name}: {why}" if why else name for name, why in measures().items())
        typer.echo(f"readers     confined by {confined}")
        for login in logins:
            typer.echo(f"logins      {login}")
        for note in condition.notes[:_NOTES]:
            typer.echo(f"note        {note}")
        if len(condition.notes) > _NOTES:
            typer.echo(f"note        and {len(condition.notes) - _NOTES} more: `yusuan status --json`")
    raise typer.Exit(1 if wrong else 0)
