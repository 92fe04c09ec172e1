"""`yusuan departments`: the names by which documents of a portal of many departments are told apart."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer(name="departments", help="Names of departments, for portals of many.", no_args_is_help=True)


@commands.callback()
def _departments() -> None:
    """Names of departments, for portals of many."""


@commands.command()
def add(
    name: Annotated[str, typer.Argument(help="Full official name, e.g. 广州市花都区教育局.")],
    department_id: Annotated[str, typer.Option("--id", help="Stable name, e.g. huadu-jiaoyu.")],
    region_code: Annotated[str, typer.Option("--region", help="GB/T 2260 code of the region, six digits.")],
    region: Annotated[str, typer.Option("--region-name", help="Name of the region, e.g. 广州市花都区.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")],
    former: Annotated[
        list[str] | None, typer.Option("--former", help="What it was called; may be given again.")
    ] = None,
    short: Annotated[list[str] | None, typer.Option("--short", help="What it is called; may be given again.")] = None,
) -> None:
    """Add a department, or further names of one. Filings held as `publisher_unknown` are its own at the next run."""
    from pydantic import ValidationError

    from extract.departments import Department
    from warehouse.decide.departments import add_department
    from warehouse.server.database import open_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    try:
        department = Department(
            id=department_id,
            name=name,
            region_code=region_code,
            region=region,
            former=tuple(former or ()),
            short=tuple(short or ()),
        )
    except ValidationError as error:
        wrong = "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in error.errors())
        raise typer.BadParameter(wrong) from error
    added = add_department(open_database(load_settings()).engine(Login.LOADER), department, by=by)
    typer.echo(f"{added} names of {department.id} added")


@commands.command("list")
def list_(
    catalogue: Annotated[
        Path | None, typer.Option("--catalogue", help="Catalogue file. Default: YUSUAN_CATALOGUE or the samples'.")
    ] = None,
) -> None:
    """Every department that is known by name: of the catalogue, and those that persons added."""
    from extract.catalogue import read_catalogue
    from flows.settings import RunSettings
    from warehouse.decide.departments import added_departments
    from warehouse.server.database import open_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    with open_database(load_settings()).engine(Login.LOADER).connect() as connection:
        added = added_departments(connection)
    for each in read_catalogue((catalogue or RunSettings().catalogue).absolute()).table(added):
        also = "，".join((*each.former, *each.short))
        typer.echo(f"{each.region_code}  {each.id}  {each.name}" + (f"（{also}）" if also else ""))
