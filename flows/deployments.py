"""What a server runs by itself: the nightly flow by the clock (Asia/Shanghai), and reruns when somebody asks.

Two runs of one deployment never overlap: a night that is still busy when the next one begins lets it pass.
"""

from __future__ import annotations

import asyncio

from prefect import serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron

from flows.nightly import nightly
from flows.recovery import watch
from flows.rerun import rerun_year
from flows.settings import RunSettings

TIMEZONE = "Asia/Shanghai"
_ALONE = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
_QUEUED = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)


def deployments() -> tuple[RunnerDeployment, ...]:
    """The deployments, as these settings want them."""
    settings = RunSettings()
    catalogue = str(settings.catalogue.absolute())
    return (
        RunnerDeployment.from_flow(
            nightly,
            name="nightly",
            description="Visit every publisher of the catalogue and load what is new or has changed.",
            schedule=Cron(settings.nightly, timezone=TIMEZONE),
            parameters={"catalogue": catalogue},
            concurrency_limit=_ALONE,
        ),
        RunnerDeployment.from_flow(
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
    asyncio.run(_watch(night, rerun))
    serve(night, rerun, pause_on_shutdown=False, limit=2, print_starting_message=False)


async def _watch(night: RunnerDeployment, rerun: RunnerDeployment) -> None:
    await watch(await night.aapply(), await rerun.aapply())
