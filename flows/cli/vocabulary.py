"""`yusuan vocabulary add`, `list`, `remove`: what printed words mean, and the filings that a new one frees."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from warehouse.decide.vocabulary import Met

commands = typer.Typer(name="vocabulary", help="What printed words mean: list spellings, add one, take one back.")

SpellingText = Annotated[str, typer.Argument(metavar="SPELLING", help="The word as it is printed.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print it for a program.")]


@commands.command("list")
def list_rows(
    place: Annotated[
        str | None, typer.Option("--place", help="Only where this place is meant, e.g. form.label.")
    ] = None,
    added: Annotated[bool, typer.Option("--added", help="Only what the deployment and persons added.")] = False,
    as_json: AsJson = False,
) -> None:
    """List spellings: the place where each counts, the concept it means, the word."""
    from flows.words import current_vocabulary

    vocabulary = current_vocabulary(_engine())
    rows = [row for row in (*(() if added else vocabulary.rows), *vocabulary.added) if place in (None, row.place)]
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        typer.echo(f"{row.place}  {row.concept}  {row.spelling}{f'  ({row.kind})' if row.kind else ''}")


@commands.command()
def add(
    spelling: SpellingText,
    means: Annotated[str, typer.Option("--means", metavar="CONCEPT", help="What it means, as `list` shows it.")],
    by: By,
    place: Annotated[
        str | None, typer.Option("--place", help="Where it counts. Default: the only place of the concept.")
    ] = None,
    kind: Annotated[str, typer.Option("--kind", help="Only in filings of this kind. Default: all.")] = "",
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why.")] = "",
    catalogue: Annotated[
        Path | None, typer.Option("--catalogue", help="Where the filings are declared that are read again.")
    ] = None,
    later: Annotated[bool, typer.Option("--later", help="Read nothing now; the next run does.")] = False,
) -> None:
    """Add a spelling, and read again from the archive the filings that had met it without knowing it."""
    from flows.words import current_vocabulary
    from transform.vocabulary import Spelling
    from warehouse.decide.vocabulary import add_row, filings_that_met, place_of

    engine = _engine()
    vocabulary = current_vocabulary(engine)
    with engine.begin() as connection:
        row = Spelling(place_of(means, place, vocabulary), means, spelling.strip(), kind)
        add_row(connection, row, by=by, because=because, vocabulary=vocabulary)
        met = filings_that_met(connection, spelling)
    typer.echo(f"{row.spelling} means {row.concept} in {row.place}, says {by}")
    if not met:
        typer.echo("no filing had met it")
        return
    typer.echo(f"{len(met)} filings had met it: {', '.join(one.filing_id for one in met)}")
    if not later:
        _read_again(met, catalogue)


@commands.command()
def remove(
    spelling: SpellingText,
    place: Annotated[str, typer.Option("--place", help="Where it counts.")],
    by: By,
) -> None:
    """Take an added spelling back; the filings that were read by it are read again at the next run."""
    from warehouse.decide.vocabulary import withdraw_row

    with _engine().begin() as connection:
        withdraw_row(connection, place, spelling.strip(), by=by)
    typer.echo(f"{spelling} means nothing more in {place}, says {by}")


def _read_again(met: Sequence[Met], catalogue: Path | None) -> None:
    """Read from the archive what waits of the publishers and years that are concerned."""
    from flows.cli.run import read_again

    publishers = sorted({one.publisher for one in met})
    years = sorted({one.fiscal_year for one in met if one.fiscal_year})
    read_again(years, publishers, catalogue)


def _engine() -> Engine:
    from warehouse.server.database import open_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    return open_database(load_settings()).engine(Login.LOADER)
