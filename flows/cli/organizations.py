"""`yusuan organizations`: a file of what became of organisations, applied."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer()


@commands.command()
def organizations(
    file: Annotated[Path, typer.Argument(help="YAML file of changes, see docs/warehouse.md.", dir_okay=False)],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")],
) -> None:
    """Declare that organisations were renamed, merged, or go on elsewhere, each from a date; applying it again is safe.

    Published facts keep the name of their time; filings loaded afterwards are described as of their fiscal year.
    """
    from warehouse.decide.organizations import declare_changes, read_changes
    from warehouse.server.database import open_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    changes = read_changes(file)
    declare_changes(open_database(load_settings()).engine(Login.LOADER), changes, by=by)
    typer.echo(f"{len(changes)} changes hold")
