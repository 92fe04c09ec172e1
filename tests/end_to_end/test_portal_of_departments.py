"""A district's portal lists documents of its departments: each is held or published as its department's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.conftest import SAMPLES, Yusuan
from tests.portal.simulator import Simulator, running
from tests.portal.sites import Article, ColumnsSite

CATALOGUE = """
publishers:
  - id: huadu-district
    name: 广州市花都区人民政府
    region_code: "440114"
    region: 广州市花都区
    portal: {{adapter: columns, address: {district}, allow_private: true, departments: {{from: [title]}}}}
  - id: panyu-kegongshangxin
    name: 广州市番禺区科技工业商务和信息化局
    region_code: "440113"
    region: 广州市番禺区
    portal: {{adapter: columns, address: {own}, allow_private: true}}
  - id: panyu-district
    name: 广州市番禺区人民政府
    region_code: "440113"
    region: 广州市番禺区
    portal: {{adapter: columns, address: {other}, allow_private: true, departments: {{from: [title]}}}}
"""
HUADU = "广州市花都区科技工业商务和信息化局"
PANYU = "广州市番禺区科技工业商务和信息化局"


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


@pytest.fixture(scope="module")
def catalogue(simulator: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    documents = {name: (SAMPLES / "pdf" / f"{name}.pdf").read_bytes() for name in ("huadu-2023", "panyu-2025")}
    panyu = Article(2, f"{PANYU}2025年部门预算绩效目标", {"绩效目标.pdf": documents["panyu-2025"]})
    district = [Article(1, f"{HUADU}2023年部门预算绩效目标", {"绩效目标.pdf": documents["huadu-2023"]})]
    sites = {
        "district": ColumnsSite(simulator, district, root="/huadu").address,
        "own": ColumnsSite(simulator, [panyu], root="/panyu").address,
        "other": ColumnsSite(simulator, [panyu], root="/panyuqu").address,
    }
    path = tmp_path_factory.mktemp("catalogue") / "catalogue.yaml"
    path.write_text(CATALOGUE.format(**sites), encoding="utf-8")
    return path


def test_what_nobody_names_is_held_until_its_department_is_added(yusuan: Yusuan, catalogue: Path) -> None:
    first = yusuan.summary("run", "--catalogue", catalogue)
    (held,) = (name for name, status in first.items() if name.startswith("huadu-district") and status == "held")
    (row,) = yusuan.rows("SELECT department, held_reasons::text FROM mart.filing WHERE filing_id = :id", id=held)
    assert row[0] == "未知"
    assert "publisher_unknown" in row[1]
    assert HUADU in row[1], "the words seen"
    assert len(first) == 2, "the same bytes of one department, on two portals, are one filing"

    names = ("--id", "huadu-keji", "--region", "440114", "--region-name", "广州市花都区", "--by", "甲")
    assert yusuan("departments", "add", HUADU, *names).returncode == 0
    assert HUADU in yusuan("departments", "list", "--catalogue", catalogue).stdout
    second = yusuan.summary("run", "--catalogue", catalogue)
    assert second[held] == "published"
    rows = yusuan.rows("SELECT department FROM mart.filing WHERE status = 'published' ORDER BY 1")
    assert (HUADU,) in rows
    assert ("广州市花都区人民政府",) not in rows
