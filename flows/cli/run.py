"""`yusuan run`, `yusuan load`, `yusuan rerun`: start a flow, show what it came to, say by the exit code how it went."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from transform.records import Kind, Scope

if TYPE_CHECKING:
    from prefect import State

commands = typer.Typer()

CatalogueFile = Annotated[
    Path | None,
    typer.Option("--catalogue", help="Catalogue file. Default: YUSUAN_CATALOGUE or samples/catalogue.yaml."),
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 also if a filing is held, in whole or in part.")]
Json = Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")]


@commands.command()
def run(catalogue: CatalogueFile = None, strict: Strict = False, as_json: Json = False) -> None:
    """Load every filing of the catalogue that is new or has changed.

    Exit code 0: every filing is published, partial, unchanged or held. 1: one failed.
    """
    path = _catalogue(catalogue)

    def flow() -> State[Any]:
        from flows.nightly import nightly

        return nightly(path, return_state=True)

    _finish(flow, strict, as_json)


@commands.command()
def rerun(
    year: Annotated[list[int], typer.Option("--year", min=1990, max=2100, help="Fiscal year; may be given again.")],
    publisher: Annotated[list[str] | None, typer.Option("--publisher", help="Only of this publisher id.")] = None,
    only: Annotated[
        Literal["held", "failed"] | None, typer.Option("--only", help="Only filings that are held, or that failed.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Read the archive; visit nobody.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be read and replaced, by the last visits; do nothing.")
    ] = False,
    catalogue: CatalogueFile = None,
    strict: Strict = False,
    as_json: Json = False,
) -> None:
    """Read the filings of a fiscal year again, also those that are known. Equal records change nothing.

    A filing whose year only its document prints counts with the year it was read with. Ends with the mart's rows per
    view and year before, after and at the last run; whatever changed outside the asked years is named.
    """
    from extract.catalogue import read_catalogue
    from extract.fetch.archive import Archive
    from extract.settings import FetchSettings
    from flows.choice import Choice
    from flows.preview import preview
    from warehouse.read.corrected import corrections
    from warehouse.read.mart_rows import known_filings
    from warehouse.server.database import open_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    path = _catalogue(catalogue)
    engine = open_database(load_settings()).engine(Login.LOADER)
    with engine.connect() as connection:
        choice = Choice(year, publisher or [], only, corrections(connection))
    declared = read_catalogue(path)
    if dry_run:
        preview(engine, Archive(FetchSettings().archive), declared, choice).show(as_json=as_json)
        return
    with engine.connect() as connection:
        choice.check(declared, known_filings(connection))

    def flow() -> State[Any]:
        from flows.rerun import rerun_year

        return rerun_year(year, publisher, path, offline, only, return_state=True)

    _finish(flow, strict, as_json)


def read_again(years: list[int], publishers: list[str], catalogue: Path | None) -> None:
    """Read from the archive what waits of these publishers and years; ends as `rerun` does."""
    path = _catalogue(catalogue)

    def flow() -> State[Any]:
        from flows.rerun import rerun_year

        return rerun_year(years, publishers, path, True, "held", return_state=True)

    _finish(flow, False, False)


@commands.command()
def load(
    file: Annotated[
        Path, typer.Argument(help="The document: PDF, HTML, Office or plain text.", exists=True, dir_okay=False)
    ],
    filing_id: Annotated[str, typer.Option("--id", help="Stable name of the filing, e.g. huadu-keji-2023-projects.")],
    publisher: Annotated[str, typer.Option("--publisher", help="Stable name of the publisher, e.g. huadu-keji.")],
    region_code: Annotated[str, typer.Option("--region", help="GB/T 2260 code of the region, six digits.")],
    department: Annotated[
        str | None, typer.Option("--department", help="The publisher's full official name. Default: --publisher.")
    ] = None,
    region: Annotated[
        str | None, typer.Option("--region-name", help="Name of the region. Default: that of GB/T 2260.")
    ] = None,
    kind: Annotated[Kind | None, typer.Option("--kind", help="Kind of filing. Default: recognise it.")] = None,
    scope: Annotated[
        Scope | None,
        typer.Option("--scope", help="Whose money it shows. Default: read it from title and cover."),
    ] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", min=1990, max=2100, help="Fiscal year. Default: read it from the document."),
    ] = None,
    assumed: Annotated[bool, typer.Option("--assumed", help="The year is an assumption; the mart says so.")] = False,
    title: Annotated[str | None, typer.Option("--title", help="Title, where the document prints none.")] = None,
    money_unit: Annotated[
        Literal["元", "千元", "万元", "亿元"] | None,
        typer.Option("--money-unit", help="Unit the filing prints, as a check."),
    ] = None,
    source_url: Annotated[str | None, typer.Option("--source-url", help="Where the publisher printed it.")] = None,
    strict: Strict = False,
    as_json: Json = False,
) -> None:
    """Load one document that no catalogue declares.

    An id that is another publisher's filing already is refused, and nothing is replaced.
    """
    from pydantic import ValidationError

    from extract.catalogue import Catalogue

    if assumed and year is None:
        raise typer.BadParameter("--assumed says of a --year that it is an assumption: give one")
    basis = "read" if year is None else "assumed" if assumed else "declared"
    try:
        declared = Catalogue.model_validate(
            {
                "publishers": [
                    {
                        "id": publisher,
                        "name": department or publisher,
                        "region_code": region_code,
                        "region": region or _name_of(region_code),
                    }
                ],
                "filings": [
                    {
                        "id": filing_id,
                        "publisher": publisher,
                        "kind": kind,
                        "scope": scope,
                        "fiscal_year": year,
                        "year_basis": basis,
                        "title": title,
                        "money_unit": money_unit,
                        "source": str(file.absolute()),
                        "source_url": source_url,
                    }
                ],
            }
        )
    except ValidationError as error:
        wrong = "; ".join(f"{error['loc'][-1]}: {error['msg']}" for error in error.errors())
        raise typer.BadParameter(wrong) from error

    def flow() -> State[Any]:
        from flows.single import load_one

        return load_one(declared, file.absolute().parent, return_state=True)

    _finish(flow, strict, as_json)


def _catalogue(given: Path | None) -> Path:
    """The catalogue file, checked before anything is started."""
    from extract.catalogue import read_catalogue
    from flows.settings import RunSettings

    path = (given or RunSettings().catalogue).absolute()
    read_catalogue(path)
    return path


def _finish(flow: Callable[[], State[Any]], strict: bool, as_json: bool) -> None:
    """Start Prefect's API and the warehouse side by side, run the flow, show its summary, exit."""
    from flows.prefect_api import prefect_api, ready
    from warehouse.server.settings import load_settings

    api = prefect_api(load_settings().home)
    from flows.summary import RunSummary, show
    from flows.tasks import engine

    engine()
    with ready(api):
        summary = flow().result(raise_on_failure=False)
    if not isinstance(summary, RunSummary):
        raise summary
    show(summary, as_json=as_json)
    raise typer.Exit(summary.exit_code(strict=strict))


def _name_of(region_code: str) -> str:
    """The region's full name, never its number; of an unknown code nothing, which the declaration then refuses."""
    from extract.regions import full_name, is_region

    return full_name(region_code) if is_region(region_code) else ""
