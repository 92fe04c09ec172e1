"""What the Prefect server does by itself when a worker is lost: say so of its run, and begin the run again.

A run tells the server every HEARTBEAT seconds that it is alive. Begun again, with the same parameters and by whichever
worker is there, it finds what it has published already and reads the rest. A run whose process dies each time is given
up after ATTEMPTS.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from prefect.automations import Automation
from prefect.client.schemas.objects import StateType
from prefect.events import EventTrigger
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import Posture
from prefect.runtime import flow_run

from flows.prefect_api import HEARTBEAT

ATTEMPTS = 3
_SILENT = timedelta(seconds=3 * HEARTBEAT)
_LOST = "yusuan: a run without a sign of life has crashed"
_AGAIN = "yusuan: a run that crashed is begun again"
_ALIVE = "prefect.flow-run.heartbeat"
_BEGUN = frozenset(f"prefect.flow-run.{state}" for state in ("Pending", "Running"))
"""Pending, too: a worker may be lost between taking a run and starting it, and its run would bar all later ones."""
_ENDED = frozenset(f"prefect.flow-run.{state}" for state in ("Completed", "Failed", "Cancelled", "Crashed"))


def why_given_up() -> str | None:
    """In a run that has been begun too often: what to say of it. Otherwise None."""
    if flow_run.run_count <= ATTEMPTS:
        return None
    return f"given up: the process of this run died {ATTEMPTS} times; its machine's log says why (out of memory?)"


async def watch(nightly: UUID, rerun: UUID) -> None:
    """Set both rules on the server of PREFECT_API_URL for these deployments; what they were before is gone."""
    ours = [f"prefect.deployment.{deployment}" for deployment in (nightly, rerun)]
    related: dict[str, str | list[str]] = {"prefect.resource.id": ours, "prefect.resource.role": "deployment"}
    meant = f"silent for {_SILENT.seconds} s; {', '.join(ours)}"
    lost = Automation(
        name=_LOST,
        description=meant,
        trigger=EventTrigger(
            after={_ALIVE, *_BEGUN},
            expect={_ALIVE, *_ENDED},
            match={"prefect.resource.id": ["prefect.flow-run.*"]},
            match_related=related,
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
            match={"prefect.resource.id": ["prefect.flow-run.*"]},
            match_related=related,
            for_each={"prefect.resource.id"},
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=[
            ChangeFlowRunState(
                name="AwaitingRetry", state=StateType.SCHEDULED, message="begun again after a crash", force=False
            )
        ],
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
