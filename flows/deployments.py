"""What a server runs by itself: the nightly flow by the clock (Asia/Shanghai), and reruns when somebody asks.

Two runs of one deployment never overlap: a night that is still busy when the next one begins lets it pass. The runs go
to the process of `yusuan serve`, or to a work pool, whose workers may be on many machines.
"""

from __future__ import annotations

import asyncio
from functools import partial

from prefect import get_client, serve
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.schedules import Cron
from prefect.types.entrypoint import EntrypointType
from prefect.workers.process import ProcessWorker

from flows.errors import FlowError
from flows.nightly import nightly
from flows.prefect_api import SCHEDULED_RUN_SETTINGS
from flows.recovery import watch
from flows.rerun import rerun_year
from flows.settings import RunSettings

TIMEZONE = "Asia/Shanghai"
_ALONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
_QUEUED = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)

_IN_A_POOL = {"YUSUAN_EMBEDDED": "false"}
"""A worker whose environment names no database must not load into one that it makes in a folder for the run."""


def deployments(pool: str | None = None) -> tuple[RunnerDeployment, RunnerDeployment]:
    """The night and the rerun, as these settings want them; for a work pool, or for the process that serves them."""
    settings = RunSettings()
    catalogue = str(settings.catalogue.absolute())
    deployment = partial(
        RunnerDeployment.from_flow,
        entrypoint_type=EntrypointType.MODULE_PATH,  # a worker has yusuan installed, not this folder
        work_pool_name=pool,
        job_variables={"env": {**SCHEDULED_RUN_SETTINGS, **_IN_A_POOL}} if pool else None,
    )
    return (
        deployment(
            nightly,
            name="nightly",
            description="Visit every publisher of the catalogue and load what is new or has changed.",
            schedule=Cron(settings.nightly, timezone=TIMEZONE),
            parameters={"catalogue": catalogue},
            concurrency_limit=_ALONE,
        ),
        deployment(
            rerun_year,
            name="rerun-year",
            description="Read chosen fiscal years again.",
            parameters={"catalogue": catalogue},
            concurrency_limit=_QUEUED,
        ),
    )


def serve_forever() -> None:
    """Register the deployments with the server of PREFECT_API_URL and run what it schedules, until told to stop."""
    night, rerun = deployments()
    asyncio.run(_register(night, rerun))
    serve(night, rerun, pause_on_shutdown=False, limit=2, print_starting_message=False)


def deploy_to(pool: str) -> None:
    """Register the deployments with a work pool. Raises FlowError if it cannot run processes."""
    asyncio.run(_deploy(pool))


async def _deploy(pool: str) -> None:
    async with get_client() as client:
        try:
            kind = (await client.read_work_pool(pool)).type
        except ObjectNotFound:
            kind = ProcessWorker.type
            template = ProcessWorker.get_default_base_job_template()
            await client.create_work_pool(WorkPoolCreate(name=pool, type=kind, base_job_template=template))
    if kind != ProcessWorker.type:
        raise FlowError(f"the work pool {pool} is of the type {kind}; yusuan needs one of the type process")
    await _register(*deployments(pool))


async def _register(night: RunnerDeployment, rerun: RunnerDeployment) -> None:
    await watch(await night.aapply(), await rerun.aapply())
