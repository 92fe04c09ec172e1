"""Articles, attachments and archives with the quirks of other portals: nothing is lost, nothing else is taken."""

from __future__ import annotations

import errno
import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import fsspec
import pytest

from extract.catalogue import Catalogue, FilingEntry
from extract.errors import ArchiveError
from extract.fetch.archive import Archive
from extract.fetch.collecting import collect, recollect
from extract.fetch.courtesy import Courtesy
from extract.fetch.listings import Listing
from extract.settings import FetchSettings
from tests.extract.fetch.test_unpacking import packed
from tests.extract.fetch.visits import (
    TABLE,
    Collector,
    budget,
    codes,
    collector,
    contents,
    pdf,
    publisher,
    simulator,
)
from tests.portal.simulator import Reply, Simulator, raw
from tests.portal.sites import Article, ColumnsSite, GkmlptSite

__all__ = ["collector", "simulator"]
FIGURES = "<p>单位：万元</p><table><tr><td>项目</td><td>金额</td></tr><tr><td>甲</td><td>1,000.00</td></tr></table>"
METADATA = "<table><tr><td>索引号</td><td>007-2024-1</td></tr><tr><td>日期</td><td>2024-02-01</td></tr></table>"


def test_a_table_in_the_article_beside_its_attachments_is_taken_too(simulator: Simulator, collector: Collector) -> None:
    beside = Article(1, "2024年部门预算", {"绩效目标表.pdf": pdf("1")}, body=METADATA + FIGURES)
    without = Article(2, "2024年部门决算", {"绩效目标表.pdf": pdf("2")}, body=METADATA)
    site = GkmlptSite(simulator, [beside, without])
    collection = collector.visit(publisher(adapter="gkmlpt", address=site.address))
    pages = [content for content in contents(collector, collection) if not content.startswith(b"%PDF")]
    assert len(collection.filings) == 3, "who published it and when is no filing"
    assert len(pages) == 1
    assert "1,000.00" in pages[0].decode()


def test_an_attachment_that_only_the_page_shows_is_taken_once(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(1)])
    simulator.routes["/late.pdf"] = Reply(pdf("late"))
    site.articles[0].body = f"<a href='{site.attachment(site.articles[0], 0)}'>绩效</a><a href='/late.pdf'>补充</a>"
    site.publish()
    collection = collector.visit(publisher(adapter="gkmlpt", address=site.address))
    assert contents(collector, collection) == [pdf("1"), pdf("late")]


def test_the_first_page_that_is_refused_ends_the_visit_and_what_came_before_is_whole(
    simulator: Simulator, collector: Collector
) -> None:
    site = GkmlptSite(simulator, [budget(1), budget(2), budget(3)])
    simulator.routes[site.page(site.articles[1])] = Reply(b"", 412)
    huadu = publisher(adapter="gkmlpt", address=site.address)
    collection = collector.visit(huadu)
    assert contents(collector, collection) == [pdf("1")]
    assert [(each.code, each.severity) for each in collection.findings] == [("blocked", "critical")]
    site.publish()
    assert len(collector.visit(huadu).filings) == 3


def test_a_host_that_refused_us_is_left_alone_for_a_time_that_grows(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(1)])
    huadu = publisher(adapter="gkmlpt", address=site.address)
    index = f"{site.root}/gkmlpt/index"
    simulator.routes[index] = Reply(b"", 403)
    collector.settings = {"refused_seconds": 3600}
    assert codes(collector.visit(huadu)) == ["blocked"]
    asked = len(simulator.requests)
    assert codes(collector.visit(huadu)) == ["host_resting"]
    assert len(simulator.requests) == asked, "not even for robots.txt"
    listing = Listing.model_validate_json(collector.archive.last_listing(huadu.id) or b"")
    (refusal,) = listing.refusals
    past = refusal.model_copy(update={"until": listing.visited_at})
    earlier = listing.model_copy(update={"refusals": (past,)})
    collector.archive.write_listing(huadu.id, earlier.model_dump_json().encode())
    assert codes(collector.visit(huadu)) == ["blocked"]
    (again,) = Listing.model_validate_json(collector.archive.last_listing(huadu.id) or b"").refusals
    assert (again.times, (again.until - refusal.until).total_seconds() > 3500) == (2, True)


@pytest.mark.parametrize(
    "body",
    [
        "<html><title>404</title><h1>页面不存在</h1></html>",
        f"<html>{METADATA}<form>用户名<input name=user><script>v = '1.25'</script></form></html>",
        "<html><table><tr><td>您访问的页面不存在</td></tr></table></html>",
    ],
    ids=["not found", "login", "laid out by a table"],
)
def test_a_page_in_place_of_a_document_is_not_taken_for_it(
    simulator: Simulator, collector: Collector, body: str
) -> None:
    site = GkmlptSite(simulator, [budget(1)])
    huadu = publisher(adapter="gkmlpt", address=site.address)
    first = collector.visit(huadu)
    simulator.routes[site.attachment(site.articles[0], 0)] = Reply(body.encode())
    second = collector.visit(huadu)
    assert second.filings == first.filings, "what was known stays"
    assert codes(second) == ["error_page"]
    site.publish()
    assert collector.visit(huadu).filings == first.filings


def test_a_tag_that_comes_with_not_modified_is_the_one_to_ask_with(simulator: Simulator, collector: Collector) -> None:
    huadu = publisher(adapter="addresses", documents=[{"url": f"{simulator.url}/a.pdf", "title": "a"}])
    simulator.routes["/a.pdf"] = Reply(pdf("1"), headers={"ETag": '"1"'}, tagged=False)
    collector.visit(huadu)
    simulator.routes["/a.pdf"] = Reply(b"", 304, {"ETag": '"2"'})
    collector.visit(huadu)
    collector.visit(huadu)
    asked = [request.headers.get("if-none-match") for request in simulator.requests if request.path == "/a.pdf"]
    assert asked == [None, '"1"', '"2"']


def test_a_document_cut_without_anybody_noticing_is_whole_the_next_night(
    simulator: Simulator, collector: Collector
) -> None:
    """HTTP/1.0 ends a body by hanging up: so does a plug that is pulled."""
    huadu = publisher(adapter="addresses", documents=[{"url": f"{simulator.url}/a.pdf", "title": "a"}])
    head = b'HTTP/1.0 200 OK\r\nETag: "1"\r\n\r\n'
    simulator.routes["/a.pdf"] = raw(head + pdf("whole")[:9])
    collector.visit(huadu)
    simulator.routes["/a.pdf"] = raw(head + pdf("whole"))
    assert contents(collector, collector.visit(huadu)) == [pdf("whole")]


@pytest.mark.parametrize("count", [1, 2])
def test_a_declared_archive_is_its_documents(collector: Collector, count: int) -> None:
    documents = {f"表{number}.pdf": pdf(str(number)) for number in range(count)}
    (collector.base / "a.zip").write_bytes(packed(documents | {"又是表0.pdf": pdf("0")}))
    entry = FilingEntry(
        id="a-2024", publisher="huadu-keji", title="甲", fiscal_year=2024, money_unit="万元", source="a.zip"
    )
    huadu = publisher()
    collection = collector.visit(huadu, (entry,))
    assert contents(collector, collection) == list(documents.values())
    assert {filing.declared for filing in collection.filings} == {"a-2024"}
    assert {(filing.entry.fiscal_year, filing.entry.money_unit) for filing in collection.filings} == {(2024, "万元")}
    assert [filing.source_url for filing in collection.filings] == [f"a.zip#{name}" for name in documents]
    if count == 1:
        assert collection.filings[0].entry == entry
    else:
        assert [filing.entry.title for filing in collection.filings] == ["甲（表0.pdf）", "甲（表1.pdf）"]
        assert len({filing.entry.id for filing in collection.filings} | {"a-2024"}) == 3
    again = recollect(huadu, (entry,), collector.archive)
    assert (again.filings, again.findings) == (collection.filings, ())


def test_a_declared_archive_without_a_document_says_so(collector: Collector) -> None:
    (collector.base / "a.zip").write_bytes(packed({"photo.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 20}))
    entry = FilingEntry(id="a-2024", publisher="huadu-keji", title="甲", fiscal_year=2024, source="a.zip")
    collection = collector.visit(publisher(), (entry,))
    assert collection.filings == ()
    assert codes(collection) == ["unreadable_medium", "archive_empty"]


def test_two_documents_of_one_name_in_an_archive_are_two_filings(collector: Collector) -> None:
    other = "表2.pdf".encode()
    data = packed({"表1.pdf": pdf("1"), "表2.pdf": pdf("2")}).replace(other, "表1.pdf".encode())
    (collector.base / "a.zip").write_bytes(data)
    entry = FilingEntry(id="a-2024", publisher="huadu-keji", fiscal_year=2024, source="a.zip")
    collection = collector.visit(publisher(), (entry,))
    assert contents(collector, collection) == [pdf("1"), pdf("2")]
    assert len({filing.entry.id for filing in collection.filings}) == 2


@pytest.mark.parametrize("adapter", ["gkmlpt", "columns", "addresses", "declared"])
@pytest.mark.parametrize("allowed", [True, False])
def test_a_private_host_is_open_to_every_adapter_that_declares_it_and_to_no_other(
    simulator: Simulator, collector: Collector, adapter: str, allowed: bool
) -> None:
    """The catalogue names the host, without `allow_private` of a portal."""
    simulator.routes["/a.pdf"] = Reply(pdf("1"))
    gkmlpt, columns = GkmlptSite(simulator, [budget(1)]), ColumnsSite(simulator, [budget(1)])
    portals: dict[str, dict[str, Any]] = {
        "gkmlpt": {"address": gkmlpt.address},
        "columns": {"address": columns.address},
        "addresses": {"documents": [{"url": f"{simulator.url}/a.pdf"}]},
    }
    entry: dict[str, Any] = {"id": "huadu-keji", "name": "局", "region_code": "440114", "region": "区"}
    if allowed:
        entry |= {"private_hosts": [f"127.0.0.1:{simulator.port}"]}
    if adapter in portals:
        entry |= {"portal": {"adapter": adapter, **portals[adapter]}}
    declared = FilingEntry(id="a-2024", publisher="huadu-keji", fiscal_year=2024, source=f"{simulator.url}/a.pdf")
    (huadu,) = Catalogue.model_validate({"publishers": [entry]}).publishers
    collection = collector.visit(huadu, (declared,) if adapter == "declared" else ())
    assert contents(collector, collection) == ([pdf("1")] if allowed else [])
    assert codes(collection) == ([] if allowed else ["private_address"])
    assert bool(simulator.asked()) == allowed


@pytest.mark.parametrize("host", ["http://a", "a/b", "A.example", "a:b", "user@a", ""])
def test_a_host_is_declared_by_its_name_alone(host: str) -> None:
    entry = {"id": "huadu-keji", "name": "局", "region_code": "440114", "region": "区", "private_hosts": [host]}
    with pytest.raises(ValueError, match="private_hosts"):
        Catalogue.model_validate({"publishers": [entry]})


def test_bytes_without_a_reader_never_take_the_place_of_a_document(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(1)])
    huadu = publisher(adapter="gkmlpt", address=site.address)
    first = collector.visit(huadu)
    for odd, code in (
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "unreadable_medium"),
        (b"", "unreadable_medium"),
        (packed({}), "archive_empty"),
    ):
        simulator.routes[site.attachment(site.articles[0], 0)] = Reply(odd)
        second = collector.visit(huadu)
        assert (second.filings, codes(second)) == (first.filings, [code])


@pytest.mark.parametrize(
    "cut", ["", "HTTP/1.1 200 OK\r\nContent-", "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n%PDF-1.4"]
)
@pytest.mark.parametrize("adapter", ["gkmlpt", "columns"])
def test_a_plug_pulled_at_any_request_costs_that_night_only(
    simulator: Simulator, collector: Collector, adapter: str, cut: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [budget(1), budget(2)]
    site = GkmlptSite(simulator, articles) if adapter == "gkmlpt" else ColumnsSite(simulator, articles)
    huadu = publisher(adapter=adapter, address=site.address)
    whole = collector.visit(huadu)
    serve, requests = simulator._serve, len(simulator.requests)
    for moment in range(requests):
        start = len(simulator.requests)

        def pulled(handler: BaseHTTPRequestHandler, last: int = start + moment) -> None:
            if len(simulator.requests) < last:
                serve(handler)
                return
            handler.close_connection = True
            handler.wfile.write(cut.encode())

        archive = Archive(collector.base / f"archive {moment}")
        night = Collector(archive, collector.base)
        with monkeypatch.context() as patched:
            patched.setattr(simulator, "_serve", pulled)
            broken = night.visit(huadu)
        assert broken.findings, "the night says that it was cut"
        assert {filing.sha256 for filing in broken.filings} <= {filing.sha256 for filing in whole.filings}
        next_night = night.visit(huadu)
        assert (next_night.filings, next_night.findings) == (whole.filings, ()), moment
        assert list(archive.verify()) == []


@pytest.mark.parametrize("writes", [0, 1, 2, 5, 8])
def test_an_archive_that_fills_up_in_the_middle_is_taken_up_again(
    simulator: Simulator, collector: Collector, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    site = GkmlptSite(simulator, [budget(number) for number in range(1, 5)])
    huadu = publisher(adapter="gkmlpt", address=site.address)
    left = iter(range(writes))

    def full(file: int) -> None:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("extract.fetch.archive.os.fsync", full)
        with pytest.raises(ArchiveError, match="No space left on device"):
            collector.visit(huadu)
    assert list(collector.archive.verify()) == [], "what is there is whole"
    assert not list(collector.base.rglob(".incoming-*"))
    collection = collector.visit(huadu)
    assert contents(collector, collection) == [pdf(str(number)) for number in range(1, 5)]
    assert collection.findings == ()
    assert list(collector.archive.verify()) == []


def test_a_link_in_a_folder_names_no_other_file_of_the_machine(collector: Collector, tmp_path: Path) -> None:
    folder, away = collector.base / "filings", tmp_path / "away"
    for made in (folder, away):
        made.mkdir()
    (folder / "1.pdf").write_bytes(pdf("1"))
    (folder / "same.pdf").symlink_to(folder / "1.pdf")
    (away / "secret.pdf").write_bytes(pdf("secret"))
    (folder / "2.pdf").symlink_to(away / "secret.pdf")
    (folder / "linked").symlink_to(away)
    collection = collector.visit(publisher(adapter="folder", address="filings"))
    assert set(contents(collector, collection)) == {pdf("1")}
    assert {finding.evidence for finding in collection.findings if finding.code == "link_out"} >= {"2.pdf"}


@pytest.mark.long
def test_a_visit_of_thousands_of_documents_writes_its_listing_a_few_times(collector: Collector) -> None:
    folder = collector.base / "filings"
    folder.mkdir()
    for number in range(3_000):
        (folder / f"{number}.pdf").write_bytes(pdf(str(number)))
    archive, settings = Archive("memory://thousands"), FetchSettings()  # a disk would wait for each
    huadu = publisher(adapter="folder", address="filings")
    collection = collect(huadu, (), archive, settings, Courtesy(settings), base=collector.base)
    assert (len(collection.filings), collection.findings) == (3_000, ())
    assert len(fsspec.filesystem("memory").ls("/thousands/listings/huadu-keji")) <= 21, "each has all documents"


def test_an_article_without_an_address_is_not_the_page_it_is_listed_on(
    simulator: Simulator, collector: Collector
) -> None:
    entry = {
        "id": 1,
        "title": "2024年部门预算",
        "url": "",
        "attachment": [{"id": 1, "name": "表.pdf", "url": "/1.pdf"}],
    }
    simulator.routes["/gkmlpt/index"] = Reply(b"SID: '200001'")
    simulator.routes["/gkmlpt/api/all/0"] = Reply(json.dumps({"articles": [entry], "classify": {}}).encode())
    simulator.routes["/1.pdf"] = Reply(pdf("1"))
    collection = collector.visit(publisher(adapter="gkmlpt", address=f"{simulator.url}/gkmlpt/index"))
    assert contents(collector, collection) == [pdf("1")]
    assert simulator.asked().count("/gkmlpt/index") == 1


def test_a_table_alone_is_a_filing_whatever_it_prints(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [Article(1, "2024年部门预算", body=TABLE)])
    assert len(collector.visit(publisher(adapter="gkmlpt", address=site.address)).filings) == 1
