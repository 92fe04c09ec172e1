"""`yusuan version`."""

from __future__ import annotations

import typer

commands = typer.Typer()


@commands.command()
def version() -> None:
    """Print the version of yusuan."""
    from importlib.metadata import version as installed_version

    typer.echo(f"yusuan {installed_version('yusuan')}")
