"""Two machines on one schedule: a Prefect work pool and two of Prefect's own workers, which share the runs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import ROOT, Yusuan
from tests.end_to_end.installation import PrefectServer, kill, publishing_stopped, running, until

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]


def test_two_workers_share_the_runs_and_one_finishes_what_the_other_was_killed_at(
    fresh: Callable[[], Yusuan],
    server: PrefectServer,
    alone: tuple[dict[str, str], list[list[tuple[Any, ...]]]],
    tmp_path: Path,
) -> None:
    both = fresh()
    environment = server.environment | both.environment
    deploying = [sys.executable, "-m", "flows", "deploy", "--pool", "counties"]
    subprocess.run(deploying, cwd=ROOT, env=environment, check=True, capture_output=True)
    night, year = server.deployment("nightly/nightly"), server.deployment("rerun-year/rerun-year")
    with ExitStack() as stack:
        workers = []
        for name in ("first", "second"):
            folder = tmp_path / name
            own = environment | {"YUSUAN_HOME": str(folder), "PREFECT_HOME": str(folder / "prefect")}
            folder.mkdir()
            worker = ["prefect", "worker", "start", "--pool", "counties", "--name", name, "--limit", "1"]
            workers.append(stack.enter_context(running(worker, own, folder / "worker.log")))
        with publishing_stopped(both.database) as stands:
            lost = server.start(night)
            until(lambda: any(stands(one) for one in workers))
            at_night, other = sorted(workers, key=stands, reverse=True)
            assert not stands(other), "one run, one worker"
            assert server.ended(server.start(night)) == "CANCELLED", "the other worker asked, and a night is under way"
            rerun = server.start(year, years=[2024])
            until(lambda: stands(other))
            kill(at_night)
        assert server.ended(rerun) == "COMPLETED", "the worker that is left goes on with its own run"
        assert until(lambda: server.state(lost) == "COMPLETED"), "and then does what the dead one had begun"
    states = server.states(lost)
    assert states.index("Crashed") < states.index("AwaitingRetry") < states.index("Completed")
    assert both.facts() == alone[1]
    assert set(both.summary("run").values()) == {"unchanged"}
