"""A word that nobody knows, from the command line: held, said what it means, read again, published; and taken back."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from tests.end_to_end.conftest import Yusuan

CATALOGUE = """
publishers:
  - {id: pub-a, name: 某区交通运输局, region_code: "440103", region: 广州市荔湾区}
filings:
  - {id: road, publisher: pub-a, fiscal_year: 2024, source: road.html}
"""
ROWS = (
    ("项目名称", "村道硬化", "", ""),
    ("主管部门", "某区交通运输局", "实施单位", "某区交通运输局"),
    ("资金（万元）", "统筹甲款", "5.00", ""),
    ("年度目标", "硬化村道8公里", "", ""),
    ("一级指标", "二级指标", "三级指标", "指标值"),
    ("产出指标", "数量指标", "硬化里程", "≥8公里"),
    ("效益指标", "社会效益指标", "受益人口", "≥900人"),
)
VERSION = (
    "SELECT version, status, pending_version, loaded_total_yuan FROM mart.filing WHERE filing_id = 'road'"  # one row
)


def table() -> str:
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS)
    return f"<html><body><p>项目支出绩效目标表（2024年度）</p><table border=1>{cells}</table></body></html>"


def test_a_word_that_hides_money_is_held_named_read_and_taken_back(yusuan: Yusuan, tmp_path: Path) -> None:
    (tmp_path / "road.html").write_text(table(), encoding="utf-8")
    catalogue = tmp_path / "catalogue.yaml"
    catalogue.write_text(CATALOGUE, encoding="utf-8")
    assert yusuan.summary("run", "--catalogue", catalogue) == {"road": "held"}
    held = yusuan("held").stdout
    (said,) = re.findall(r"yusuan (vocabulary add .+)", held)
    assert said == "vocabulary add '统筹甲款' --means CONCEPT --place form.money --by NAME", held
    arguments = shlex.split(said.replace("CONCEPT", "其他资金").replace("NAME", "王某"))
    answer = yusuan(*arguments, "--catalogue", catalogue)
    assert answer.returncode == 0, answer.stderr
    assert "1 filings had met it: road" in answer.stdout
    assert yusuan.rows(VERSION) == [(2, "published", None, 50_000)]
    lines = "SELECT funding_source, amount_yuan FROM mart.project_budget WHERE filing_id = 'road'"
    assert yusuan.rows(lines) == [("其他资金", 50_000)]
    assert yusuan.summary("run", "--catalogue", catalogue) == {"road": "unchanged"}
    taken = yusuan("vocabulary", "remove", "统筹甲款", "--place", "form.money", "--by", "李某")
    assert taken.returncode == 0, taken.stderr
    assert yusuan.summary("run", "--catalogue", catalogue) == {"road": "held"}
    assert yusuan.rows(VERSION) == [(2, "published", 3, 50_000)], "what was published stays until a person decides"
