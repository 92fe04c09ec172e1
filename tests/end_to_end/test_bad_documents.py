"""One bad document never stops the others, and each says why it is not in the mart."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.end_to_end.conftest import SAMPLES, Yusuan

GOOD = SAMPLES / "texts" / "liwan-shangwu-2024.txt"
CATALOGUE = """
publishers:
  - {id: pub-a, name: 广州市荔湾区商务和投资促进局, region_code: "440103", region: 广州市荔湾区}
  - {id: pub-b, name: 广州市某某局, region_code: "440103", region: 广州市荔湾区}
filings:
  - {id: broken-pdf, publisher: pub-b, fiscal_year: 2024, source: broken.pdf}
  - {id: missing, publisher: pub-b, fiscal_year: 2024, source: nowhere.txt}
  - {id: unknown-layout, publisher: pub-b, fiscal_year: 2024, source: notice.txt}
  - {id: good, publisher: pub-a, fiscal_year: 2024, source: good.pdf}
"""


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four filings; the good one is a text under a wrong name."""
    folder = tmp_path_factory.mktemp("catalogue")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7\n1 0 obj <</Type /Catalog /Pages 2 0 R>>")
    (folder / "notice.txt").write_text("车辆台账\n甲车 1.00 2.00\n乙车 3.00 4.00\n丙车 5.00 6.00\n", encoding="utf-8")
    shutil.copy(GOOD, folder / "good.pdf")
    (folder / "catalogue.yaml").write_text(CATALOGUE, encoding="utf-8")
    return folder / "catalogue.yaml"


@pytest.fixture(scope="module")
def first_run(yusuan: Yusuan, catalogue: Path) -> dict[str, str]:
    return yusuan.summary("run", "--catalogue", catalogue, exit_code=1)


def test_the_good_one_is_published_whatever_the_others_do(yusuan: Yusuan, first_run: dict[str, str]) -> None:
    assert first_run == {
        "broken-pdf": "failed",
        "missing": "failed",
        "unknown-layout": "held",
        "good": "published",
    }
    assert yusuan.rows("SELECT filing_id, count(*) FROM mart.project GROUP BY 1") == [("good", 11)]


def test_the_mart_says_why_each_is_missing(yusuan: Yusuan, first_run: dict[str, str]) -> None:
    reasons = dict(yusuan.rows("SELECT filing_id, held_reasons FROM mart.filing WHERE status <> 'published'"))
    assert set(reasons) == {"broken-pdf", "missing", "unknown-layout"}
    assert "layout" in reasons["unknown-layout"]


def test_a_failed_filing_is_tried_again_and_the_rest_is_unchanged(
    yusuan: Yusuan, first_run: dict[str, str], catalogue: Path
) -> None:
    assert yusuan.summary("run", "--catalogue", catalogue, exit_code=1) == {
        "broken-pdf": "failed",
        "missing": "failed",
        "unknown-layout": "unchanged",
        "good": "unchanged",
    }


def test_an_unrecognised_document_is_held_with_what_was_seen(yusuan: Yusuan, first_run: dict[str, str]) -> None:
    answer = yusuan("show", "unknown-layout")
    assert answer.returncode == 0, answer.stderr
    assert "车辆台账" in answer.stdout


def test_one_file_is_loaded_without_a_catalogue(yusuan: Yusuan, tmp_path: Path) -> None:
    # not the very bytes of `good`: those would be held as published already under another name
    (tmp_path / "page.html").write_bytes(GOOD.read_bytes() + b"\n")
    arguments = ["--id", "given-2024", "--publisher", "liwan-shangwu", "--region", "440103", "--year", "2024"]
    department = ["--department", "广州市荔湾区商务和投资促进局", "--kind", "project_target_table"]
    assert yusuan.summary("load", tmp_path / "page.html", *arguments, *department) == {"given-2024": "published"}
    [(department_name, projects)] = yusuan.rows(
        "SELECT department, projects FROM mart.filing WHERE filing_id = 'given-2024'"
    )
    assert (department_name, projects) == ("广州市荔湾区商务和投资促进局", 11)


def test_a_catalogue_that_is_wrong_is_refused_before_anything_starts(yusuan: Yusuan, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("publishers: []\nfilings:\n  - {id: a-b-c, publisher: nobody, source: x.txt}\n", encoding="utf-8")
    answer = yusuan("run", "--catalogue", wrong)
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"yusuan: catalogue {wrong}: filings.0")


def test_an_id_that_is_another_publishers_is_refused_before_anything_is_read(
    yusuan: Yusuan, first_run: dict[str, str]
) -> None:
    shown = "SELECT department, version, status, pending_status FROM mart.filing WHERE filing_id = 'good'"
    before = yusuan.rows(shown)
    arguments = ["--id", "good", "--publisher", "pub-b", "--department", "广州市某某局", "--region", "440103"]
    answer = yusuan("load", SAMPLES / "texts" / "huadu-2023.txt", *arguments, "--year", "2023")
    assert answer.returncode == 1
    assert "good is a filing of pub-a (广州市荔湾区商务和投资促进局), not of pub-b (广州市某某局)" in answer.stdout
    assert "reading" not in answer.stderr
    assert yusuan.rows(shown) == before
