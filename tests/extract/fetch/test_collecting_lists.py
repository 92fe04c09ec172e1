"""Lists with the quirks of other portals: every link leads to its document, no list passes for whole that is not."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from tests.extract.fetch.visits import Collector, budget, codes, collector, contents, pdf, publisher, simulator
from tests.portal.simulator import Reply, Request, Simulator
from tests.portal.sites import GkmlptSite

__all__ = ["collector", "simulator"]


def column(simulator: Simulator, *pages: str, name: str = "index_{n}.shtml") -> dict[str, str]:
    """A list of these pages; what to declare for it."""
    for number, page in enumerate(pages):
        path = "/zw/" + (name.replace("{n}", str(number)) if number else "index.shtml")
        simulator.routes[path] = Reply(page.encode("gb18030"))
    return {"adapter": "columns", "address": f"{simulator.url}/zw/index.shtml", "paging": name}


def item(number: int, href: str = "") -> str:
    return f'<li><a href="{href or f"./{number}.pdf"}">2024年部门预算{number}</a></li>'


def published(simulator: Simulator, numbers: range) -> None:
    for number in numbers:
        simulator.routes[f"/zw/{number}.pdf"] = Reply(pdf(str(number)))


def test_links_of_every_kind_lead_to_their_documents(simulator: Simulator, collector: Collector) -> None:
    gbk = quote("绩效目标".encode("gb18030"))
    kinds = {
        "a.pdf": "relative",
        "../zw/b.pdf": "parent",
        "/zw/c.pdf": "rooted",
        f"//127.0.0.1:{simulator.port}/zw/d.pdf": "protocol-relative",
        f"/zw/{gbk}.pdf": "percent-encoded in GBK",
        "/zw/down.jsp?id=1&amp;filename=e.pdf": "in the query",
        " /zw/f.pdf\n": "with blanks around",
        "javascript:void(0)": "no link",
        "mailto:a@b.cn": "no link",
        "http://[bad/x.pdf": "broken",
    }
    page = "".join(f'<li><a href="{href}">2024年部门预算</a></li>' for href in kinds)
    paths = ["a.pdf", "b.pdf", "c.pdf", "d.pdf", f"{gbk}.pdf", "down.jsp?id=1&filename=e.pdf", "f.pdf"]
    for path in paths:
        simulator.routes[f"/zw/{path}"] = Reply(pdf(path))
    collection = collector.visit(publisher(**column(simulator, page)))
    assert sorted(contents(collector, collection)) == sorted(pdf(path) for path in paths)
    assert collection.findings == ()


def test_links_are_relative_to_the_base_that_the_page_declares(simulator: Simulator, collector: Collector) -> None:
    simulator.routes["/files/1.pdf"] = Reply(pdf("1"))
    simulator.routes["/zw/1.html"] = Reply(b"<base href='/files/'><a href='1.pdf'>a</a>")
    page = f"<head><base href='{simulator.url}/zw/'></head>" + item(1, "1.html")
    assert contents(collector, collector.visit(publisher(**column(simulator, page)))) == [pdf("1")]


def test_a_name_percent_encoded_in_gbk_is_read(simulator: Simulator, collector: Collector) -> None:
    simulator.routes["/zw/1.html"] = Reply(
        f"<a href='{quote('绩效目标2023年.pdf'.encode('gb18030'))}'><img src=x></a>".encode()
    )
    simulator.routes["/zw/" + quote("绩效目标2023年.pdf".encode("gb18030"))] = Reply(pdf("1"))
    (filing,) = collector.visit(publisher(**column(simulator, item(1, "1.html")))).filings
    assert filing.entry.title == "2024年部门预算1（绩效目标2023年.pdf）"
    assert filing.entry.fiscal_year == 2023


def test_titles_with_tags_and_entities_are_plain(simulator: Simulator, collector: Collector) -> None:
    simulator.routes["/zw/1.pdf"] = Reply(pdf("1"))
    page = "<li><a href=1.pdf><b>2024年</b><font color=red>部门&#39044;算</font>&nbsp;&lt;甲&gt;&amp;乙\x07</a></li>"
    (filing,) = collector.visit(publisher(**column(simulator, page))).filings
    assert filing.entry.title == "2024年 部门预算 <甲>&乙"


def test_a_list_that_ends_before_the_pages_it_promises_says_so(simulator: Simulator, collector: Collector) -> None:
    published(simulator, range(4))
    script = '<script>createPageHTML(3, 0, "index", "shtml")</script>'
    collection = collector.visit(publisher(**column(simulator, item(0) + item(1) + script, item(2) + item(3))))
    assert len(collection.filings) == 4
    assert codes(collection) == ["list_shortfall"]
    published(simulator, range(4, 5))
    whole = column(simulator, item(0) + item(1) + script, item(2) + item(3), item(4))
    assert codes(collector.visit(publisher(**whole))) == []


def test_a_last_page_that_repeats_forever_ends_the_list(simulator: Simulator, collector: Collector) -> None:
    published(simulator, range(2))
    declared = column(simulator, item(0), item(1))
    simulator.routes.update({f"/zw/index_{n}.shtml": simulator.routes["/zw/index_1.shtml"] for n in range(2, 500)})
    collection = collector.visit(publisher(**declared))
    assert len(collection.filings) == 2
    assert len([path for path in simulator.asked() if "index" in path]) < 10
    assert collection.findings == ()


def test_a_list_longer_than_the_limit_is_not_complete(simulator: Simulator, collector: Collector) -> None:
    published(simulator, range(5))
    collector.settings = {"list_pages": 3}
    collection = collector.visit(publisher(**column(simulator, *(item(number) for number in range(5)))))
    assert len(collection.filings) == 3
    assert codes(collection) == ["list_too_long"]


def test_a_gkmlpt_list_longer_than_the_limit_is_not_complete(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(number) for number in range(1, 6)])
    site.page_size = 1
    collector.settings = {"list_pages": 3}
    collection = collector.visit(publisher(adapter="gkmlpt", address=site.address))
    assert len(collection.filings) == 3
    assert codes(collection) == ["list_too_long"]


def test_an_item_that_moves_while_the_list_is_read_is_not_lost(simulator: Simulator, collector: Collector) -> None:
    """The first item is taken down between two pages: what was first on page 2 moves to the end of page 1."""
    published(simulator, range(5))
    shown = [item(number) for number in range(5)]

    def page(start: int) -> Any:
        def answer(_: Request) -> Reply:
            reply = Reply("".join(shown[start : start + 2]).encode())
            if start == 0 and len(shown) == 5:
                shown.pop(0)
            return reply

        return answer

    declared = column(simulator)
    simulator.routes["/zw/index.shtml"] = page(0)
    simulator.routes["/zw/index_1.shtml"], simulator.routes["/zw/index_2.shtml"] = page(2), page(4)
    collection = collector.visit(publisher(**declared))
    assert len(collection.filings) == 5


def test_an_article_that_moves_while_gkmlpt_is_read_is_not_lost(simulator: Simulator, collector: Collector) -> None:
    site = GkmlptSite(simulator, [budget(number) for number in range(1, 7)])
    site.page_size = 2
    listing = simulator.routes[f"{site.root}/gkmlpt/api/all/0"]
    assert callable(listing)

    def shrinking(request: Request) -> Any:
        answer = listing(request)
        if "page=2&" in request.path and len(site.articles) == 6:
            site.articles.pop(0)
        return answer

    simulator.routes[f"{site.root}/gkmlpt/api/all/0"] = shrinking
    collection = collector.visit(publisher(adapter="gkmlpt", address=site.address))
    assert sorted(contents(collector, collection)) == [pdf(str(number)) for number in range(1, 7)]
