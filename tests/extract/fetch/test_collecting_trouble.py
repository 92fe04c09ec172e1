"""Portals that are blocked, unplugged, empty, slow or hostile: it is said, and nothing known is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extract.fetch.collecting import accept_listing
from tests.extract.fetch.visits import Collector, budget, codes, collector, contents, pdf, publisher, simulator
from tests.portal.simulator import Reply, Simulator, raw, redirect
from tests.portal.sites import Article, ColumnsSite, GkmlptSite

__all__ = ["collector", "simulator"]


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


def test_three_cut_documents_in_a_row_do_not_make_a_host_down(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(number) for number in range(1, 9)])
    for article in site.articles[:7]:
        simulator.routes[site.attachment(article, 0)] = raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n%PDF")
    collection = collector.visit(publisher(adapter="gkmlpt", address=site.address))
    assert codes(collection) == ["cut_short"] * 7
    assert contents(collector, collection) == [pdf("8")]


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
    assert sorted(codes(collection)) == ["host_down"] * 2 + ["unreachable"] * 5
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
    collector.settings = {"visit_seconds": 1.5, "interval": 0.1}
    collection = collector.visit(publisher(adapter="gkmlpt", address=site.address))
    assert 0 < len(collection.filings) < 19
    assert set(codes(collection)) == {"visit_too_long"}
    collector.settings = {}
    assert len(collector.visit(publisher(adapter="gkmlpt", address=site.address)).filings) == 19


def test_a_missing_object_is_fetched_again(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(1)])
    declared = publisher(adapter="gkmlpt", address=site.address)
    (filing,) = collector.visit(declared).filings
    collector.archive.path(filing.sha256).write_bytes(b"damaged")
    assert [finding.code for finding in collector.archive.verify()] == ["object_changed"]
    collection = collector.visit(declared)
    assert (collection.fetched, contents(collector, collection)) == (1, [pdf("1")])
