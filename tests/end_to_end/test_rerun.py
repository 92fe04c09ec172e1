"""A year read again: what would happen, what happened, and that no other year is touched."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.end_to_end.conftest import SAMPLES, Yusuan
from tests.end_to_end.installation import kill, running, until
from warehouse.server.roles import Login

CATALOGUE = """
publishers:
  - {{id: pub-a, name: 广州市荔湾区商务和投资促进局, region_code: "440103", region: {region}}}
filings:
  - {{id: printed-year, publisher: pub-a, year_basis: read, source: 2024.txt}}
  - {{id: other-year, publisher: pub-a, fiscal_year: 2023, source: 2023.txt}}
  - {{id: notice, publisher: pub-a, fiscal_year: 2024, source: notice.txt}}
"""
TEXT = (
    (SAMPLES / "texts" / "liwan-shangwu-2024.txt").read_text(encoding="utf-8").replace("项目支出", "2024年项目支出", 1)
)


def _write(folder: Path, region: str) -> Path:
    catalogue = folder / "catalogue.yaml"
    catalogue.write_text(CATALOGUE.format(region=region), encoding="utf-8")
    return catalogue


@pytest.fixture(scope="module")
def catalogue(yusuan: Yusuan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filing whose year only the document prints, one of another year, one that is held; all loaded once."""
    folder = tmp_path_factory.mktemp("catalogue")
    (folder / "2024.txt").write_text(TEXT, encoding="utf-8")
    (folder / "2023.txt").write_text(TEXT.replace("2024年", "2023年"), encoding="utf-8")
    (folder / "notice.txt").write_text("车辆台账\n甲车 1.00 2.00\n乙车 3.00 4.00\n丙车 5.00 6.00\n", encoding="utf-8")
    path = _write(folder, "广州市荔湾区")
    yusuan.summary("run", "--catalogue", path)
    assert yusuan.rows("SELECT fiscal_year FROM mart.filing WHERE filing_id = 'printed-year'") == [(2024,)]
    return path


def _planned(yusuan: Yusuan, *arguments: str | Path) -> dict[str, Any]:
    answer = yusuan("rerun", "--dry-run", "--json", *arguments)
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_a_dry_run_says_what_would_be_read_and_opens_no_load(yusuan: Yusuan, catalogue: Path) -> None:
    loads = yusuan.rows("SELECT count(*), max(loaded_at) FROM mart.filing")
    planned = _planned(yusuan, "--year", "2024", "--catalogue", catalogue)
    assert [(one["filing_id"], one["status"], one["input"]) for one in planned["filings"]] == [
        ("printed-year", "published", "known"),
        ("notice", "held", "known"),
    ]
    assert planned["rows"]["project"] == {"2024": 11}
    held = _planned(yusuan, "--year", "2024", "--only", "held", "--catalogue", catalogue)
    assert [one["filing_id"] for one in held["filings"]] == ["notice"]
    assert yusuan.rows("SELECT count(*), max(loaded_at) FROM mart.filing") == loads


def test_only_held_reads_only_what_is_held(yusuan: Yusuan, catalogue: Path) -> None:
    assert set(yusuan.summary("rerun", "--year", "2024", "--only", "held", "--catalogue", catalogue)) == {"notice"}


def test_a_rerun_accounts_for_the_year_and_touches_no_other(yusuan: Yusuan, catalogue: Path) -> None:
    """The region is named otherwise: each filing of the year gets a new version, those of other years wait."""
    others = yusuan.rows("SELECT * FROM mart.indicator_target WHERE fiscal_year = 2023 ORDER BY 1, indicator_seq")
    _write(catalogue.parent, "荔湾区")
    planned = _planned(yusuan, "--year", "2024", "--catalogue", catalogue)
    causes = {one["filing_id"]: one["causes"] for one in planned["filings"]}
    assert causes == {"printed-year": ["declaration"], "notice": ["layout"]}, "what no layout fits may fit a new one"
    changed = planned["causes"]["declaration"]
    assert (changed["filings"], changed["rows"]["project"]) == (1, {"2024": 11})
    answer = yusuan("rerun", "--year", "2024", "--offline", "--json", "--catalogue", catalogue)
    assert answer.returncode == 0, answer.stderr
    account = json.loads(answer.stdout)["account"]
    assert [(one["filing_id"], one["version_before"], one["version_after"]) for one in account["changes"]] == [
        ("printed-year", 1, 2)
    ]
    assert account["before"]["project"] == account["after"]["project"] == {"2023": 11, "2024": 11}
    assert account["last"]["project"] == {"2024": 11}, "the run before had counted the year"
    assert yusuan.rows("SELECT * FROM mart.indicator_target WHERE fiscal_year = 2023 ORDER BY 1, indicator_seq") == (
        others
    )


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_killed_backfill_of_several_years_goes_on_where_it_was(
    yusuan: Yusuan, catalogue: Path, tmp_path: Path
) -> None:
    """It is killed at its last filing; the same command reads that one, and what was read before not again."""
    years = ["rerun", "--year", "2023", "--year", "2024", "--offline", "--catalogue", str(catalogue)]
    slowly = replace(yusuan, environment=yusuan.environment | {"YUSUAN_BATCH": "1", "YUSUAN_PARALLEL": "1"})
    looking = yusuan.database.engine(Login.LOADER)
    done = text("SELECT count(*) FROM audit.filing_load WHERE status <> 'staged' AND load_id = :load")
    newest = text("SELECT max(load_id) FROM audit.load")
    with looking.connect() as holding, looking.connect().execution_options(isolation_level="AUTOCOMMIT") as watching:
        before = watching.execute(newest).scalar_one()
        holding.execute(text("SELECT FROM dw.dim_filing WHERE filing_id = 'notice' FOR UPDATE"))
        with running(["flows", *years], slowly.environment, tmp_path / "log") as process:
            load = until(lambda: (found := watching.execute(newest).scalar_one()) > before and found)
            until(lambda: watching.execute(done, {"load": load}).scalar_one() == 2, 90)
            kill(process)
        holding.rollback()
        answer = yusuan(*years, "--json")
        assert answer.returncode == 0, answer.stderr
        summary = json.loads(answer.stdout)
        assert {one["status"] for one in summary["outcomes"]} == {"unchanged"}
        assert summary["notes"][-1].startswith("2 filings are as a killed run")
        read = text("SELECT metrics ->> 'read' FROM audit.load WHERE load_id = :load")
        assert watching.execute(read, {"load": summary["load_id"]}).scalar_one() == "1"
    looking.dispose()
