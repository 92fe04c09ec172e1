"""`yusuan serve`: the worker of an installation."""

from __future__ import annotations

import os

import typer

commands = typer.Typer()


@commands.command()
def serve() -> None:
    """Run the nightly flow by the clock, and reruns on demand, for the Prefect server of PREFECT_API_URL."""
    from flows.errors import FlowError
    from flows.prefect_api import configure
    from warehouse.settings import load_settings

    if not os.environ.get("PREFECT_API_URL"):
        raise FlowError("PREFECT_API_URL is not set: name the Prefect server whose schedule this worker serves")
    configure(load_settings().home)
    os.environ.setdefault("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", "30")  # what `flows.recovery` watches for
    from flows.deployments import serve_forever
    from flows.logs import log, show_logs
    from flows.settings import RunSettings

    settings = RunSettings()
    show_logs(settings.log_format)
    log(f"serving nightly ({settings.nightly}, Asia/Shanghai) and rerun-year over {settings.catalogue}")
    serve_forever()
