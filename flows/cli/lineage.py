"""`yusuan same`: a person's word that a project continues another one of the year before."""

from __future__ import annotations

from typing import Annotated

import typer

commands = typer.Typer()


@commands.command()
def same(
    project_id: Annotated[int, typer.Argument(metavar="ID", help="project_id of the project as it is called now.")],
    previous_project_id: Annotated[
        int, typer.Argument(metavar="PREVIOUS", help="previous_project_id of the project it continues.")
    ],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")],
    because: Annotated[str, typer.Option("--because", metavar="TEXT", help="Why.")] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take such a declaration back.")] = False,
) -> None:
    """Declare that a project continues another one, which was called otherwise or belonged to another unit.

    Candidates are the rows of mart.project_lineage with the method `similar`; none is followed until a person says so.
    """
    from warehouse.decide.lineage import declare_same, withdraw_same
    from warehouse.server.database import open_database
    from warehouse.server.roles import Login
    from warehouse.server.settings import load_settings

    if not withdraw and not because.strip():
        raise typer.BadParameter("say why: --because TEXT", param_hint="--because")
    with open_database(load_settings()).engine(Login.LOADER).begin() as connection:
        if withdraw:
            withdraw_same(connection, project_id, previous_project_id)
        else:
            declare_same(connection, project_id, previous_project_id, by=by, because=because)
    done = "no longer continues" if withdraw else "continues"
    typer.echo(f"project {project_id} {done} project {previous_project_id}, says {by}")
