"""From a portal to the archive, visit after visit: what is taken, what is remembered, what is said."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from extract.catalogue import FilingEntry
from extract.fetch.collecting import recollect
from tests.extract.fetch.visits import TABLE, Collector, budget, codes, collector, contents, pdf, publisher, simulator
from tests.portal.simulator import Reply, Simulator
from tests.portal.sites import Article, ColumnsSite, GkmlptSite

__all__ = ["collector", "simulator"]


def test_gkmlpt_from_index_page_to_archive(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(1), budget(2), Article(3, "会议通知", {"通知.pdf": pdf("no")})])
    collection = collector.visit(publisher(adapter="gkmlpt", address=site.address))
    assert contents(collector, collection) == [pdf("1"), pdf("2")]
    first = collection.filings[0]
    assert (first.entry.title, first.entry.fiscal_year, first.entry.year_basis) == (
        "2024年部门预算1（绩效目标表1.pdf）",
        2024,
        "read",
    )
    assert first.source_url == f"{simulator.url}{site.attachment(site.articles[0], 0)}"
    (sighting,) = collector.archive.sightings(first.sha256)
    assert (sighting.publisher, sighting.status, str(sighting.published_on)) == ("huadu-keji", 200, "2024-02-01")
    assert sighting.page_url == f"{simulator.url}{site.page(site.articles[0])}"
    assert collection.findings == ()


@pytest.mark.parametrize("quirk", ["gbk", "gzip", "paged", "overstated", "attachments in the page", "page zero empty"])
def test_gkmlpt_with_its_quirks(simulator: Simulator, collector: Collector, quirk: str) -> None:
    articles = [budget(number) for number in range(1, 8)]
    site = GkmlptSite(simulator, articles)
    site.encoding = "gb18030" if quirk == "gbk" else "utf-8"
    site.lists_attachments = quirk != "attachments in the page"
    site.page_zero_is_first = quirk != "page zero empty"
    site.page_size = 3 if quirk in ("paged", "overstated") else 100
    site.overstated = 2 if quirk in ("overstated", "page zero empty") else 0
    simulator.gzip_always = quirk == "gzip"
    site.publish()
    collection = collector.visit(publisher(adapter="gkmlpt", address=site.address))
    assert contents(collector, collection) == [pdf(str(number)) for number in range(1, 8)]
    assert codes(collection) == (["list_shortfall"] if site.overstated else [])
    assert collection.filings[0].entry.title == "2024年部门预算1（绩效目标表1.pdf）"


def test_a_category_by_its_name(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(1)])
    simulator.routes[f"{site.root}/gkmlpt/api/all/5"] = simulator.routes[f"{site.root}/gkmlpt/api/all/0"]
    collection = collector.visit(publisher(adapter="gkmlpt", address=site.address, category="预决算"))
    assert len(collection.filings) == 1
    assert f"{site.root}/gkmlpt/api/all/5?page=1&sid=200001" in simulator.asked()
    missing = collector.visit(publisher(adapter="gkmlpt", address=site.address, category="没有"))
    assert codes(missing) == ["no_such_category"]


def test_columns_in_gb18030_over_several_pages(simulator: Simulator, collector: Collector) -> None:
    articles = [budget(number) for number in range(1, 46)] + [Article(99, "新闻", body=TABLE)]
    site = ColumnsSite(simulator, articles)
    collection = collector.visit(publisher(adapter="columns", address=site.address, item="ul.list li"))
    assert contents(collector, collection) == [pdf(str(number)) for number in range(1, 46)]
    assert collection.filings[0].entry.title == "2024年部门预算1（绩效目标表1.pdf）"
    assert "/zwgk/99.html" not in simulator.asked(), "what is not wanted is not asked for"


def test_a_table_in_the_article_itself_is_a_filing(simulator: Simulator, collector: Collector) -> None:
    site = ColumnsSite(
        simulator, [Article(1, "2024年绩效目标", body=TABLE), Article(2, "2023年绩效目标", body="<p>见附件</p>")]
    )
    declared = publisher(adapter="columns", address=site.address)
    collection = collector.visit(declared)
    assert [filing.source_url for filing in collection.filings] == [f"{simulator.url}/zwgk/1.html"]
    assert codes(collection) == ["nothing_to_take"]
    again = collector.visit(declared)
    assert again.filings == collection.filings
    assert again.fetched == 0


def test_a_list_that_loops_ends(simulator: Simulator, collector: Collector) -> None:
    site = ColumnsSite(simulator, [budget(1)])
    simulator.routes["/zwgk/index_1.html"] = simulator.routes["/zwgk/index_2.html"] = simulator.routes[
        "/zwgk/index.html"
    ]
    for number in range(3, 50):
        simulator.routes[f"/zwgk/index_{number}.html"] = simulator.routes["/zwgk/index.html"]
    assert len(collector.visit(publisher(adapter="columns", address=site.address)).filings) == 1
    assert len([path for path in simulator.asked() if "index" in path]) == 3


def test_take_chooses_by_title_and_year(simulator: Simulator, collector: Collector) -> None:
    titles = [
        "2023年部门预算",
        "2024年部门预算",
        "2024年部门预算（作废）",
        "部门预算",
        "2024年工作总结",
        "二〇二四年部门决算",
    ]
    site = GkmlptSite(simulator, [Article(n, title, {"表.pdf": pdf(title)}) for n, title in enumerate(titles)])
    take = {"titles": ["部门预算", "部门决算"], "exclude": ["作废"], "years": [2024]}
    collection = collector.visit(publisher(adapter="gkmlpt", address=site.address, take=take))
    assert contents(collector, collection) == [pdf("2024年部门预算"), pdf("部门预算"), pdf("二〇二四年部门决算")]
    assert [filing.entry.fiscal_year for filing in collection.filings] == [2024, None, 2024]


def test_a_night_with_nothing_new_asks_only_lists_and_conditionally(simulator: Simulator, collector: Collector) -> None:
    site = ColumnsSite(simulator, [budget(number) for number in range(30)])
    declared = publisher(adapter="columns", address=site.address)
    first = collector.visit(declared)
    simulator.requests.clear()
    second = collector.visit(declared)
    assert second.filings == first.filings
    assert (second.fetched, second.confirmed, second.findings) == (0, 30, ())
    assert {path.rsplit("/", 1)[-1][:5] for path in simulator.asked(conditional=False)} == {"index"}
    assert len(simulator.asked(conditional=True)) == 60  # each article and its attachment


def test_an_attachment_replaced_in_place_is_the_same_filing_with_new_bytes(
    simulator: Simulator, collector: Collector
) -> None:
    site = GkmlptSite(simulator, [budget(1)])
    declared = publisher(adapter="gkmlpt", address=site.address)
    (before,) = collector.visit(declared).filings
    site.articles[0].attachments = {"绩效目标表1.pdf": pdf("corrected")}
    site.publish()
    collection = collector.visit(declared)
    (after,) = collection.filings
    assert codes(collection) == ["attachment_replaced"]
    assert after.entry == before.entry
    assert collector.archive.get(before.sha256) == pdf("1")
    assert collector.archive.get(after.sha256) == pdf("corrected")
    assert collector.visit(declared).findings == (), "a change is said once"


def test_an_attachment_uploaded_anew_inherits_the_filing(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(1)])
    site.lists_attachments = False
    declared = publisher(adapter="gkmlpt", address=site.address)
    (before,) = collector.visit(declared).filings
    page = '<a href="/gzhdkg/attachment/8/1/new.pdf">绩效目标表1（更正）.pdf</a>'
    simulator.routes[site.page(site.articles[0])] = Reply(page.encode())
    simulator.routes["/gzhdkg/attachment/8/1/new.pdf"] = Reply(pdf("corrected"))
    collection = collector.visit(declared)
    assert [filing.entry.id for filing in collection.filings] == [before.entry.id]
    assert "attachment_replaced" in codes(collection)
    assert contents(collector, collection) == [pdf("corrected")]


def test_a_filing_id_does_not_change_with_title_or_year(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(1)])
    declared = publisher(adapter="gkmlpt", address=site.address)
    (before,) = collector.visit(declared).filings
    site.articles[0].title = "2025年部门预算（更正）"
    collection = collector.visit(declared)
    assert codes(collection) == ["article_edited"]
    assert [(filing.entry.id, filing.entry.fiscal_year) for filing in collection.filings] == [(before.entry.id, 2025)]


def test_a_vanished_page_is_said_once_and_its_filing_stays(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(number) for number in range(1, 5)])
    declared = publisher(adapter="gkmlpt", address=site.address)
    before = collector.visit(declared)
    gone, unlisted = site.articles.pop(0), site.articles.pop(0)
    del simulator.routes[site.attachment(gone, 0)]
    collection = collector.visit(declared)
    assert codes(collection) == ["page_vanished", "filing_unlisted"]
    assert simulator.url + site.attachment(unlisted, 0) == collection.findings[1].evidence
    assert {filing.entry.id for filing in collection.filings} == {filing.entry.id for filing in before.filings}
    assert codes(collector.visit(declared)) == []


def test_the_same_filing_on_two_pages_is_loaded_once(simulator: Simulator, collector: Collector) -> None:
    twin = Article(2, "2024年部门预算（转载）", {"表.pdf": pdf("1")})
    site = GkmlptSite(simulator, [budget(1)])
    declared = publisher(adapter="gkmlpt", address=site.address)
    (first,) = collector.visit(declared).filings
    site.articles.insert(0, twin)
    site.publish()
    collection = collector.visit(declared)
    assert collection.filings == (first,)
    assert codes(collection) == ["same_filing_twice"]
    assert len(collector.archive.sightings(first.sha256)) == 2
    assert codes(collector.visit(declared)) == []


def test_the_same_filing_of_two_publishers_is_flagged(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(1)])
    first = publisher(adapter="gkmlpt", address=site.address)
    second = first.model_copy(update={"id": "other-office"})
    assert codes(collector.visit(first)) == []
    assert codes(collector.visit(second)) == ["same_filing_elsewhere"]
    assert codes(collector.visit(second)) == []


def test_an_archive_file_is_as_many_filings_as_it_has_documents(simulator: Simulator, collector: Collector) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("2023/表.pdf", pdf("2023"))
        package.writestr("2024年/表.pdf", pdf("2024"))
        package.writestr("../evil.pdf", pdf("evil"))
    site = GkmlptSite(simulator, [Article(1, "部门预算", {"附件.zip": stream.getvalue()})])
    declared = publisher(adapter="gkmlpt", address=site.address)
    collection = collector.visit(declared)
    assert contents(collector, collection) == [pdf("2023"), pdf("2024")]
    assert [filing.entry.fiscal_year for filing in collection.filings] == [None, 2024]
    assert codes(collection) == ["unsafe_path"]
    assert len({filing.entry.id for filing in collection.filings}) == 2
    assert collector.visit(declared).filings == collection.filings


def test_declared_filings_of_files_and_addresses(simulator: Simulator, collector: Collector) -> None:
    simulator.routes["/a.pdf"] = Reply(pdf("a"))
    (collector.base / "b.txt").write_text("项目支出绩效目标表", encoding="utf-8")
    common: dict[str, Any] = {"publisher": "huadu-keji", "fiscal_year": 2024}
    declared = (
        FilingEntry(id="one", source=f"{simulator.url}/a.pdf", **common),
        FilingEntry(id="two", source="b.txt", **common),
        FilingEntry(id="three", source="missing.txt", **common),
        FilingEntry(id="four", source="file:///etc/passwd", **common),
    )
    portal = publisher(adapter="addresses", documents=[{"url": f"{simulator.url}/c.pdf"}])
    collection = collector.visit(portal, declared)
    assert [filing.entry for filing in collection.filings] == list(declared[:2])
    assert sorted(codes(collection)) == ["bad_address", "listed_but_gone", "unreadable"]
    assert recollect(portal, declared, collector.archive).filings == collection.filings
    assert codes(recollect(portal, declared, collector.archive)) == ["not_archived", "not_archived"]


def test_loading_one_file_leaves_what_the_portal_listed_alone(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(number) for number in range(1, 6)])
    portal = publisher(adapter="gkmlpt", address=site.address)
    collector.visit(portal)
    (collector.base / "b.txt").write_text("x", encoding="utf-8")
    simulator.requests.clear()
    entry = FilingEntry(id="one", publisher="huadu-keji", year_basis="read", source="b.txt")
    single = collector.visit(publisher(), (entry,))
    assert (codes(single), simulator.asked()) == ([], [])
    again = collector.visit(portal)
    assert (len(again.filings), again.confirmed, codes(again)) == (5, 5, [])


def test_offline_needs_no_network(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(1), budget(2)])
    declared = publisher(adapter="gkmlpt", address=site.address)
    before = collector.visit(declared)
    simulator.requests.clear()
    assert recollect(declared, (), collector.archive).filings == before.filings
    assert simulator.requests == []


def test_a_folder_is_a_portal(collector: Collector) -> None:
    folder = collector.base / "filings" / "2024年"
    folder.mkdir(parents=True)
    (folder / "部门预算.pdf").write_bytes(pdf("1"))
    (folder / "notes.md").write_text("no")
    (folder / ".hidden.pdf").write_bytes(pdf("no"))
    declared = publisher(adapter="folder", address="filings")
    collection = collector.visit(declared)
    assert contents(collector, collection) == [pdf("1")]
    again = collector.visit(declared)
    assert again.filings == collection.filings
    assert len(collector.archive.sightings(collection.filings[0].sha256)) == 1
    (folder / "部门预算.pdf").write_bytes(pdf("2"))
    assert codes(collector.visit(declared)) == ["article_edited"]


def test_a_declared_filing_whose_source_changes_is_no_alarm(collector: Collector) -> None:
    """Nor is the baseline of a listing from the time when declared filings counted as listed."""
    entries = []
    for name in ("old", "new"):
        (collector.base / f"{name}.txt").write_text(f"{name}的文件", encoding="utf-8")
        entries.append(FilingEntry(id="one", publisher="huadu-keji", fiscal_year=2024, source=f"{name}.txt"))
    collector.visit(publisher(), (entries[0],))
    listing = json.loads(collector.archive.last_listing("huadu-keji") or b"")
    collector.archive.write_listing("huadu-keji", json.dumps(listing | {"baseline": 1}).encode())
    moved = collector.visit(publisher(), (entries[1],))
    assert contents(collector, moved) == ["new的文件".encode()]
    assert not [code for code in codes(moved) if code == "far_fewer_filings"]
