"""`yusuan try`: a document is read and judged by the words in force; the warehouse that is here knows nothing of it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.end_to_end.conftest import Yusuan
from tests.end_to_end.test_vocabulary import table

DECLARED = ("--region", "440103", "--publisher", "某区交通运输局")


def test_a_document_is_judged_and_nothing_of_it_stays(yusuan: Yusuan, tmp_path: Path) -> None:
    (tmp_path / "road.html").write_text(table(), encoding="utf-8")
    tried = yusuan("try", tmp_path / "road.html", *DECLARED)
    assert "1 held      project_target_form" in tried.stdout, tried.stderr
    assert "vocabulary add '统筹甲款' --means CONCEPT" in tried.stdout
    catalogue = tmp_path / "catalogue.yaml"
    catalogue.write_text("publishers: []\nfilings: []\n", encoding="utf-8")
    yusuan(
        "vocabulary",
        "add",
        "统筹甲款",
        "--means",
        "其他资金",
        "--place",
        "form.money",
        "--by",
        "王某",
        "--catalogue",
        catalogue,
    )
    (section,) = json.loads(yusuan("try", tmp_path / "road.html", *DECLARED, "--json").stdout)["sections"]
    assert (section["status"], section["loaded_total_yuan"]) == ("published", "50000.00")
    assert yusuan.rows("SELECT filing_id FROM mart.filing") == []
