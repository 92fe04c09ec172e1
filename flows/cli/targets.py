"""`yusuan targets`: how published targets are read, for the person who reviews the grammar."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

if TYPE_CHECKING:
    from transform.declaration import Declaration
    from transform.records import Reading

commands = typer.Typer()


class Printed(NamedTuple):
    """A target as printed and its reading."""

    text: str
    reading: Reading


@commands.command()
def targets(
    lines: Annotated[
        Path | None,
        typer.Argument(
            help="Text file of one target a line, an indicator's name after a tab if known; - reads standard input. "
            "Default: the targets of the catalogue's local filings.",
            allow_dash=True,
        ),
    ] = None,
    review: Annotated[
        bool, typer.Option("--review", help="Numbers that were not read first, then by rule, the rarest first.")
    ] = False,
    year: Annotated[
        int | None,
        typer.Option(
            "--year", min=1990, max=2100, help="Fiscal year of dates printed without one, for targets from a file."
        ),
    ] = None,
    catalogue: Annotated[
        Path | None,
        typer.Option("--catalogue", help="Catalogue file. Default: YUSUAN_CATALOGUE or samples/catalogue.yaml."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it for a program.")] = False,
) -> None:
    """Show how targets are read: kind, operator, value, unit, date, and what was odd. Nothing is loaded.

    Try one: echo '≥90%' | yusuan targets -
    """
    from transform.targets.review import describe, in_order

    read = list(_of_lines(lines, year) if lines else _of_catalogue(catalogue))
    rows = in_order(read, rarest_first=review)
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, default=str))
        return
    for row in rows:
        found = f"{row.rule_count:>6}  {row.rule:<16}{row.count:>5} ×  {row.text} → {describe(row.reading)}"
        typer.echo(f"{found}  UNREAD" if row.unread else found)
    unread = sum(row.unread for row in rows)
    typer.echo(f"{len(rows)} distinct readings of {len(read)}; {unread} hold a number that was not read")


def _of_lines(path: Path, year: int | None) -> Iterator[Printed]:
    from transform.targets.grammar import read_targets

    content = sys.stdin.read() if str(path) == "-" else _text(path)
    for line in content.splitlines():
        text, _, name = line.partition("\t")
        if text.strip():
            for reading in read_targets(text, fiscal_year=year, name=name.strip() or None):
                yield Printed(text, reading)


def _text(path: Path) -> str:
    from extract.errors import ReadError

    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError("unreadable", f"{path}: not a UTF-8 text file ({error}); give one target a line") from error


def _of_catalogue(given: Path | None) -> Iterator[Printed]:
    from extract.catalogue import read_catalogue
    from flows.settings import RunSettings
    from transform.declaration import Declaration

    path = (given or RunSettings().catalogue).absolute()
    catalogue = read_catalogue(path)
    departments = {publisher.id: publisher.name for publisher in catalogue.publishers}
    for entry in catalogue.filings:
        if "://" not in entry.source:
            declaration = Declaration(department=departments[entry.publisher], fiscal_year=entry.fiscal_year)
            yield from _of_filing(path.parent / entry.source, declaration)


def _of_filing(path: Path, declaration: Declaration) -> Iterator[Printed]:
    from extract.reading import read_document
    from flows.recognising import recognise

    records = recognise(read_document(path), declaration)
    if records.kind is None:
        typer.echo(f"{path.name}: no layout fits, no targets", err=True)
        return
    for indicator in records.indicators:
        for target in indicator.targets:
            yield Printed(target.text, target.reading)
