"""The dashboard in the real Superset and in a real browser: `make superset-test`."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bi.superset.charts import CHARTS, FILTERS, TITLE
from tests.bi.browser import open_browser
from tests.end_to_end.loading import load_samples, load_two_years
from tests.warehouse.builders import LAYOUT
from warehouse.server.credentials import Credentials
from warehouse.server.database import Database
from warehouse.server.roles import Login

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(os.environ.get("YUSUAN_SUPERSET_VENV", ROOT / ".venv-superset"))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        not (PROGRAMS / "bin/superset").exists(), reason="Superset is not installed: make superset-test"
    ),
]


@dataclass
class Served:
    """A Superset that serves, and a client that has logged in."""

    url: str
    client: httpx.Client
    token: dict[str, str]
    prepared: list[str]

    def get(self, path: str) -> Any:
        answer = self.client.get(path, headers=self.token)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def superset(module_database: Database) -> Iterator[Served]:
    """Prepared twice, since that must change nothing, then serving the samples and two years of one publisher."""
    loader = module_database.engine(Login.LOADER)
    load_samples(loader)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("transform.layouts.LAYOUTS", (LAYOUT,))
        load_two_years(loader)
    loader.dispose()
    settings = module_database.settings
    assert settings.database_url
    assert settings.reader_password
    assert settings.loader_password
    environment = {
        **os.environ,
        "YUSUAN_HOME": str(settings.home),
        "YUSUAN_DATABASE_URL": settings.database_url.get_secret_value(),
        "YUSUAN_READER_PASSWORD": settings.reader_password.get_secret_value(),
        "YUSUAN_LOADER_PASSWORD": settings.loader_password.get_secret_value(),
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    up = [sys.executable, "-m", "bi.superset.up", "--venv", str(PROGRAMS), "--port", str(port)]
    prepared = [
        subprocess.run([*up, "--prepare-only"], env=environment, cwd=ROOT, text=True, capture_output=True, check=True)
        for _ in range(2)
    ]
    server = subprocess.Popen(up, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=url, timeout=120, follow_redirects=True) as client:
            _wait(client, server)
            password = Credentials(settings.home / "credentials").password("superset_admin")
            account = {"username": "admin", "password": password}
            answer = client.post("/api/v1/security/login", json={**account, "provider": "db"})
            token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
            form = re.search(r"csrf_token[^>]*?(?:value=\"|&#34;: ?&#34;)([^\"&]+)", client.get("/login/").text)
            assert form
            client.post("/login/", data={**account, "csrf_token": form[1]})
            yield Served(url, client, token, [one.stdout for one in prepared])
    finally:
        server.terminate()
        server.wait(60)


def _wait(client: httpx.Client, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 300
    while server.poll() is None and time.monotonic() < end:
        try:
            client.get("/health").raise_for_status()
        except httpx.HTTPError:
            time.sleep(1)
        else:
            return
    raise AssertionError(f"Superset does not serve (exit code {server.poll()})")


def test_what_the_bundle_declares_arrives_once(superset: Served) -> None:
    counted = f"1 databases, 6 datasets, {len(CHARTS)} charts, 1 dashboards are there"
    assert [counted in said for said in superset.prepared] == [True, True]


def test_every_chart_has_rows(superset: Served) -> None:
    charts = superset.get("/api/v1/chart/?q=(page_size:100)")["result"]
    rows = {one["slice_name"]: superset.get(f"/api/v1/chart/{one['id']}/data/")["result"][0] for one in charts}
    assert set(rows) == {chart.title for chart in CHARTS}
    assert [name for name, answer in rows.items() if answer["error"] or not answer["rowcount"]] == []


def test_a_sum_of_the_dashboard_is_the_filings_total(superset: Served) -> None:
    (chart,) = [chart for chart in CHARTS if chart.name == "by_district"]
    charts = superset.get("/api/v1/chart/?q=(page_size:100)")["result"]
    (number,) = [one["id"] for one in charts if one["slice_name"] == chart.title]
    rows = superset.get(f"/api/v1/chart/{number}/data/")["result"][0]["data"]
    shown = {(row["region"], row["fiscal_year"]): row["amount_wan"] for row in rows}
    assert shown["广州市花都区", 2023] == 17960.54
    assert shown["广州市番禺区", 2025] == 72239.49


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium")
def test_the_dashboard_shows_all_of_it_in_a_browser(superset: Served, tmp_path: Path) -> None:
    assert CHROMIUM
    with open_browser(CHROMIUM) as page:
        page.open(f"{superset.url}/superset/dashboard/budgets/", dict(superset.client.cookies), 1600, 3600)
        holders = "document.querySelectorAll('.dashboard-component-chart-holder').length"
        page.wait_for(f"{holders} >= {len(CHARTS)} && document.querySelectorAll('.loading').length == 0")
        text = page.evaluate("document.body.innerText")
        drawn = page.evaluate("document.querySelectorAll('canvas').length")
        page.picture(tmp_path / "dashboard.png")
    assert TITLE in text
    assert all(title in text for _, title in FILTERS)
    assert [chart.zh for chart in CHARTS if chart.zh not in text] == []
    assert drawn == sum(chart.type == "echarts_timeseries_bar" for chart in CHARTS)
    assert "没有数据" not in text
    assert "Unexpected error" not in text
    assert (tmp_path / "dashboard.png").stat().st_size > 50_000
