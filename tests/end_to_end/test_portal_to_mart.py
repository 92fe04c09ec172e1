"""From a portal's list page to the mart: the nightly run against a simulator, night after night."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.conftest import SAMPLES, Yusuan
from tests.extract.office.office_typesetting import as_docx, as_html, as_xlsx
from tests.extract.office.test_office_filings import printed
from tests.portal.simulator import Reply, Simulator, redirect, running
from tests.portal.sites import Article, ColumnsSite, GkmlptSite

CATALOGUE = """
publishers:
  - id: huadu
    name: 广州市花都区科技工业商务和信息化局
    region_code: "440114"
    region: 广州市花都区
    portal: {{adapter: gkmlpt, address: {gkmlpt}, allow_private: true}}
  - id: liwan
    name: 广州市荔湾区某局  # its portal lists filings of two
    region_code: "440103"
    region: 广州市荔湾区
    portal: {{adapter: columns, address: {columns}, allow_private: true}}
"""


class Night:
    """Two portals and the catalogue that names them."""

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self.simulator = simulator
        self.gkmlpt = GkmlptSite(
            simulator,
            [
                Article(
                    1,
                    "2023年部门预算项目绩效目标",
                    {"项目支出绩效目标表.pdf": (SAMPLES / "pdf" / "huadu-2023.pdf").read_bytes()},
                ),
                Article(2, "2023年部门预算（不可及）", {"a.pdf": b""}),
                Article(3, "会议通知"),
            ],
        )
        simulator.gzip_always = True
        simulator.routes[self.gkmlpt.attachment(self.gkmlpt.articles[1], 0)] = redirect("http://10.0.0.1/")
        self.columns = ColumnsSite(
            simulator,
            [
                Article(4, "2024年项目支出绩效目标公开", body=as_html(printed("liwan-shangwu-2024")).decode("gb18030")),
                Article(5, "2024年整体支出绩效目标", {"绩效目标.docx": as_docx(printed("liwan-keji-2024"))}),
            ],
        )
        self.catalogue = folder / "catalogue.yaml"
        text = CATALOGUE.format(gkmlpt=self.gkmlpt.address, columns=self.columns.address)
        self.catalogue.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    with running() as simulator:
        yield Night(simulator, tmp_path_factory.mktemp("catalogue"))


@pytest.fixture(scope="module")
def first(yusuan: Yusuan, night: Night) -> dict[str, str]:
    """The first night fails by one alarm: an attachment that leads to a private address."""
    return yusuan.summary("run", "--catalogue", night.catalogue, exit_code=1)


def test_what_the_portals_list_is_in_the_mart(yusuan: Yusuan, first: dict[str, str]) -> None:
    assert sorted(first.values()) == ["published"] * 3
    rows = yusuan.rows(
        "SELECT department, fiscal_year, projects, indicators, stated_total_yuan::text FROM mart.filing ORDER BY title"
    )
    assert ("广州市花都区科技工业商务和信息化局", 2023, 50, 218, "179605400.00") in rows
    assert ("广州市荔湾区某局", 2024, 11, 44, "263220000.00") in rows
    assert len(rows) == 3


def test_every_filing_says_where_it_was_published(yusuan: Yusuan, first: dict[str, str], night: Night) -> None:
    urls = {url for (url,) in yusuan.rows("SELECT source_url FROM mart.filing")}
    assert all(url.startswith(night.simulator.url) for url in urls)
    assert f"{night.simulator.url}/zwgk/4.html" in urls


def test_a_night_with_nothing_new_changes_nothing(yusuan: Yusuan, first: dict[str, str], night: Night) -> None:
    night.simulator.requests.clear()
    assert yusuan.summary("run", "--catalogue", night.catalogue, exit_code=1) == dict.fromkeys(first, "unchanged")
    asked = night.simulator.asked(conditional=False)
    assert [path for path in asked if "gkmlpt/api" not in path and "index" not in path] == [
        night.gkmlpt.attachment(night.gkmlpt.articles[1], 0)
    ], "only what never arrived is asked for without condition"


def test_a_replaced_attachment_is_a_new_version(yusuan: Yusuan, first: dict[str, str], night: Night) -> None:
    night.gkmlpt.articles[0].attachments = {"项目支出绩效目标表.pdf": as_xlsx(printed("huadu-2023"))}
    del night.gkmlpt.articles[1]
    night.gkmlpt.publish()
    (filing_id,) = (name for name in first if name.startswith("huadu-"))
    assert yusuan.summary("run", "--catalogue", night.catalogue)[filing_id] in ("published", "unchanged")
    (sha256,) = (sha for (sha,) in yusuan.rows("SELECT sha256 FROM mart.filing WHERE filing_id = :id", id=filing_id))
    assert sha256


def test_a_rerun_needs_no_network(yusuan: Yusuan, first: dict[str, str], night: Night) -> None:
    night.simulator.unplugged = True
    night.simulator.requests.clear()
    again = yusuan.summary("rerun", "--year", "2024", "--offline", "--catalogue", night.catalogue)
    assert set(again.values()) == {"unchanged"}
    assert len(again) == 2
    assert night.simulator.requests == []


def test_a_portal_that_is_down_fails_the_run_and_keeps_the_mart(
    yusuan: Yusuan, first: dict[str, str], night: Night
) -> None:
    night.simulator.unplugged = True
    assert yusuan.summary("run", "--catalogue", night.catalogue, exit_code=1) == dict.fromkeys(first, "unchanged")
    assert yusuan.rows("SELECT count(*) FROM mart.filing WHERE status = 'published'") == [(3,)]
    night.simulator.unplugged = False


def test_a_portal_that_blocks_is_recorded_with_evidence(yusuan: Yusuan, first: dict[str, str], night: Night) -> None:
    night.simulator.unplugged = False
    night.simulator.routes["/gzhdkg/gkmlpt/index"] = Reply(b"", 412)
    answer = yusuan("run", "--catalogue", night.catalogue)
    assert answer.returncode == 1
    assert "blocked" in answer.stdout + answer.stderr
