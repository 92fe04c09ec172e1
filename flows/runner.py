"""Where a flow's tasks run: a setting, not a matter of the flows."""

from __future__ import annotations

from typing import Any, cast

from prefect.futures import PrefectFuture
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner

from flows.errors import FlowError
from flows.settings import RunSettings

Runner = TaskRunner[PrefectFuture[Any]]


def visiting_runner() -> Runner:
    """Threads of this process: a visit waits for the network, and they share what a run knows of a host."""
    return cast(Runner, ThreadPoolTaskRunner(max_workers=RunSettings().parallel))


def task_runner() -> Runner:
    """Where batches of documents are read and loaded, as `YUSUAN_RUNNER` says.

    What runs elsewhere shares nothing with the flow but the archive and PostgreSQL. Raises FlowError if Dask is asked
    for and not installed.
    """
    settings = RunSettings()
    if settings.runner == "threads":
        return visiting_runner()
    if settings.runner == "processes":
        return cast(Runner, ProcessPoolTaskRunner(max_workers=settings.parallel))
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise FlowError("YUSUAN_RUNNER=dask needs the extra dask: pip install 'yusuan[dask]'") from error
    if settings.dask_address:
        return cast(Runner, DaskTaskRunner(address=settings.dask_address))
    cluster = {"n_workers": settings.parallel, "threads_per_worker": 1, "dashboard_address": None}
    return cast(Runner, DaskTaskRunner(cluster_kwargs=cluster))
