"""Every service of docker-compose.yml at once, as processes: PostgreSQL, Prefect server, worker, S3 store, Superset."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from bi.superset.charts import CHARTS
from flows.health import is_healthy
from tests.end_to_end.conftest import ROOT, Yusuan
from tests.end_to_end.installation import COMPOSE, PrefectServer, free_port, running, until
from warehouse.server.credentials import Credentials

SUPERSET = Path(os.environ.get("YUSUAN_SUPERSET_VENV", ROOT / ".venv-superset"))
MAKE_BUCKET = "import s3fs; s3fs.S3FileSystem().mkdir('yusuan')"
"""As docs/operations.md says."""

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(
        not (SUPERSET / "bin/superset").exists(), reason="Superset is not installed: make superset-test"
    ),
]


def test_a_night_goes_from_the_schedule_through_the_store_and_the_gate_to_a_dashboard(
    fresh: Callable[[], Yusuan],
    server: PrefectServer,
    alone: tuple[dict[str, str], list[list[tuple[Any, ...]]]],
    tmp_path: Path,
) -> None:
    installed = fresh()
    store, health, bi = free_port(), free_port(), free_port()
    declared = COMPOSE["services"]["worker"]["environment"]
    worker = server.environment | installed.environment
    worker |= {
        "FSSPEC_S3_ENDPOINT_URL": f"http://127.0.0.1:{store}",
        "FSSPEC_S3_KEY": declared["FSSPEC_S3_KEY"],
        "FSSPEC_S3_SECRET": "secret",
        "PREFECT_RUNNER_SERVER_ENABLE": declared["PREFECT_RUNNER_SERVER_ENABLE"],
        "PREFECT_RUNNER_SERVER_PORT": str(health),
        "YUSUAN_ARCHIVE": "s3://yusuan/archive",
        "YUSUAN_HOME": str(tmp_path / "worker"),
    }
    with running(["moto.server", "-H", "127.0.0.1", "-p", str(store)], worker, tmp_path / "s3.log"):
        until(lambda: httpx.get(worker["FSSPEC_S3_ENDPOINT_URL"], trust_env=False).status_code == 200)
        subprocess.run([sys.executable, "-c", MAKE_BUCKET], env=worker, check=True)
        with running(["flows", "serve"], worker, tmp_path / "worker.log"):
            night = server.start(server.deployment("nightly/nightly"))
            assert server.ended(night) == "COMPLETED", (tmp_path / "worker.log").read_text(encoding="utf-8")[-2000:]
            assert is_healthy(f"http://127.0.0.1:{health}/health"), "the worker's health check of docker-compose.yml"
        assert installed.facts() == alone[1]
        listing = "import s3fs; print(len(s3fs.S3FileSystem().glob('yusuan/archive/objects/*/*.seen')))"
        kept = subprocess.run([sys.executable, "-c", listing], env=worker, check=True, capture_output=True, text=True)
        assert int(kept.stdout) == len(alone[0]), "each document is in the store"
        assert not (tmp_path / "worker" / "archive").exists()
    superset = installed.environment | {"YUSUAN_HOME": str(tmp_path / "worker")}
    up = ["bi.superset.up", "--venv", str(SUPERSET), "--port", str(bi)]
    with running(up, superset, tmp_path / "superset.log"):
        url = f"http://127.0.0.1:{bi}"
        until(lambda: httpx.get(f"{url}/health", trust_env=False).status_code == 200, 900)
        shown = _by_district(url, Credentials(tmp_path / "worker" / "credentials").password("superset_admin"))
    wan = "SELECT region, fiscal_year, round(sum(amount_yuan) / 10000, 2) FROM mart.project_budget GROUP BY 1, 2"
    assert shown == {(region, year): float(amount) for region, year, amount in installed.rows(wan)}


def _by_district(url: str, password: str) -> dict[tuple[str, int], float]:
    """What the chart of that name shows to somebody who has logged in."""
    with httpx.Client(base_url=url, timeout=120, trust_env=False) as client:
        account = {"username": "admin", "password": password, "provider": "db"}
        token = client.post("/api/v1/security/login", json=account).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        [title] = [chart.title for chart in CHARTS if chart.name == "by_district"]
        charts = client.get("/api/v1/chart/?q=(page_size:100)").json()["result"]
        [number] = [one["id"] for one in charts if one["slice_name"] == title]
        rows = client.get(f"/api/v1/chart/{number}/data/").json()["result"][0]["data"]
    return {(row["region"], row["fiscal_year"]): row["amount_wan"] for row in rows}
