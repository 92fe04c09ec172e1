"""What an article's page may hold: whatever leads to a document does, and nothing else is taken for one."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from extract.media import Medium, medium_of
from tests.extract.fetch.visits import TABLE, Collector, codes, collector, contents, pdf, publisher, simulator
from tests.portal.simulator import Reply, Request, Simulator

__all__ = ["collector", "simulator"]
ABOUT = (
    "<table><tr><td>索引号：</td><td>11440114/2024-00001</td><td>发布机构：</td><td>花都区财政局</td></tr>"
    "<tr><td>发布日期：</td><td>2024-02-07</td><td>文号：</td><td></td></tr></table>"
)
LIST = "<ul><li><a href='/a.html'>某局2024年部门预算</a><span>2024-02-07</span></li></ul>"
WAYS = {
    "iframe": "<iframe src='/files/x.pdf'></iframe>",
    "viewer": "<iframe src='/pdfjs/web/viewer.html?file=/files/x.pdf'></iframe>",
    "viewer, encoded": "<iframe src='/pdfjs/web/viewer.html?file=%2Ffiles%2Fx.pdf'></iframe>",
    "embed": "<embed src='/files/x.pdf' type='application/pdf'>",
    "object": "<object data='/files/x.pdf'></object>",
    "onclick": "<a href='#' onclick=\"openFile('/files/x.pdf', 1)\">点击查看</a>",
    "javascript": "<a href=\"javascript:download('/files/x.pdf')\">附件</a>",
    "without a suffix": "<a href='/files/download.do?id=7'>附件</a>",
    "of a path alone": "<a href='/files/file/download/7'>附件1</a>",
    "downfile.jsp": "<a href='/files/downfile.jsp?classid=0&showname=a&filename=3f.pdf'>a</a>",
    "a script of the viewer": "<script>PDFObject.embed('/files/x.pdf', '#v')</script>",
    "an attribute": "<span data-url='/files/x.pdf'>附件</span>",
}


def article(simulator: Simulator, body: str) -> dict[str, str]:
    simulator.routes["/l/"] = Reply(LIST.encode())
    page = f"<html><title>某局2024年部门预算</title><div class=nav><a href=/x/>首页</a></div>{body}</html>"
    simulator.routes["/a.html"] = Reply(page.encode())
    return {"adapter": "columns", "address": f"{simulator.url}/l/"}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_a_document_is_followed(simulator: Simulator, collector: Collector, way: str) -> None:
    portal = article(simulator, f"{ABOUT}<div class=content>{WAYS[way]}</div>")
    simulator.routes.update(dict.fromkeys(("/files/x.pdf", "/files/download.do?id=7"), Reply(pdf("x"))))
    simulator.routes.update(dict.fromkeys(("/files/file/download/7", "/files/downfile.jsp"), Reply(pdf("x"))))
    collection = collector.visit(publisher(**portal))
    assert contents(collector, collection) == [pdf("x")]
    assert collection.findings == ()


def test_a_link_that_leads_to_a_page_is_no_document_and_no_loss(simulator: Simulator, collector: Collector) -> None:
    portal = article(simulator, "<div class=content><a href='/down?id=1'>附件</a> <a href='/f.pdf'>表</a></div>")
    simulator.routes["/down"] = Reply(b"<html><p>nothing here</p></html>")
    simulator.routes["/f.pdf"] = Reply(pdf("f"))
    collection = collector.visit(publisher(**portal))
    assert (contents(collector, collection), codes(collection)) == ([pdf("f")], [])
    assert codes(collector.visit(publisher(**portal))) == []


def test_what_an_article_says_about_itself_is_no_filing(simulator: Simulator, collector: Collector) -> None:
    collection = collector.visit(publisher(**article(simulator, ABOUT + "<div class=content>见附件</div>")))
    assert (collection.filings, codes(collection)) == ((), ["nothing_to_take", "no_documents"])


def test_a_table_beside_what_the_article_says_about_itself_is_one(simulator: Simulator, collector: Collector) -> None:
    collection = collector.visit(publisher(**article(simulator, f"{ABOUT}<div class=content>{TABLE}</div>")))
    assert len(collection.filings) == 1


def picture(shade: int, kind: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (400, 560), (shade, shade, shade)).save(stream, kind)
    return stream.getvalue()


def test_pages_that_are_pictures_are_one_document(simulator: Simulator, collector: Collector) -> None:
    images = "".join(f"<p><img src='/W02_{n}_ORIGIN.jpg'></p>" for n in (1, 2)) + "<img src='/p3.png'>"
    portal = article(simulator, f"<img src=/logo.png><div class=content>{images}<img src='/icon.gif' width=16></div>")
    for number in (1, 2):
        simulator.routes[f"/W02_{number}_ORIGIN.jpg"] = Reply(picture(100 * number, "JPEG"))
    simulator.routes["/p3.png"] = Reply(picture(50, "PNG"))
    first = collector.visit(publisher(**portal))
    (document,) = contents(collector, first)
    assert medium_of(document) is Medium.PDF
    assert document.count(b"/Type /Page ") == 3
    assert codes(first) == []
    again = collector.visit(publisher(**portal))
    assert (again.filings, again.fetched, again.findings) == (first.filings, 0, ())


def test_a_token_that_changes_makes_no_new_version(simulator: Simulator, collector: Collector) -> None:
    portal = article(simulator, "")
    given = iter(range(100))

    def page(_: Request) -> Reply:
        token = next(given)
        links = f"<a href='/d/f.pdf?token={token}'>预算表.pdf</a><a href='/e?fileUrl=enc{token}'>决算表.pdf</a>"
        return Reply(f"<title>某局2024年部门预算</title><div class=content>{links}</div>".encode())

    simulator.routes["/a.html"] = page
    simulator.routes["/d/f.pdf"], simulator.routes["/e"] = Reply(pdf("f")), Reply(pdf("e"))
    nights = [collector.visit(publisher(**portal)) for _ in range(3)]
    assert sorted(contents(collector, nights[0])) == [pdf("e"), pdf("f")]
    assert nights[0].filings == nights[1].filings == nights[2].filings
    assert [finding.code for night in nights[1:] for finding in night.findings if finding.severity != "info"] == []


def test_an_article_and_its_documents_are_fetched_one_after_the_other(
    simulator: Simulator, collector: Collector
) -> None:
    items = "".join(f"<li><a href='/{n}.html'>某局2024年部门预算{n}</a></li>" for n in range(1, 4))
    simulator.routes["/l/"] = Reply(f"<ul>{items}</ul>".encode())
    for number in range(1, 4):
        simulator.routes[f"/{number}.html"] = Reply(f"<a href='/{number}.pdf'>表.pdf</a>".encode())
        simulator.routes[f"/{number}.pdf"] = Reply(pdf(str(number)))
    collector.visit(publisher(adapter="columns", address=f"{simulator.url}/l/"))
    order = [path for path in simulator.asked() if path.endswith((".html", ".pdf")) and "index" not in path]
    assert order == ["/1.html", "/1.pdf", "/2.html", "/2.pdf", "/3.html", "/3.pdf"]


def test_a_firewall_in_place_of_an_article_or_a_document_ends_the_visit_and_is_not_remembered(
    simulator: Simulator, collector: Collector
) -> None:
    collector.settings = {"recheck_days": 30}
    wall = Reply("<html><p>您的请求疑似攻击行为，已被网站防火墙拦截</p></html>".encode())
    items = "".join(f"<li><a href='/{n}.html'>某局2020年部门预算{n}</a>2020-02-01</li>" for n in (1, 2))
    simulator.routes["/l/"] = Reply(f"<ul>{items}</ul>".encode())
    for number in (1, 2):
        simulator.routes[f"/{number}.html"] = Reply(f"<a href='/{number}.pdf'>表.pdf</a>".encode())
        simulator.routes[f"/{number}.pdf"] = Reply(pdf(str(number)))
    declared = publisher(adapter="columns", address=f"{simulator.url}/l/")
    for path in ("/1.html", "/1.pdf"):
        route, simulator.routes[path] = simulator.routes[path], wall
        simulator.requests.clear()
        assert "blocked" in codes(collector.visit(declared))
        assert "/2.html" not in simulator.asked()
        simulator.routes[path] = route
    assert contents(collector, collector.visit(declared)) == [pdf("1"), pdf("2")]


def test_a_next_page_that_only_a_script_follows_is_said(simulator: Simulator, collector: Collector) -> None:
    body = "<a href=\"javascript:__doPostBack('pager','2')\">下一页</a>"
    simulator.routes["/l.aspx"] = Reply(f"<li><a href='/1.pdf'>某局2024年部门预算</a></li>{body}".encode())
    simulator.routes["/1.pdf"] = Reply(pdf("1"))
    collection = collector.visit(publisher(adapter="columns", address=f"{simulator.url}/l.aspx"))
    assert (len(collection.filings), codes(collection)) == (1, ["list_shortfall"])
