"""List pages of every family: found to their end, what is missing said, a night with nothing new cheap."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from extract.fetch.collecting import Collection
from tests.extract.fetch.visits import Collector, codes, collector, contents, pdf, publisher, simulator
from tests.portal.families import FAMILIES, Family, FamilySite
from tests.portal.simulator import Reply, Simulator
from tests.portal.sites import Article

__all__ = ["collector", "simulator"]
BY_NAME = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
OF_LATE = 20


def filings(count: int, start: int = 1, year: int = 2020) -> list[Article]:
    return [
        Article(number, f"某局{year}年部门预算公开{number}", {f"表{number}.pdf": pdf(str(number))})
        for number in range(start, start + count)
    ]


def visit(collector: Collector, site: FamilySite, **portal: Any) -> Collection:
    return collector.visit(publisher(adapter="columns", address=site.address, **portal))


@BY_NAME
def test_a_list_is_read_to_its_end_without_declaring_how(
    simulator: Simulator, collector: Collector, family: Family
) -> None:
    site = FamilySite(simulator, family, [*filings(OF_LATE), Article(99, "会议通知")])
    collection = visit(collector, site)
    assert contents(collector, collection) == [pdf(str(number)) for number in range(1, OF_LATE + 1)]
    assert codes(collection) == []
    (seen,) = collection.lists
    assert (seen.links, seen.wanted, seen.skipped) == (OF_LATE + 1, OF_LATE, 1)


@BY_NAME
def test_what_a_list_promises_and_does_not_show_is_said(
    simulator: Simulator, collector: Collector, family: Family
) -> None:
    site = FamilySite(simulator, family, filings(OF_LATE))
    site.promised = 40
    site.publish()
    collection = visit(collector, site)
    assert len(collection.filings) == OF_LATE
    assert codes(collection) == ["list_shortfall"] * family.counts


@BY_NAME
def test_the_end_of_a_list_may_be_a_page_with_status_200(
    simulator: Simulator, collector: Collector, family: Family
) -> None:
    site = FamilySite(simulator, family, filings(12))
    site.soft_404 = True
    site.publish()
    collection = visit(collector, site)
    assert len(collection.filings) == 12
    assert codes(collection) == []


@BY_NAME
def test_a_night_with_nothing_new_asks_for_the_list_alone(
    simulator: Simulator, collector: Collector, family: Family
) -> None:
    collector.settings = {"recheck_days": 30}
    site = FamilySite(simulator, family, filings(OF_LATE))
    first = visit(collector, site)
    simulator.requests.clear()
    second = visit(collector, site)
    assert second.filings == first.filings
    assert (second.findings, second.fetched, second.confirmed) == ((), 0, 0)
    assert len(simulator.asked()) <= (1 if family.counts else 4), simulator.asked()


@BY_NAME
def test_what_is_new_on_any_page_is_found_the_next_night(
    simulator: Simulator, collector: Collector, family: Family
) -> None:
    collector.settings = {"recheck_days": 30}
    site = FamilySite(simulator, family, filings(OF_LATE))
    visit(collector, site)
    site.articles.insert(0, filings(1, 77)[0])
    site.publish()
    assert pdf("77") in contents(collector, visit(collector, site))
    if not family.name.startswith("TRS"):  # which counts its pages alone, so that only a whole reading can know
        site.articles.insert(17, filings(1, 88)[0])
        site.publish()
        assert pdf("88") in contents(collector, visit(collector, site))


def test_a_page_missing_in_the_middle_loses_its_own_entries_alone_and_is_said(
    simulator: Simulator, collector: Collector
) -> None:
    site = FamilySite(simulator, FAMILIES[0], filings(24))
    del simulator.routes["/zwgk/czxx/index_1.html"]
    collection = visit(collector, site)
    assert len(collection.filings) == 16
    assert codes(collection) == ["list_shortfall"]


def test_more_pages_than_the_site_lets_a_reader_reach_are_said(simulator: Simulator, collector: Collector) -> None:
    nfcms = next(family for family in FAMILIES if family.name == "NFCMS")
    site = FamilySite(simulator, nfcms, filings(24))
    for path in ("/zwgk/czyjs/index.html", "/zwgk/czyjs/index_2.html"):
        reply = simulator.routes[path]
        assert isinstance(reply, Reply)
        reply.body = reply.body.replace(b"pages_limit=100", b"pages_limit=2")
    collection = visit(collector, site)
    assert len(collection.filings) == 16
    assert codes(collection) == ["list_shortfall"]


IMPOSTORS = {
    "list_login": "<form action=/login><input name=u><input type=password name=p></form>",
    "list_soft_404": "<h1>404</h1><p>抱歉，您访问的页面不存在或已删除</p><a href=/>返回首页</a>",
    "blocked": "<p>您的请求疑似攻击行为，已被网站防火墙拦截</p>",
    "list_shell": "<div id=app></div><script src=/js/app.3f2a.js></script>",
    "list_empty": "<p>信息公开</p>",
    "nothing_wanted": "<li><a href=/a.html>会议通知</a> 2024-01-01</li><li><a href=/b.html>任免</a> 2024-01-02</li>",
}


@pytest.mark.parametrize("code", IMPOSTORS)
def test_a_page_that_is_no_list_is_named_for_what_it_is_at_the_first_visit(
    simulator: Simulator, collector: Collector, code: str
) -> None:
    simulator.routes["/zwgk/"] = Reply(f"<html><body>{IMPOSTORS[code]}</body></html>".encode())
    collection = collector.visit(publisher(adapter="columns", address=f"{simulator.url}/zwgk/"))
    assert [(each.code, each.severity) for each in collection.findings] == [(code, "critical")]


def test_fewer_wanted_links_than_last_time_are_said_once(simulator: Simulator, collector: Collector) -> None:
    site = FamilySite(simulator, FAMILIES[0], filings(10))
    visit(collector, site)
    site.articles = site.articles[2:]
    site.publish()
    assert "fewer_wanted_links" in codes(visit(collector, site))
    assert codes(visit(collector, site)) == []


def test_a_title_that_the_list_cuts_is_read_whole_in_its_article(simulator: Simulator, collector: Collector) -> None:
    titles = {1: "某区科技工业商务和信息化局2024年部门预算", 2: "某区科技工业商务和信息化局2024年工作要点"}
    items = "".join(f"<li><a href=/{n}.html>某区科技工业商务和信息化局2024年…</a>2024-02-01</li>" for n in titles)
    simulator.routes["/l/"] = Reply(f"<ul>{items}</ul>".encode())
    for number, title in titles.items():
        page = f"<title>{title}</title><h1>{title}</h1><a href=/{number}.pdf>附件.pdf</a>"
        simulator.routes[f"/{number}.html"] = Reply(page.encode())
        simulator.routes[f"/{number}.pdf"] = Reply(pdf(str(number)))
    collection = collector.visit(publisher(adapter="columns", address=f"{simulator.url}/l/"))
    assert contents(collector, collection) == [pdf("1")]
    assert collection.filings[0].entry.title == "某区科技工业商务和信息化局2024年部门预算（附件.pdf）"


def test_known_filings_are_asked_for_again_by_age_and_all_within_the_span(
    simulator: Simulator, collector: Collector
) -> None:
    from extract.fetch.recheck import is_due

    day = datetime.date(2026, 5, 1)
    nights = [day + datetime.timedelta(days=n) for n in range(1, 31)]
    for year, times in ((2026, (30, 30)), (2025, (4, 6)), (2020, (1, 2))):
        asked = []
        for key in range(200):
            checked, count = day, 0
            for night in nights:
                if is_due(str(key), checked, night, 30, f"{year}年部门预算"):
                    checked, count = night, count + 1
            asked.append(count)
        assert times[0] <= min(asked) <= max(asked) <= times[1], year


def test_a_page_above_the_lists_is_an_alarm(simulator: Simulator, collector: Collector) -> None:
    """Its links are called as what is looked for, and lead to lists of other sites."""
    names = ("高州市预决算公开平台", "化州市预决算公开平台", "茂南区预决算公开平台")
    items = "".join(
        f"<li class=xx{n}><a title={name} href='/{n}/index.html'>{name}</a></li>" for n, name in enumerate(names)
    )
    simulator.routes["/qx/"] = Reply(f"<div class=crumb><a href=/>首页</a></div><ul>{items}</ul>".encode())
    for number in range(len(names)):
        simulator.routes[f"/{number}/index.html"] = Reply(b"<ul><li><a href=/x.html>x</a></li></ul>")
    collection = collector.visit(publisher(adapter="columns", address=f"{simulator.url}/qx/"))
    assert codes(collection) == ["nothing_to_take"] * 3 + ["no_documents"]
