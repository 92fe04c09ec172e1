"""`yusuan archive`: what was ever fetched, checked against its own names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer(name="archive", help="The archive of every document ever fetched.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print it for a program.")]


@commands.command()
def verify(as_json: AsJson = False) -> None:
    """Rehash every object; exit code 1 if one is missing or has changed.

    A changed object is set aside; the next run fetches it again, like a missing one.
    """
    from extract.fetch.archive import Archive
    from extract.settings import FetchSettings

    address = FetchSettings().archive
    archive = Archive(address)
    findings = list(archive.verify())
    objects = archive.count()
    if as_json:
        broken = [{"code": one.code, "message": one.message, "addresses": one.evidence} for one in findings]
        typer.echo(json.dumps({"archive": address, "objects": objects, "broken": broken}, ensure_ascii=False))
    else:
        for finding in findings:
            typer.echo(f"{finding.code}: {finding.message}; seen at {finding.evidence or 'no recorded address'}")
        typer.echo(f"{objects} objects in {address}, {len(findings)} missing or changed")
    raise typer.Exit(1 if findings else 0)


@commands.command()
def sightings(sha256: Annotated[str, typer.Argument(help="The document's sha256, as in mart.filing.")]) -> None:
    """Print where and when a document's bytes were seen, oldest first, one JSON object a line."""
    from extract.fetch.archive import Archive
    from extract.settings import FetchSettings

    seen = Archive(FetchSettings().archive).sightings(sha256)
    for sighting in seen:
        typer.echo(sighting.model_dump_json(exclude_none=True))
    raise typer.Exit(0 if seen else 1)


@commands.command("accept-list")
def accept_list(
    publisher: Annotated[str, typer.Argument(help="Id of the publisher in the catalogue.")],
    catalogue: Annotated[
        Path | None, typer.Option("--catalogue", help="Catalogue file. Default: YUSUAN_CATALOGUE.")
    ] = None,
) -> None:
    """Accept that a publisher lists as few documents as it does now, ending its far_fewer_filings alarm."""
    from extract.catalogue import read_catalogue
    from extract.fetch.archive import Archive
    from extract.fetch.collecting import accept_listing
    from extract.settings import FetchSettings
    from flows.settings import RunSettings

    declared = read_catalogue(catalogue or RunSettings().catalogue)
    named = next((one for one in declared.publishers if one.id == publisher), None)
    if named is None:
        raise typer.BadParameter(f"the catalogue declares no publisher {publisher}")
    listed = accept_listing(named, Archive(FetchSettings().archive))
    if listed is None:
        raise typer.BadParameter(f"{publisher} was never visited: nothing to accept")
    typer.echo(f"{named.name} is expected to list {listed} documents from now on")
