"""A filing one of whose sections is at fault: whoever watches a run is told that it is published in part."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flows.notifying import news_of
from flows.summary import RunSummary
from tests.end_to_end.conftest import SAMPLES, Yusuan
from warehouse.submission import Outcome, Status

FILING = "xugou-zhengfu-2024-budget"
CATALOGUE = f"""
publishers:
  - id: xugou-caizheng
    name: 虚构县财政局
    region_code: "440000"
    region: 虚构县
filings:
  - id: {FILING}
    publisher: xugou-caizheng
    title: 2024年政府预算
    fiscal_year: 2024
    source: zhengfu.txt
"""


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample of a government, one amount of the transfers to townships changed."""
    folder = tmp_path_factory.mktemp("partial")
    text = (SAMPLES / "texts" / "zhengfu-2024-budget.txt").read_text(encoding="utf-8")
    assert text.count("甲镇\t12,000") == 1
    (folder / "zhengfu.txt").write_text(text.replace("甲镇\t12,000", "甲镇\t13,000"), encoding="utf-8")
    (folder / "catalogue.yaml").write_text(CATALOGUE, encoding="utf-8")
    return folder / "catalogue.yaml"


def states_of(yusuan: Yusuan) -> set[str]:
    with closing(sqlite3.connect(Path(yusuan.environment["PREFECT_HOME"]) / "prefect.db")) as database:
        return {
            name for (name,) in database.execute("SELECT state_name FROM flow_run WHERE parent_task_run_id IS NULL")
        }


def test_a_run_says_partial_wherever_it_is_watched(yusuan: Yusuan, catalogue: Path) -> None:
    assert yusuan.summary("run", "--catalogue", catalogue) == {FILING: "partial"}
    assert "Partial" in states_of(yusuan)
    statuses = yusuan.rows("SELECT status, count(*) FROM mart.section WHERE part = 'records' GROUP BY 1 ORDER BY 1")
    assert statuses == [("held", 1), ("published", 4)]
    status = yusuan("status", "--json")
    told = json.loads(status.stdout)
    assert (told["filings"], told["held"]) == ({"partial": 1}, 1)
    assert "published in part" in yusuan("held").stdout
    assert yusuan.summary("rerun", "--year", "2024", "--catalogue", catalogue, "--strict", exit_code=1) == {
        FILING: "unchanged"
    }


def test_a_message_says_what_is_published_in_part() -> None:
    outcome = Outcome(filing_id=FILING, status=Status.PARTIAL, reasons=("control_statement: 27,000 is not 28,000",))
    summary = RunSummary(1, "nightly", (outcome,), {}, (), 1.0)
    assert news_of(summary) == [f"partial · {FILING}: control_statement: 27,000 is not 28,000"]
    assert (summary.exit_code(strict=False), summary.exit_code(strict=True)) == (0, 1)
    assert "1 partial" in summary.headline()
