"""What docker-compose.yml describes, natively: a Prefect server on PostgreSQL, and workers that it gives runs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.end_to_end.conftest import Yusuan
from tests.end_to_end.installation import PrefectServer, kill, prefect_server, running, until
from warehouse.database import Database
from warehouse.roles import Login

pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]
FACTS = "SELECT filing_id, count(*), sum(amount_yuan) FROM mart.project_budget GROUP BY 1 ORDER BY 1"
NIGHT = [("held", 1), ("published", 4)]


@pytest.fixture
def server(
    yusuan: Yusuan, new_database: Callable[[], AbstractContextManager[Database]], tmp_path: Path
) -> Iterator[PrefectServer]:
    with new_database() as own:
        address = own.url(Login.OWNER).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)
        with prefect_server(yusuan.environment, address, tmp_path) as server:
            yield server


def _loads_under_way(yusuan: Yusuan) -> int:
    engine = yusuan.database.engine(Login.LOADER)
    with engine.connect() as connection:
        running = connection.execute(text("SELECT count(*) FROM audit.load WHERE finished_at IS NULL")).scalar_one()
    engine.dispose()
    return int(running)


def test_a_night_survives_its_worker_and_the_next_one_does_not_overlap(
    yusuan: Yusuan, server: PrefectServer, tmp_path: Path
) -> None:
    with running(["flows", "serve"], server.environment, tmp_path / "lost.log") as worker:
        nightly = server.deployment("nightly/nightly")
        assert [one["schedule"]["timezone"] for one in nightly["schedules"]] == ["Asia/Shanghai"]
        lost = server.start(nightly)
        until(lambda: _loads_under_way(yusuan))
        second = server.start(nightly)
        assert server.ended(second) == "CANCELLED", "a night that is still busy lets the next one pass"
        kill(worker)
    assert server.state(lost) == "RUNNING"
    with running(["flows", "serve"], server.environment, tmp_path / "next.log"):
        assert server.ended(lost) == "CRASHED", "the server misses its sign of life"

        def runs() -> list[str]:
            asked = {"deployments": {"id": {"any_": [nightly["id"]]}}}
            found = server.client.post("/flow_runs/filter", json=asked).json()
            return [one["id"] for one in found if one["id"] not in (lost, second) and one["state_type"] != "SCHEDULED"]

        [again] = until(runs)
        assert server.ended(again) == "COMPLETED", (tmp_path / "next.log").read_text(encoding="utf-8")[-2000:]
        artifacts = server.client.post("/artifacts/filter", json={}).json()
        keys = {one["key"] for one in artifacts if one["flow_run_id"] == again}
        assert {"run-summary", "held-filings"} <= keys
    assert yusuan.rows("SELECT status, count(*) FROM mart.filing GROUP BY 1 ORDER BY 1") == NIGHT
    facts = yusuan.rows(FACTS)
    assert set(yusuan.summary("run").values()) == {"unchanged"}
    assert yusuan.rows(FACTS) == facts
