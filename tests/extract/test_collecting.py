"""From a portal to the archive, visit after visit: what is taken, what is remembered, what is said."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from extract.archive import Archive
from extract.catalogue import Catalogue, FilingEntry, Publisher
from extract.collecting import Collection, accept_listing, collect, recollect
from extract.courtesy import Courtesy
from extract.settings import FetchSettings
from tests.portal.simulator import Reply, Simulator, raw, redirect, running
from tests.portal.sites import Article, ColumnsSite, GkmlptSite

TABLE = "<p>单位：万元</p><table>" + "<tr><td>项目</td><td>1.00</td></tr>" * 3 + "</table>"


@dataclass
class Collector:
    """Visits with an archive of its own; keeps the settings quick."""

    archive: Archive
    base: Path
    settings: dict[str, Any] = field(default_factory=dict)

    def visit(self, publisher: Publisher, declared: tuple[FilingEntry, ...] = ()) -> Collection:
        quick: dict[str, Any] = {"interval": 0, "backoff": 0.01, "total_seconds": 3, "read_seconds": 1, "attempts": 2}
        settings = FetchSettings(**(quick | self.settings))
        return collect(publisher, declared, self.archive, settings, Courtesy(settings), base=self.base)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


@pytest.fixture
def collector(tmp_path: Path) -> Collector:
    return Collector(Archive(tmp_path / "archive"), tmp_path)


def publisher(**portal: Any) -> Publisher:
    declared = {"allow_private": True, **portal} if portal else None
    entry = {
        "id": "huadu-keji",
        "name": "花都区科技局",
        "region_code": "440114",
        "region": "花都区",
        "portal": declared,
    }
    return Catalogue.model_validate({"publishers": [entry]}).publishers[0]


def pdf(text: str) -> bytes:
    return b"%PDF-1.4\n" + text.encode()


def codes(collection: Collection) -> list[str]:
    return [finding.code for finding in collection.findings]


def contents(collector: Collector, collection: Collection) -> list[bytes]:
    return [collector.archive.get(filing.sha256) for filing in collection.filings]


def budget(number: int, **changed: Any) -> Article:
    return Article(
        number, changed.pop("title", f"2024年部门预算{number}"), {f"绩效目标表{number}.pdf": pdf(str(number))}
    )


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


def test_far_fewer_filings_are_an_alarm_until_a_person_accepts_them(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(number) for number in range(1, 11)])
    declared = publisher(adapter="gkmlpt", address=site.address)
    collector.visit(declared)
    site.articles = site.articles[:3]
    assert codes(collector.visit(declared))[0] == "far_fewer_filings"
    assert codes(collector.visit(declared)) == ["far_fewer_filings"], "the alarm stays, the changes are said once"
    assert accept_listing(declared, collector.archive) == 3
    assert codes(collector.visit(declared)) == []


def test_an_empty_list_is_an_alarm(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(1)])
    declared = publisher(adapter="gkmlpt", address=site.address)
    collector.visit(declared)
    site.articles = []
    assert "far_fewer_filings" in codes(collector.visit(declared))


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


def test_three_cut_documents_in_a_row_do_not_make_a_host_down(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(number) for number in range(1, 9)])
    for article in site.articles[:7]:
        simulator.routes[site.attachment(article, 0)] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n%PDF")
    collection = collector.visit(publisher(adapter="gkmlpt", address=site.address))
    assert codes(collection) == ["cut_short"] * 7
    assert contents(collector, collection) == [pdf("8")]


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


def test_a_list_that_breaks_off_loses_nothing_that_was_known(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(number) for number in range(1, 10)])
    site.page_size = 3
    declared = publisher(adapter="gkmlpt", address=site.address)
    before = collector.visit(declared)
    simulator.routes[f"{site.root}/gkmlpt/api/all/0?page=2&sid=200001"] = raw(
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"
    )
    collection = collector.visit(declared)
    assert codes(collection) == ["cut_short"]
    assert {filing.entry.id for filing in collection.filings} == {filing.entry.id for filing in before.filings}
    del simulator.routes[f"{site.root}/gkmlpt/api/all/0?page=2&sid=200001"]
    assert codes(collector.visit(declared)) == []


def test_a_portal_unplugged_in_the_middle_is_taken_up_again(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(number) for number in range(1, 21)])
    declared = publisher(adapter="gkmlpt", address=site.address)

    def pull(_: Any) -> Reply:
        simulator.unplugged = True
        return Reply(pdf("8"))

    simulator.routes[site.attachment(site.articles[7], 0)] = pull
    collection = collector.visit(declared)
    assert len(collection.filings) == 8
    assert codes(collection) == ["unreachable"] * 5 + ["host_down"] * 7
    simulator.unplugged = False
    site.publish()
    simulator.requests.clear()
    again = collector.visit(declared)
    assert len(again.filings) == 20
    assert (again.fetched, again.confirmed) == (12, 8)
    assert list(collector.archive.verify()) == []


def test_a_blocked_portal_is_recorded_and_its_filings_stay(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(1)])
    declared = publisher(adapter="gkmlpt", address=site.address)
    before = collector.visit(declared)
    simulator.routes[f"{site.root}/gkmlpt/index"] = Reply(b"", 412)
    collection = collector.visit(declared)
    assert codes(collection) == ["blocked"]
    assert "HTTP 412" in collection.findings[0].evidence
    assert collection.filings == before.filings


def test_one_hostile_attachment_leaves_the_others(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(number) for number in range(1, 6)])
    simulator.routes[site.attachment(site.articles[0], 0)] = redirect("http://169.254.169.254/latest/meta-data/")
    simulator.routes[site.attachment(site.articles[1], 0)] = redirect("/x", cookie="a=b")
    simulator.routes["/x"] = redirect("/x", cookie="a=b")
    simulator.routes[site.attachment(site.articles[2], 0)] = Reply("<html><p>页面不存在</p></html>".encode())
    simulator.routes[site.attachment(site.articles[3], 0)] = Reply(b"\x89PNG\r\n\x1a\n" + b"\0" * 50)
    collection = collector.visit(publisher(adapter="gkmlpt", address=site.address))
    assert codes(collection) == ["private_address", "blocked", "error_page", "unreadable_medium"]
    assert contents(collector, collection) == [pdf("5")]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>maintenance</html>",
        b"[]",
        b'{"articles": 5}',
        b'{"articles": [1, null, "x", {"id": null}, {}]}',
        b'{"articles": ' + b"[" * 100_000,
        json.dumps(
            {"articles": [{"id": 1, "title": "2024年部门预算", "attachment": "not json", "date": 10**30}]}
        ).encode(),
        json.dumps(
            {"articles": [{"id": 1, "title": "2024年部门预算", "url": "http://[", "date": -1}], "classify": 5}
        ).encode(),
        json.dumps(
            {"articles": [{"id": 1, "title": {"a": 1}, "attachment": [{"url": "file:///etc/passwd"}]}]}
        ).encode(),
    ],
)
def test_a_list_of_nonsense_ends_in_findings(simulator: Simulator, collector: Collector, answer: bytes) -> None:
    site = GkmlptSite(simulator, [])
    simulator.routes[f"{site.root}/gkmlpt/api/all/0"] = Reply(answer)
    collection = collector.visit(publisher(adapter="gkmlpt", address=site.address))
    assert collection.filings == ()


@pytest.mark.parametrize(
    "title", ["2024年部门预算\x00\x1b[31m\n", "2024年部门预算" + "预" * 100_000, "2024年部门预算\ud800"]
)
def test_a_title_never_carries_what_a_database_or_a_terminal_cannot(
    simulator: Simulator, collector: Collector, title: str
) -> None:
    site = GkmlptSite(simulator, [])
    entry = {"id": 1, "title": title, "date": "²", "attachment": [{"id": 1, "name": "表.pdf", "url": "/a.pdf"}]}
    simulator.routes[f"{site.root}/gkmlpt/api/all/0"] = Reply(json.dumps({"articles": [entry]}).encode())
    simulator.routes["/a.pdf"] = Reply(pdf("1"))
    collection = collector.visit(publisher(adapter="gkmlpt", address=site.address))
    for filing in collection.filings:
        assert str(filing.entry.title).isprintable()
        assert len(str(filing.entry.title)) < 600
    assert len(collection.filings) + codes(collection).count("article_unreadable") == 1


def test_a_list_of_a_million_links_is_refused(simulator: Simulator, collector: Collector) -> None:
    simulator.routes["/index.html"] = Reply(b"<li><a href=x>y" * 200_000)
    collection = collector.visit(publisher(adapter="columns", address=f"{simulator.url}/index.html"))
    assert codes(collection) == ["too_large"]


def test_pages_nested_without_end_are_survived(simulator: Simulator, collector: Collector) -> None:
    site = ColumnsSite(simulator, [Article(1, "2024年绩效目标", body="<div>" * 90_000 + "x")])
    assert collector.visit(publisher(adapter="columns", address=site.address)).filings == ()


def test_a_visit_ends_when_its_time_is_up(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(number) for number in range(1, 20)])
    collector.settings = {"visit_seconds": 0.6, "interval": 0.1}
    collection = collector.visit(publisher(adapter="gkmlpt", address=site.address))
    assert 0 < len(collection.filings) < 19
    assert set(codes(collection)) == {"visit_too_long"}
    collector.settings = {}
    assert len(collector.visit(publisher(adapter="gkmlpt", address=site.address)).filings) == 19


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


def test_a_missing_object_is_fetched_again(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(1)])
    declared = publisher(adapter="gkmlpt", address=site.address)
    (filing,) = collector.visit(declared).filings
    collector.archive.path(filing.sha256).write_bytes(b"damaged")
    assert [finding.code for finding in collector.archive.verify()] == ["object_changed"]
    collection = collector.visit(declared)
    assert (collection.fetched, contents(collector, collection)) == (1, [pdf("1")])


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
