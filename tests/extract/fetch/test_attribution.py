"""One portal, many departments: each filing under the department that it is of, none under the portal's own name."""

from __future__ import annotations

from typing import Any

from extract.catalogue import Catalogue
from extract.departments import Department
from extract.fetch.collecting import Collection, collect, recollect
from extract.fetch.courtesy import Courtesy
from extract.settings import FetchSettings
from tests.extract.fetch.test_unpacking import packed
from tests.extract.fetch.visits import Collector, codes, collector, pdf, simulator
from tests.portal.simulator import Reply, Simulator
from tests.portal.sites import Article, ColumnsSite, GkmlptSite

__all__ = ["collector", "simulator"]
REGION = {"region_code": "440114", "region": "广州市花都区"}
NAMES = {"huadu-jiaoyu": "广州市花都区教育局", "huadu-keji": "广州市花都区科技局"}


def catalogue(sources: list[str], **portal: Any) -> Catalogue:
    declared = {"allow_private": True, "departments": {"from": sources}, **portal}
    district = {"id": "huadu-district", "name": "广州市花都区人民政府", **REGION, "portal": declared}
    departments = [{"id": each, "name": name, **REGION} for each, name in NAMES.items()]
    return Catalogue.model_validate({"publishers": [district], "departments": departments})


def visit(collector: Collector, declared: Catalogue, further: tuple[Department, ...] = ()) -> Collection:
    settings = FetchSettings(interval=0, backoff=0.01, recheck_days=0)
    table = declared.table(further)
    return collect(
        declared.publishers[0],
        (),
        collector.archive,
        settings,
        Courtesy(settings),
        base=collector.base,
        departments=table,
    )


def whose(collection: Collection) -> dict[str, tuple[str, list[str]]]:
    return {
        str(filing.entry.title): (filing.publisher.id, [doubt.code for doubt in filing.doubts])
        for filing in collection.filings
    }


def test_a_list_is_read_once_for_all_departments_and_titles_say_whose_each_filing_is(
    simulator: Simulator, collector: Collector
) -> None:
    titles = ["花都区教育局2024年部门预算", "区科技局2024年部门预算", "花都区某中心2024年单位预算"]
    site = ColumnsSite(simulator, [Article(n, title, {"a.pdf": pdf(title)}) for n, title in enumerate(titles, 1)])
    declared = catalogue(["title"], adapter="columns", address=site.address)
    collection = visit(collector, declared)
    assert whose(collection) == {
        "花都区教育局2024年部门预算（a.pdf）": ("huadu-jiaoyu", []),
        "区科技局2024年部门预算（a.pdf）": ("huadu-keji", []),
        "花都区某中心2024年单位预算（a.pdf）": ("publisher-unknown-440114", ["publisher_unknown"]),
    }
    unknown = collection.filings[2]
    assert unknown.entry.publisher == unknown.publisher.id
    assert "花都区某中心" in unknown.doubts[0].message
    assert simulator.asked().count("/zwgk/index.html") == 1

    added = Department(id="huadu-zhongxin", name="广州市花都区某中心", **REGION)
    again = visit(collector, declared, (added,))
    assert whose(again)["花都区某中心2024年单位预算（a.pdf）"] == ("huadu-zhongxin", [])
    assert [filing.entry.id for filing in again.filings] == [filing.entry.id for filing in collection.filings]
    offline = recollect(declared.publishers[0], (), collector.archive, declared.table((added,)))
    assert offline.filings == again.filings


def test_a_field_of_the_interface_names_the_department(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [Article(1, "2024年部门预算", {"a.pdf": pdf("1")}, publisher="花都区教育局")])
    declared = catalogue(["field", "title"], adapter="gkmlpt", address=site.address)
    assert list(whose(visit(collector, declared)).values()) == [("huadu-jiaoyu", [])]


def test_an_article_and_a_column_that_disagree_hold(simulator: Simulator, collector: Collector) -> None:
    row = "<tr><td><a href=/a.html>2024年部门预算公开</a></td><td class=org>教育局</td><td>2024-02-01</td></tr>"
    simulator.routes["/l/"] = Reply(f"<table>{row}</table>".encode())
    about = "<table><tr><td>索引号</td><td>1</td></tr><tr><td>发布机构</td><td>花都区科技局</td></tr></table>"
    simulator.routes["/a.html"], simulator.routes["/a.pdf"] = (
        Reply(f"{about}<a href=/a.pdf>a</a>".encode()),
        Reply(pdf("a")),
    )
    portal = {"adapter": "columns", "address": f"{simulator.url}/l/", "item": "tr", "department": "td.org"}
    (filing,) = visit(collector, catalogue(["column", "article"], **portal)).filings
    assert (filing.publisher.id, [each.code for each in filing.doubts]) == ("huadu-jiaoyu", ["publisher_disagrees"])


def test_folders_of_a_package_name_departments(simulator: Simulator, collector: Collector) -> None:
    package = packed({"01 教育局/预算.pdf": pdf("1"), "02 科技局/预算.pdf": pdf("2"), "预算.pdf": pdf("3")})
    site = ColumnsSite(simulator, [Article(1, "花都区2024年部门预算公开", {"all.zip": package})])
    collection = visit(collector, catalogue(["folder", "title"], adapter="columns", address=site.address))
    assert [publisher for publisher, _ in whose(collection).values()] == [
        "huadu-jiaoyu",
        "huadu-keji",
        "publisher-unknown-440114",
    ]


def test_the_document_itself_names_it_where_nothing_else_does(simulator: Simulator, collector: Collector) -> None:
    text = "广州市花都区教育局\n2024年部门预算\n目录\n".encode()
    site = ColumnsSite(simulator, [Article(1, "2024年部门预算公开", {"a.txt": text})])
    declared = catalogue(["title", "document"], adapter="columns", address=site.address)
    collection = visit(collector, declared)
    assert list(whose(collection).values()) == [("huadu-jiaoyu", [])]
    assert visit(collector, declared).filings == collection.filings


def test_bytes_that_another_portal_listed_first_say_where(simulator: Simulator, collector: Collector) -> None:
    site = ColumnsSite(simulator, [Article(1, "花都区教育局2024年部门预算", {"a.pdf": pdf("1")})])
    declared = catalogue(["title"], adapter="columns", address=site.address)
    (first,) = visit(collector, declared).filings
    own = declared.publishers[0].model_copy(update={"id": "huadu-jiaoyu"})
    second = visit(collector, declared.model_copy(update={"publishers": (own,)}))
    assert first.first is None
    assert second.filings[0].first == ("huadu-district", first.entry.id)
    assert second.filings[0].publisher.id == first.publisher.id == "huadu-jiaoyu"
    assert codes(second) == ["same_filing_elsewhere"]
