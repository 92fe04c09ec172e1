"""`yusuan export`: the mart as Parquet and DuckDB files."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer()
SECONDS = 5
"""Between two lines of progress where there is no terminal; a short export prints none."""


@commands.command()
def export(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Folder to write to: new, empty or an export.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print what was written for a program.")] = False,
) -> None:
    """Write the mart as Parquet (a partition per fiscal year) and as one DuckDB file with the same views and comments.

    Repeated, it writes what has changed and leaves every other file as it is.
    """
    from desk.settings import DeskSettings
    from warehouse.errors import WarehouseError
    from warehouse.server.database import open_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    try:
        from warehouse.export.exporting import export_mart
    except ModuleNotFoundError as error:
        raise WarehouseError(f"{error.name} is not installed: pip install 'yusuan[export]'") from error

    reader = open_database(load_settings()).engine(Login.READER)
    with _telling() as tell:
        done = export_mart(reader, folder, tell, desk_url=DeskSettings().url)
    if as_json:
        counts = {"rows": done.rows, "written": done.written, "unchanged": done.unchanged, "removed": done.removed}
        typer.echo(json.dumps(counts, ensure_ascii=False, indent=2))
        return
    for name, rows in done.rows.items():
        typer.echo(f"{rows:>9,}  {name}")
    typer.echo(
        f"{folder}: {len(done.written)} files written, {len(done.unchanged)} unchanged, {len(done.removed)} removed"
    )


@contextmanager
def _telling() -> Iterator[Callable[[str], None]]:
    """Says on stderr how far it is: one line that changes on a terminal, now and then a line elsewhere."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    if console.is_terminal:
        with console.status("") as status:
            yield status.update
        return
    said = time.monotonic()

    def tell(text: str) -> None:
        nonlocal said
        if time.monotonic() - said >= SECONDS:
            said = time.monotonic()
            typer.echo(text, err=True)

    yield tell
