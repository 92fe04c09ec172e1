"""`yusuan validation`: what the gate found in a load, as a page to read and to pass on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer()


@commands.command()
def validation(
    load_id: Annotated[
        int | None, typer.Argument(metavar="[LOAD]", help="Load, as a run's summary names it. Default: the newest.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", dir_okay=False, help="File to write. Default: validation-LOAD.html here.")
    ] = None,
) -> None:
    """Write what the gate found in a load as one HTML page that needs no network."""
    from warehouse.gate.validation_page import newest_load, validation_page
    from warehouse.server.database import open_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    with open_database(load_settings()).engine(Login.LOADER, read_only=True).connect() as connection:
        asked = load_id if load_id is not None else newest_load(connection)
        page = validation_page(connection, asked)
    target = out or Path(f"validation-{asked}.html")
    target.write_text(page, encoding="utf-8")
    typer.echo(str(target))
