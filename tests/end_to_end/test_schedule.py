"""What docker-compose.yml describes, natively: a Prefect server on PostgreSQL, and workers that it gives runs to."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import Yusuan
from tests.end_to_end.installation import PrefectServer, kill, publishing_stopped, running, until

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]


def _runs(server: PrefectServer, deployment: Any, state: str) -> list[str]:
    asked = {"deployments": {"id": {"any_": [deployment["id"]]}}, "flow_runs": {"state": {"type": {"any_": [state]}}}}
    return [one["id"] for one in server.client.post("/flow_runs/filter", json=asked).json()]


def test_a_night_survives_its_worker_and_the_next_one_does_not_overlap(
    fresh: Callable[[], Yusuan],
    server: PrefectServer,
    alone: tuple[dict[str, str], list[list[tuple[Any, ...]]]],
    tmp_path: Path,
) -> None:
    night = fresh()
    environment = server.environment | night.environment
    with (
        running(["flows", "serve"], environment, tmp_path / "lost.log") as worker,
        publishing_stopped(night.database) as stands,
    ):
        nightly = server.deployment("nightly/nightly")
        assert [one["schedule"]["timezone"] for one in nightly["schedules"]] == ["Asia/Shanghai"]
        lost = server.start(nightly)
        until(lambda: stands(worker))
        assert server.ended(server.start(nightly)) == "CANCELLED", "a night that is still busy lets the next one pass"
        kill(worker)
    assert server.state(lost) == "RUNNING"
    with running(["flows", "serve"], environment, tmp_path / "next.log"):
        assert until(lambda: server.state(lost) == "COMPLETED"), "the server misses its sign of life"
    states = server.states(lost)
    assert states.index("Crashed") < states.index("AwaitingRetry") < states.index("Completed")
    artifacts = server.client.post("/artifacts/filter", json={}).json()
    assert {"run-summary", "held-filings"} <= {one["key"] for one in artifacts if one["flow_run_id"] == lost}
    assert night.facts() == alone[1]
    assert set(night.summary("run").values()) == {"unchanged"}


def test_a_rerun_that_lost_its_worker_is_begun_again_with_what_it_was_asked_for(
    fresh: Callable[[], Yusuan], server: PrefectServer, tmp_path: Path
) -> None:
    year = fresh()
    environment = server.environment | year.environment
    with (
        running(["flows", "serve"], environment, tmp_path / "lost.log") as worker,
        publishing_stopped(year.database) as stands,
    ):
        lost = server.start(
            server.deployment("rerun-year/rerun-year"), years=[2023], publishers=["huadu-kegongshangxin"]
        )
        until(lambda: stands(worker))
        kill(worker)
    with running(["flows", "serve"], environment, tmp_path / "next.log"):
        assert until(lambda: server.state(lost) == "COMPLETED")
    assert year.rows("SELECT filing_id, status FROM mart.filing") == [
        ("huadu-kegongshangxin-2023-projects", "published")
    ]


def test_the_server_s_restart_in_the_middle_of_a_night_bars_no_later_night(
    fresh: Callable[[], Yusuan], server: PrefectServer, tmp_path: Path
) -> None:
    night = fresh()
    with running(["flows", "serve"], server.environment | night.environment, tmp_path / "worker.log") as worker:
        nightly = server.deployment("nightly/nightly")
        with publishing_stopped(night.database) as stands:
            first = server.start(nightly)
            until(lambda: stands(worker))
            server.kill_and_start()
        assert until(lambda: server.state(first) == "COMPLETED")
        assert server.ended(server.start(nightly)) == "COMPLETED"


def test_a_cancelled_night_stops_and_the_next_one_does_the_rest(
    fresh: Callable[[], Yusuan],
    server: PrefectServer,
    alone: tuple[dict[str, str], list[list[tuple[Any, ...]]]],
    tmp_path: Path,
) -> None:
    night = fresh()
    with running(["flows", "serve"], server.environment | night.environment, tmp_path / "worker.log") as worker:
        nightly = server.deployment("nightly/nightly")
        with publishing_stopped(night.database) as stands:
            cancelled = server.start(nightly)
            until(lambda: stands(worker))
            state = {"state": {"type": "CANCELLING"}}
            server.client.post(f"/flow_runs/{cancelled}/set_state", json=state).raise_for_status()
            assert server.ended(cancelled) == "CANCELLED"
        assert server.ended(server.start(nightly)) == "COMPLETED"
    assert server.state(cancelled) == "CANCELLED", "what a person has stopped is not begun again"
    assert night.facts() == alone[1]


def test_nights_that_came_while_no_worker_was_up_do_not_pile_up(
    fresh: Callable[[], Yusuan], server: PrefectServer, tmp_path: Path
) -> None:
    night = fresh()
    environment = server.environment | night.environment
    with running(["flows", "serve"], environment, tmp_path / "first.log"):
        nightly = server.deployment("nightly/nightly")
    now = datetime.datetime.now(datetime.UTC)
    for days in range(6):
        when = (now - datetime.timedelta(days=days)).isoformat()
        asked = {"state": {"type": "SCHEDULED", "state_details": {"scheduled_time": when}}}
        server.client.post(f"/deployments/{nightly['id']}/create_flow_run", json=asked).raise_for_status()
    with running(["flows", "serve"], environment, tmp_path / "second.log"):
        until(lambda: len(_runs(server, nightly, "COMPLETED")) + len(_runs(server, nightly, "CANCELLED")) == 6)
    assert len(_runs(server, nightly, "COMPLETED")) == 1
