"""Two kinds of site on a simulator: gkmlpt and static columns, each with its quirks."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field

from tests.portal.simulator import Reply, Request, Simulator

UNIX_2024 = int(datetime.datetime(2024, 2, 1, tzinfo=datetime.UTC).timestamp())


@dataclass
class Article:
    """An article with its attachments (name → bytes) or the body of its page."""

    id: int
    title: str
    attachments: dict[str, bytes] = field(default_factory=dict)
    body: str = ""
    publisher: str = ""


class GkmlptSite:
    """`{root}/gkmlpt`: index page, paged JSON, articles, attachments."""

    def __init__(self, simulator: Simulator, articles: list[Article], *, root: str = "/gzhdkg") -> None:
        self.simulator, self.root, self.articles = simulator, root, articles
        self.page_size = 100
        self.encoding = "utf-8"
        self.overstated = 0
        """Articles that post_count promises and no page shows."""
        self.page_zero_is_first = True
        self.lists_attachments = True
        self.address = f"{simulator.url}{root}/gkmlpt/index"
        simulator.routes[f"{root}/gkmlpt/index"] = self._index
        simulator.routes[f"{root}/gkmlpt/api/all/0"] = self._list
        self.publish()

    def publish(self) -> None:
        """Put articles and attachments where their addresses say."""
        for article in self.articles:
            links = ""
            for number, (name, content) in enumerate(article.attachments.items()):
                path = self.attachment(article, number)
                self.simulator.routes[path] = Reply(content, headers={"Content-Type": "application/octet-stream"})
                links += f'<a href="{path}" alt="{name}">附件{number + 1}</a>'
            page = f"<html><head><title>{article.title}</title></head><body>{article.body}{links}</body></html>"
            self.simulator.routes[self.page(article)] = Reply(page.encode(self.encoding))

    def page(self, article: Article) -> str:
        return f"{self.root}/gkmlpt/content/post_{article.id}.html"

    def attachment(self, article: Article, number: int) -> str:
        return f"{self.root}/attachment/7/{article.id}/{number}.pdf"

    def _index(self, _: Request) -> Reply:
        tree = [
            {"id": 1, "name": "机构概况", "children": []},
            {"id": 2, "name": "财政", "children": [{"id": 5, "name": "预决算"}]},
        ]
        script = f"window._CONFIG = {{SID: '200001', TREE: {json.dumps(tree, ensure_ascii=False)}, other: 1}}"
        return Reply(f"<html><script>{script}</script></html>".encode(self.encoding))

    def _list(self, request: Request) -> Reply:
        query = dict(part.split("=") for part in request.path.partition("?")[2].split("&"))
        if query.get("sid") != "200001":
            return Reply(b"no sid", 400)
        number = int(query["page"])
        if number == 0:
            number = 1 if self.page_zero_is_first else 10**6
        shown = self.articles[(number - 1) * self.page_size : number * self.page_size]
        if number > 1 and not shown:
            return Reply(b"not found", 404)
        count = len(self.articles) + self.overstated
        answer = {
            "articles": [self._entry(article) for article in shown],
            "classify": {"id": 0, "name": "全部", "post_count": count},
        }
        return Reply(json.dumps(answer, ensure_ascii=False).encode(self.encoding))

    def _entry(self, article: Article) -> dict[str, object]:
        attachments = [
            {"id": article.id * 10 + number, "name": name, "type": "pdf", "url": self.attachment(article, number)}
            for number, name in enumerate(article.attachments)
        ]
        return {
            "id": article.id,
            "title": article.title,
            "publisher": article.publisher,
            "date": UNIX_2024 + article.id,
            "url": f"{self.simulator.url}{self.page(article)}",
            "post_url": "",
            "attachment": attachments if self.lists_attachments else [],
        }


class ColumnsSite:
    """`{root}/`: index.html, index_1.html, … with links to articles."""

    def __init__(self, simulator: Simulator, articles: list[Article], *, root: str = "/zwgk") -> None:
        self.simulator, self.root, self.articles = simulator, root, articles
        self.page_size = 20
        self.encoding = "gb18030"
        self.address = f"{simulator.url}{root}/index.html"
        self.publish()

    def publish(self) -> None:
        pages = [self.articles[at : at + self.page_size] for at in range(0, len(self.articles), self.page_size)] or [[]]
        for number, shown in enumerate(pages):
            items = "".join(
                f"<li><span>2024-02-{1 + article.id % 28:02}</span>"
                f'<a href="./{article.id}.html" title="{article.title}">{article.title[:10]}…</a></li>'
                for article in shown
            )
            html = f"<html><body><div><a href='/'>首页</a></div><ul class=list>{items}</ul></body></html>"
            name = f"index_{number}.html" if number else "index.html"
            self.simulator.routes[f"{self.root}/{name}"] = Reply(html.encode(self.encoding))
        for article in self.articles:
            links = ""
            for number, (name, content) in enumerate(article.attachments.items()):
                path = f"{self.root}/P0{article.id}{number}.{name.rsplit('.', 1)[-1]}"
                self.simulator.routes[path] = Reply(content, headers={"Content-Type": "text/html"})
                links += f'<p><a href="{path}">{name}</a></p>'
            html = f"<html><head><title>{article.title}</title></head><body>{article.body}{links}</body></html>"
            self.simulator.routes[f"{self.root}/{article.id}.html"] = Reply(html.encode(self.encoding))
