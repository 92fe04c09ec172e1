"""What the Prefect server does by itself when a worker is lost: say so of its run, and begin the night again.

A run tells the server every HEARTBEAT seconds that it is alive. The next run finds what the lost one has published and
reads the rest.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from prefect.automations import Automation
from prefect.client.schemas.objects import StateType
from prefect.events import EventTrigger
from prefect.events.actions import ChangeFlowRunState, RunDeployment
from prefect.events.schemas.automations import Posture

HEARTBEAT = 30
"""Seconds."""
_SILENT = timedelta(seconds=3 * HEARTBEAT)
_LOST = "yusuan: a run without a sign of life has crashed"
_AGAIN = "yusuan: a night that crashed is begun again"
_ALIVE = "prefect.flow-run.heartbeat"
_ENDED = frozenset(f"prefect.flow-run.{state}" for state in ("Completed", "Failed", "Cancelled", "Crashed"))


async def watch(nightly: UUID, rerun: UUID) -> None:
    """Set both rules on the server of PREFECT_API_URL for these deployments; what they were before is gone."""
    ours = [f"prefect.deployment.{deployment}" for deployment in (nightly, rerun)]
    meant = f"silent for {_SILENT.seconds} s; {', '.join(ours)}"
    lost = Automation(
        name=_LOST,
        description=meant,
        trigger=EventTrigger(
            after={_ALIVE, "prefect.flow-run.Running"},
            expect={_ALIVE, *_ENDED},
            match={"prefect.resource.id": ["prefect.flow-run.*"]},
            match_related={"prefect.resource.id": ours, "prefect.resource.role": "deployment"},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=_SILENT,
        ),
        actions=[
            ChangeFlowRunState(
                name="Crashed", state=StateType.CRASHED, message="no sign of life: its worker is lost", force=False
            )
        ],
    )
    again = Automation(
        name=_AGAIN,
        description=meant,
        trigger=EventTrigger(
            expect={"prefect.flow-run.Crashed"},
            match_related={
                "prefect.resource.id": f"prefect.deployment.{nightly}",
                "prefect.resource.role": "deployment",
            },
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=[RunDeployment(source="selected", deployment_id=nightly, parameters=None, job_variables=None)],
    )
    for automation in (lost, again):
        await _replace(automation)


async def _replace(automation: Automation) -> None:
    try:
        known = await Automation.aread(name=automation.name)
    except ValueError:  # there is none of that name
        await automation.acreate()
        return
    if known.description == automation.description:
        return  # an update would forget the runs that it waits for, such as that of the worker we replace
    automation.id = known.id
    await automation.aupdate()
