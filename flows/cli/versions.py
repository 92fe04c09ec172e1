"""`yusuan versions`, `undo`, `forget`: what each version of a filing changed, taking one back, forgetting a mistake."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from warehouse.decide.versions import FilingVersion
    from warehouse.read.differences import Change

commands = typer.Typer()

AsJson = Annotated[bool, typer.Option("--json", help="Print it for a program.")]
FilingId = Annotated[str, typer.Argument(metavar="ID", help="Id of the filing, as in mart.filing.")]


@commands.command()
def versions(filing_id: FilingId, as_json: AsJson = False) -> None:
    """Say line by line what each version of a filing changed: projects, amounts, targets, totals."""
    from warehouse.decide.versions import filing_versions
    from warehouse.server.database import open_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    with open_database(load_settings()).engine(Login.LOADER, read_only=True).connect() as connection:
        found = filing_versions(connection, filing_id)
    if as_json:
        typer.echo(json.dumps([_as_dict(one) for one in found], ensure_ascii=False, indent=2, default=str))
        return
    for version in found:
        _print_version(version)


@commands.command()
def undo(
    filing_id: FilingId,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides.")],
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why.")],
    to: Annotated[
        int | None, typer.Option("--to", metavar="VERSION", help="Version to show. Default: what stood before.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the former version of a filing the current one, in one transaction; a first publication is withdrawn.

    Undoing an undo brings back what it took away. An undone version does not return by itself: the same input is
    unchanged; a new one is judged afresh.
    """
    from warehouse.decide.versions import undo as decide
    from warehouse.server.database import open_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    current = decide(open_database(load_settings()).engine(Login.LOADER), filing_id, by=by, because=because, to=to)
    if as_json:
        typer.echo(json.dumps({"filing_id": filing_id, "version": current}))
    elif current is None:
        typer.echo(f"{filing_id} is withdrawn: no version of it is shown; undo again to bring it back")
    else:
        typer.echo(f"{filing_id} shows version {current}; undo again to bring the later one back")


@commands.command()
def forget(
    filing_id: FilingId,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides.")],
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why.")],
) -> None:
    """Take a filing that was a mistake out of the marts and of what waits, also one that could never be read.

    Who forgot it and why stays in the audit, and so does what was read of it: `yusuan undo` brings it back. Take it
    out of the catalogue, too, or a new input of it is loaded again.
    """
    from warehouse.decide.forgetting import forget as decide
    from warehouse.server.database import open_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    decide(open_database(load_settings()).engine(Login.LOADER), filing_id, by=by, because=because)
    typer.echo(f"{filing_id} is forgotten, says {by}")


def _print_version(version: FilingVersion) -> None:
    current = "  current" if version.is_current else ""
    typer.echo(f"version {version.version}  {version.status}{current}  {version.loaded_at.astimezone():%Y-%m-%d %H:%M}")
    typer.echo(f"  {version.reader}, {version.layout or 'no layout fits'}, bytes {version.sha256[:12]}")
    for begin, end in version.loads:
        typer.echo(f"  shown from load {begin}" + (f" until load {end}" if end else ""))
    for line in (*version.decisions, *version.held_reasons):
        typer.echo(f"  {line}")
    if version.because:
        typer.echo(f"  another {', another '.join(version.because)}; {len(version.changes) or 'no'} changes")
    for change in version.changes:
        typer.echo(f"  {_line(change)}")


def _line(change: Change) -> str:
    named = f"{change.kind} {change.where}".rstrip()
    if change.before is None:
        return f"+ {named}: {change.after}"
    if change.after is None:
        return f"- {named}: {change.before}"
    what = "" if change.what == change.kind else f" {change.what}"
    return f"~ {named}{what}: {change.before} → {change.after}"


def _as_dict(version: FilingVersion) -> dict[str, object]:
    changes = [{**asdict(change), "change": change.change} for change in version.changes]
    return {**asdict(version), "changes": changes}
