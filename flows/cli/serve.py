"""`yusuan serve`, `yusuan deploy`: the schedule of an installation, with a worker of ours or with Prefect's."""

from __future__ import annotations

import os
from typing import Annotated

import typer

commands = typer.Typer()


@commands.command()
def serve() -> None:
    """Run the nightly flow by the clock, and reruns on demand, for the Prefect server of PREFECT_API_URL.

    The database is brought to the current schema first, with its roles: others may wait for them.
    """
    _configure()
    from flows.deployments import serve_forever
    from flows.logs import log, show_logs
    from flows.settings import RunSettings
    from warehouse.server.database import open_database
    from warehouse.server.settings import load_settings

    open_database(load_settings())
    settings = RunSettings()
    show_logs(settings.log_format)
    log(f"serving nightly ({settings.nightly}, Asia/Shanghai) and rerun-year over {settings.catalogue}")
    serve_forever()


@commands.command()
def deploy(
    pool: Annotated[str, typer.Option("--pool", help="Work pool of the type process.")] = "yusuan",
) -> None:
    """Give the nightly flow and reruns to a work pool of the server of PREFECT_API_URL, for any number of workers.

    The pool is made if there is none. Then `prefect worker start --pool yusuan` runs on each machine, with the
    warehouse, the archive and the catalogue in its environment. Instead of `yusuan serve`, not beside it.
    """
    _configure()
    from flows.deployments import deploy_to
    from flows.settings import RunSettings

    settings = RunSettings()
    deploy_to(pool)
    typer.echo(f"nightly ({settings.nightly}, Asia/Shanghai) and rerun-year over {settings.catalogue.absolute()}")
    typer.echo(f"run on the work pool {pool}; start its workers: prefect worker start --pool {pool}")


def _configure() -> None:
    """Prefect's settings, before anything imports it. Raises FlowError if no server is named."""
    from flows.errors import FlowError
    from flows.prefect_api import SCHEDULED_RUN_SETTINGS, configure
    from warehouse.server.settings import load_settings

    if not os.environ.get("PREFECT_API_URL"):
        raise FlowError("PREFECT_API_URL is not set: name the Prefect server that keeps the schedule")
    configure(load_settings().home)
    for name, value in SCHEDULED_RUN_SETTINGS.items():
        os.environ.setdefault(name, value)
