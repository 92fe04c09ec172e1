"""Static list pages of the families that stand behind most of the country's entry pages, with what is ugly in each."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.portal.simulator import Reply, Simulator
from tests.portal.sites import Article

NAV = (
    "<div class=nav><ul>"
    + "".join(f"<li><a href='/nav/{n}.html'>{n}</a></li>" for n in ("首页", "政务", "互动"))
    + "</ul></div>"
)


@dataclass
class Family:
    """How one system calls its pages and says that there are more."""

    name: str
    address: str
    page: Callable[[int, int], str]
    """Path of the list page so many after the first, of so many."""
    said: Callable[[int, int, int], str]
    """What the page of this number (from 0) says, of so many pages and entries."""
    article: Callable[[Article], str]
    size: int = 8
    counts: bool = True
    """It says how many pages or entries there are."""


def _named(stem: str, suffix: str, first: int) -> Callable[[int, int], str]:
    return lambda number, _: f"{stem}.{suffix}" if number == 0 else f"{stem}_{number - 1 + first}.{suffix}"


def _next(page: Callable[[int, int], str]) -> Callable[[int, int, int], str]:
    return lambda number, pages, _: f"<a href='{page(number + 1, pages)}'>下一页</a>" if number + 1 < pages else ""


def _vsb(number: int, pages: int) -> str:
    return "/czyjs.htm" if number == 0 else f"/czyjs/{pages - number}.htm"


def _query(number: int, _: int) -> str:
    return f"/list.jsp?id=7&page={number + 1}"


def _anhui(number: int, _: int) -> str:
    return "/public/column/1?type=4&catId=7" if number == 0 else f"/site/label/8888?catId=7&pageIndex={number + 1}"


FAMILIES = (
    Family(
        "TRS",
        "/zwgk/czxx/",
        lambda number, _: "/zwgk/czxx/" if number == 0 else f"/zwgk/czxx/index_{number}.html",
        lambda number, pages, _: f'<script>createPageHTML({pages}, {number}, "index", "html");</script>',
        lambda article: f"/zwgk/czxx/202402/t20240207_{article.id}.html",
    ),
    Family(
        "TRS with variables",
        "/ys/index.html",
        _named("/ys/index", "html", 1),
        lambda number, pages, _: (
            f"<script>var currentPage = {number};var countPage = {pages};"
            "createPageHTML(countPage, currentPage, 'index', 'html');</script>"
        ),
        lambda article: f"/ys/t{article.id}.html",
    ),
    Family(
        "UCAP",
        "/c102371/xlist.shtml",
        _named("/c102371/xlist", "shtml", 2),
        lambda number, pages, total: (
            f"<script>createPageHTML('page_div',{pages}, {number + 1},'xlist','shtml',{total});</script>"
        ),
        lambda article: f"/c102371/2024/2/5/{article.id:032x}.shtml",
    ),
    Family(
        "NFCMS",
        "/zwgk/czyjs/index.html",
        _named("/zwgk/czyjs/index", "html", 2),
        lambda _number, _pages, total: f"<script>var totalPage = Math.ceil({total}/8); var pages_limit=100;</script>",
        lambda article: f"/zwgk/czyjs/content/post_{article.id}.html",
    ),
    Family("VSB", "/czyjs.htm", _vsb, _next(_vsb), lambda article: f"/info/1012/{article.id}.htm", counts=False),
    Family(
        "dynamic",
        "/list.jsp?id=7&page=1",
        _query,
        _next(_query),
        lambda article: f"/show.jsp?id={article.id}",
        counts=False,
    ),
    Family(
        "Anhui",
        "/public/column/1?type=4&catId=7",
        _anhui,
        _next(_anhui),
        lambda article: f"/public/1/{article.id}.html",
        counts=False,
    ),
    Family(
        "counted",
        "/gk/list.html",
        _named("/gk/list", "html", 2),
        lambda _number, pages, total: f"<span>共{total}条</span> <span>共 {pages} 页</span>",
        lambda article: f"/gk/{article.id}.html",
    ),
)


class FamilySite:
    """A site of one family. `promised` entries are said beyond those that are there."""

    def __init__(self, simulator: Simulator, family: Family, articles: Sequence[Article]) -> None:
        self.simulator, self.family, self.articles = simulator, family, list(articles)
        self.promised = 0
        self.soft_404 = False
        self.address = simulator.url + family.address
        self._paths: set[str] = set()
        self.publish()

    def publish(self) -> None:
        """Put lists, articles and documents where their addresses say."""
        for path in self._paths:
            self.simulator.routes.pop(path, None)
        total = len(self.articles)
        pages = max(1, math.ceil(total / self.family.size))
        said_pages = math.ceil((total + self.promised) / self.family.size) if self.family.counts else pages
        for number in range(pages):
            shown = self.articles[number * self.family.size : (number + 1) * self.family.size]
            items = "".join(self._item(article) for article in shown)
            said = self.family.said(number, said_pages, total + self.promised)
            head = f"<html><head><title>预决算公开</title></head><body>{NAV}"
            self._put(
                self.family.page(number, pages), f"{head}<ul class=list>{items}</ul>{said}</body></html>".encode()
            )
        for article in self.articles:
            links = ""
            for number, (name, content) in enumerate(article.attachments.items()):
                path = f"/files/P{article.id}{number}.{name.rsplit('.', 1)[-1]}"
                self._put(path, content)
                links += f'<p><a href="{path}">{name}</a></p>'
            head = f"<html><head><title>{article.title}</title></head><body>{NAV}"
            self._put(self.family.article(article), f"{head}<div class=content>{article.body}{links}</div>".encode())
        if self.soft_404:
            self.simulator.other = Reply("<html><title>404</title><p>您访问的页面不存在</p></html>".encode())

    def _item(self, article: Article) -> str:
        path = self.family.article(article).replace("&", "&amp;")
        link = f'<a href="{path}" title="{article.title}">{article.title[:12]}</a>'
        return f'<li>{link}<span class="time">2024-02-07</span></li>'

    def _put(self, path: str, content: bytes) -> None:
        self._paths.add(path)
        self.simulator.routes[path] = Reply(content)
