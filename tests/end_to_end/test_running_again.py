"""The README's first command, and again: after the first run nothing changes any more."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from extract.catalogue import read_catalogue
from tests.end_to_end.conftest import SAMPLES, Yusuan

CATALOGUE = read_catalogue(SAMPLES / "catalogue.yaml")
YEARS = {entry.id: entry.fiscal_year for entry in CATALOGUE.filings}
HELD = "huangpu-gongxin-2024-projects"
"""724.00 万元 are missing from the publication."""


@pytest.fixture(scope="module")
def first_run(yusuan: Yusuan) -> dict[str, str]:
    return yusuan.summary("run")


def test_every_filing_is_decided_and_the_incomplete_one_is_held(first_run: dict[str, str]) -> None:
    assert first_run == {filing: "held" if filing == HELD else "published" for filing in YEARS}


def test_a_held_filing_shows_nothing_in_the_facts_but_its_reason(yusuan: Yusuan, first_run: dict[str, str]) -> None:
    [(status, reasons, difference)] = yusuan.rows(
        "SELECT status, held_reasons, difference_yuan FROM mart.filing WHERE filing_id = :id", id=HELD
    )
    assert (status, difference) == ("held", Decimal("7240000.00"))
    assert "7,240,000.00" in reasons
    assert yusuan.rows("SELECT count(*) FROM mart.project WHERE filing_id = :id", id=HELD) == [(0,)]


def test_a_second_run_loads_nothing_and_says_unchanged(yusuan: Yusuan, first_run: dict[str, str]) -> None:
    before = yusuan.rows("SELECT filing_id, version, loaded_at FROM mart.filing ORDER BY 1")
    assert set(yusuan.summary("run").values()) == {"unchanged"}
    assert yusuan.rows("SELECT filing_id, version, loaded_at FROM mart.filing ORDER BY 1") == before


def test_a_year_read_again_is_the_same_and_no_other_year_is_touched(yusuan: Yusuan, first_run: dict[str, str]) -> None:
    before = yusuan.rows("SELECT filing_id, version, loaded_at FROM mart.filing ORDER BY 1")
    again = yusuan.summary("rerun", "--year", "2024")
    assert again == {filing: "unchanged" for filing, year in YEARS.items() if year == 2024}
    assert yusuan.rows("SELECT filing_id, version, loaded_at FROM mart.filing ORDER BY 1") == before


def test_a_year_that_is_not_there_is_an_error_that_says_what_is(yusuan: Yusuan) -> None:
    answer = yusuan("rerun", "--year", "1999")
    assert answer.returncode == 1
    assert answer.stderr.splitlines()[-1] == (
        "yusuan: no filing of 1999 to read again; the catalogue declares 2023, 2024, 2025"
    )


def test_strict_fails_on_what_is_held(yusuan: Yusuan, first_run: dict[str, str]) -> None:
    assert yusuan.summary("run", "--strict", exit_code=1)[HELD] == "unchanged"


def test_the_table_names_every_filing_and_what_is_held(yusuan: Yusuan, first_run: dict[str, str]) -> None:
    answer = yusuan("run")
    assert all(filing in answer.stdout for filing in YEARS)
    assert "unchanged (held)" in answer.stdout
    assert "17,960.54" in answer.stdout
    assert "Finished in state" not in answer.stderr, "Prefect's own log stays in Prefect"


def test_a_wrong_address_of_notify_is_one_line_and_no_traceback(yusuan: Yusuan) -> None:
    wrong = replace(yusuan, environment=yusuan.environment | {"YUSUAN_NOTIFY": "nonsense:secret"})
    answer = wrong("run")
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    assert answer.stderr.splitlines()[-1] == (
        "yusuan: YUSUAN_NOTIFY: address 1 is not one that Apprise knows (scheme nonsense)"
    )


def announced(folder: Path, *entries: dict[str, Any]) -> Path:
    """A catalogue of one publisher that announces one file under several names and addresses."""
    shutil.copy(SAMPLES / CATALOGUE.filings[0].source, folder / "table.txt")
    publisher = next(one for one in CATALOGUE.publishers if one.id == CATALOGUE.filings[0].publisher)
    first = CATALOGUE.filings[0].model_dump(mode="json") | {"source": "table.txt"}
    declared = {
        "publishers": [publisher.model_dump(mode="json", exclude={"portal"})],
        "filings": [first | {"source_url": f"https://example.org/{n}.txt"} | each for n, each in enumerate(entries, 1)],
    }
    path = folder / "catalogue.json"
    path.write_text(json.dumps(declared, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_file_that_is_announced_twice_is_one_filing_seen_again(fresh: Callable[[], Yusuan], tmp_path: Path) -> None:
    """In one run and in a rerun; nothing is doubled, nothing waits for a person."""
    yusuan = fresh()
    catalogue = announced(tmp_path, {"id": "first"}, {"id": "second"})
    assert yusuan.summary("run", "--catalogue", catalogue) == {"first": "published", "second": "unchanged"}
    once = yusuan.rows("SELECT count(*), sum(amount_yuan) FROM mart.project_budget")
    catalogue = announced(tmp_path, {"id": "a-third"}, {"id": "first"}, {"id": "second"})
    answer = yusuan("rerun", "--catalogue", catalogue, "--year", str(CATALOGUE.filings[0].fiscal_year))
    assert answer.returncode == 0
    assert "a-third: the same file as first, seen again at https://example.org/1.txt" in " ".join(answer.stdout.split())
    assert yusuan.rows("SELECT filing_id, status FROM mart.filing") == [("first", "published")]
    assert yusuan.rows("SELECT count(*), sum(amount_yuan) FROM mart.project_budget") == once
