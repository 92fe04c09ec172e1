"""Nights that came while no worker was up: the first one that runs does the work of all of them."""

from __future__ import annotations

import datetime
from uuid import UUID

from prefect import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterNextScheduledStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.runtime import deployment, flow_run
from prefect.states import Cancelled

_PASSED = "came while no worker was up; a night that has begun since does its work"


def let_late_nights_pass() -> None:
    """Cancel the runs of this run's deployment that are due and want the same; no deployment: there are none."""
    if deployment.id is None:
        return
    due = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        next_scheduled_start_time=FlowRunFilterNextScheduledStartTime.model_validate(
            {"before_": datetime.datetime.now(datetime.UTC)}
        ),
    )
    ours = DeploymentFilter(id=DeploymentFilterId(any_=[UUID(deployment.id)]))
    with get_client(sync_client=True) as client:
        wanted = client.read_flow_run(UUID(flow_run.id)).parameters
        for late in client.read_flow_runs(flow_run_filter=due, deployment_filter=ours):
            if late.parameters == wanted:
                client.set_flow_run_state(late.id, Cancelled(message=_PASSED))
