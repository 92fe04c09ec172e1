"""`yusuan export`: the mart as Parquet and DuckDB files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer()


@commands.command()
def export(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Folder to write to: new, empty or an export.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written for a program.")] = False,
) -> None:
    """Write the mart as Parquet (a partition per fiscal year) and as one DuckDB file with the same views and comments.

    Repeated, it writes what has changed and leaves every other file as it is.
    """
    from warehouse.database import open_database
    from warehouse.errors import WarehouseError
    from warehouse.roles import Login
    from warehouse.settings import load_settings

    try:
        from warehouse.export import export_mart
    except ModuleNotFoundError as error:
        raise WarehouseError(f"{error.name} is not installed: pip install 'yusuan[export]'") from error

    done = export_mart(open_database(load_settings()).engine(Login.READER), folder)
    if as_json:
        counts = {"rows": done.rows, "written": done.written, "unchanged": done.unchanged, "removed": done.removed}
        typer.echo(json.dumps(counts, ensure_ascii=False, indent=2))
        return
    for name, rows in done.rows.items():
        typer.echo(f"{rows:>9,}  {name}")
    typer.echo(
        f"{folder}: {len(done.written)} files written, {len(done.unchanged)} unchanged, {len(done.removed)} removed"
    )
