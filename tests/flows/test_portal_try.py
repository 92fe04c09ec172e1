"""`yusuan portal try`: what it recognises, and that what it prints to paste reads the list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli.portal import commands
from tests.extract.fetch.visits import Collector, collector, pdf, publisher
from tests.portal.families import FAMILIES, Family, FamilySite
from tests.portal.interfaces import igs, jpaas, jpage
from tests.portal.simulator import Reply, Simulator, running
from tests.portal.sites import Article, GkmlptSite

__all__ = ["collector"]
PAGES = {
    "大汉 jpage": (
        jpage,
        "<script type='text/xml'><datastore><nextgroup><![CDATA[<a href=\"/module/web/jpage/dataproxy.jsp?page=1"
        '&amp;appid=1&amp;columnid=42&amp;unitid=7"></a>]]></nextgroup></datastore></script>perpage: 5',
    ),
    "大汉 JPaaS": (
        jpaas,
        "<div id=u queryData=\"{'webId':'1','pageId':'2'}\"></div><script src=/jpaas/unit.js></script>",
    ),
    "南威 IGS": (
        igs,
        "<div id=app></div><script>var api = '/igs/front/search.jhtml?code=ab&siteId=27&pageNumber=1'</script>",
    ),
}


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    monkeypatch.setenv("YUSUAN_INTERVAL", "0")
    with running() as simulator:
        yield simulator


def filings(count: int) -> list[Article]:
    return [Article(n, f"某局2020年部门预算{n}", {f"表{n}.pdf": pdf(str(n))}) for n in range(1, count + 1)]


def tried(url: str, exit_code: int = 0) -> dict[str, Any]:
    answer = CliRunner().invoke(commands, ["try", url, "--allow-private", "--json"])
    assert answer.exit_code == exit_code, answer.output
    facts: dict[str, Any] = json.loads(answer.output)
    return facts


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_static_list_is_recognised_and_counted(simulator: Simulator, family: Family) -> None:
    site = FamilySite(simulator, family, [*filings(17), Article(99, "会议通知")])
    facts = tried(site.address)
    assert (facts["links"], facts["wanted"], facts["skipped"]) == (18, 17, 1)
    assert facts["skipped_titles"] == ["会议通知"]
    assert (facts["articles"], facts["documents"]) == (3, ["表1.pdf", "表2.pdf", "表3.pdf"])
    assert facts["requests"] == len(simulator.requests)
    assert facts["portal"]["address"] == site.address
    name = {
        "TRS": "TRS WCM",
        "TRS with variables": "TRS WCM",
        "UCAP": "UCAP (开普云)",
        "NFCMS": "NFCMS",
        "VSB": "博达 VSB",
    }
    assert facts["family"] == name.get(family.name, facts["family"])


@pytest.mark.parametrize("name", PAGES)
def test_what_is_printed_for_an_interface_reads_it(simulator: Simulator, collector: Collector, name: str) -> None:
    interface, page = PAGES[name]
    declared = interface(simulator, filings(12))
    path = declared["address"].removeprefix(simulator.url)
    simulator.routes[path] = Reply(f"<html><body>{page}</body></html>".encode())
    facts = tried(declared["address"])
    assert (facts["family"], facts["wanted"]) == (name, 12)
    assert len(collector.visit(publisher(**facts["portal"])).filings) == 12


def test_gkmlpt_is_recognised(simulator: Simulator) -> None:
    site = GkmlptSite(simulator, filings(3))
    assert (tried(site.address)["family"], tried(site.address)["wanted"]) == ("gkmlpt", 3)


def test_a_list_of_several_departments_is_declared_as_such(simulator: Simulator) -> None:
    articles = [
        Article(n, f"花都区{name}2024年部门预算", {"a.pdf": pdf(name)})
        for n, name in enumerate(("教育局", "民政局"), 1)
    ]
    assert tried(FamilySite(simulator, FAMILIES[0], articles).address)["portal"]["departments"] == {
        "from": ["title", "document"]
    }


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("<input type=password>", "is a login page"),
        ("<div id=app></div><script src=/a.js></script>", "empty shell of a script application"),
        ("<ul><li><a href=/a.html>会议</a>2024-01-01<li><a href=/b.html>通知</a>2024-01-01</ul>", "nothing_wanted"),
    ],
)
def test_a_page_that_is_no_list_says_what_it_is(simulator: Simulator, page: str, code: str) -> None:
    simulator.routes["/"] = Reply(page.encode())
    assert code in " ".join(tried(f"{simulator.url}/", exit_code=1)["findings"])


def test_it_reads_like_a_page_for_people(simulator: Simulator) -> None:
    site = FamilySite(simulator, FAMILIES[0], filings(3))
    answer = CliRunner().invoke(commands, ["try", site.address, "--allow-private"])
    assert "family    TRS WCM" in answer.output
    assert "portal:\n  adapter: columns" in answer.output
