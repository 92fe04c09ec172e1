"""Lists that come from an interface, by family, each with what a catalogue declares for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.portal.simulator import Reply, Request, Simulator
from tests.portal.sites import Article

Declared = dict[str, Any]
SIZE = 5


def _json(answer: Any) -> Reply:
    return Reply(json.dumps(answer, ensure_ascii=False).encode(), headers={"Content-Type": "application/json"})


def _query(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.path).query + "&" + request.body).items()}


def _page(articles: Sequence[Article], number: int, size: int = SIZE) -> Sequence[Article]:
    return articles[(number - 1) * size : number * size]


def _items(articles: Sequence[Article]) -> list[str]:
    return [
        f'<li><a href="/art/{a.id}.html" title="{a.title}">{a.title[:9]}</a><b>2024-02-07</b></li>' for a in articles
    ]


def _publish(simulator: Simulator, articles: Sequence[Article]) -> None:
    for article in articles:
        links = ""
        for number, (name, content) in enumerate(article.attachments.items()):
            path = f"/attach/-1/{article.id}{number}.pdf"
            simulator.routes[path] = Reply(content)
            links += f"<a href='{path}'>{name}</a>"
        simulator.routes[f"/art/{article.id}.html"] = Reply(f"<div id=zoom>{links}</div>".encode())


def jpage(simulator: Simulator, articles: list[Article], promised: int = 0) -> Declared:
    """大汉 jpage: POST, XML, each record a piece of HTML."""
    _publish(simulator, articles)

    def answer(request: Request) -> Reply:
        asked = _query(request)
        if "columnid=42" not in request.body:
            return Reply(b"", 400)
        shown = articles[int(asked["startrecord"]) - 1 : int(asked["endrecord"])]
        records = "".join(f"<record><![CDATA[{item}]]></record>" for item in _items(shown))
        total = len(articles) + promised
        head = f"<totalrecord>{total}</totalrecord><nextgroup><![CDATA[<a href='x'></a>]]></nextgroup>"
        return Reply(f"<datastore>{head}<recordset>{records}</recordset></datastore>".encode())

    simulator.routes["/module/web/jpage/dataproxy.jsp"] = answer
    return {
        "address": f"{simulator.url}/col/col42/index.html",
        "hops": [
            {
                "url": simulator.url + "/module/web/jpage/dataproxy.jsp?startrecord={from}&endrecord={to}&perpage=5",
                "method": "POST",
                "form": {"col": "1", "columnid": "42", "unitid": "7"},
                "size": SIZE,
                "format": "xml",
                "items": "datastore.recordset.record",
                "html": True,
                "total": "datastore.totalrecord",
            }
        ],
    }


def jpaas(simulator: Simulator, articles: list[Article], promised: int = 0) -> Declared:
    """大汉 JPaaS: GET, HTML within JSON, the count within the HTML."""
    _publish(simulator, articles)

    def answer(request: Request) -> Reply:
        asked = _query(request)
        number = json.loads(asked["paramJson"])["pageNo"]
        count = f'<div class=page rows="{SIZE}" count="{len(articles) + promised}"></div>'
        html = f"<ul>{''.join(_items(_page(articles, number)))}</ul>{count}"
        return _json({"success": True, "data": {"html": html}})

    simulator.routes["/api-gateway/jpaas-publish-server/front/page/build/unit"] = answer
    return {
        "address": f"{simulator.url}/col/col42/index.html",
        "hops": [
            {
                "url": f"{simulator.url}/api-gateway/jpaas-publish-server/front/page/build/unit?webId=1&pageId=2"
                '&paramJson={"pageNo":{n},"pageSize":%d}' % SIZE,
                "items": "data.html",
                "html": True,
            }
        ],
    }


def neimenggu(simulator: Simulator, articles: list[Article], promised: int = 0) -> Declared:
    """内蒙古: GET JSON in three hops: list, files, file."""

    def listed(request: Request) -> Reply:
        shown = _page(articles, int(_query(request)["p"]))
        rows = [
            {"id": f"r{a.id}", "title": a.title, "publishTime": "2024-02-07 09:00:00", "org": "教育局"} for a in shown
        ]
        return _json({"list": rows, "count": len(articles) + promised})

    simulator.routes["/yjs/business/basic/select"] = listed
    for article in articles:
        files = [
            {"id": f"{article.id}f{n}", "name": name, "suffix": "pdf"} for n, name in enumerate(article.attachments)
        ]
        simulator.routes[f"/yjs/business/basic/result/r{article.id}"] = _json({"files": files})
        for number, content in enumerate(article.attachments.values()):
            simulator.routes[f"/yjs/business/file/download/{article.id}f{number}"] = Reply(content)
    base = f"{simulator.url}/yjs/business"
    return {
        "address": f"{simulator.url}/yjs/",
        "hops": [
            {
                "url": f"{base}/basic/select?id=150121zf&type=2&p={{n}}",
                "items": "list",
                "total": "count",
                "fields": {"id": "id", "title": "title", "date": "publishTime", "department": "org"},
            },
            {
                "url": f"{base}/basic/result/{{id}}",
                "items": "files",
                "fields": {"file": "id", "name": "name", "suffix": "suffix"},
            },
        ],
        "document": {"url": f"{base}/file/download/{{file}}", "name": "{name}"},
    }


def jiangsu(simulator: Simulator, articles: list[Article], promised: int = 0) -> Declared:
    """江苏: POST in three hops: departments, their template, its files; the file's name carries no department."""

    def departments(request: Request) -> Reply:
        assert _query(request)["date"] == "2024"
        return _json([{"iid": a.id, "name": f"某局{a.id}", "pid": 0, "dtype": 1} for a in articles])

    def template(request: Request) -> Reply:
        return _json({"budgetTemplates": [{"uuid": f"u{_query(request)['departmentid']}"}]})

    def files(request: Request) -> Reply:
        article = next(a for a in articles if f"u{a.id}" == _query(request)["uuid"])
        named = [
            {"iid": f"{article.id}x{n}", "t_oldname": "2024年部门预算公开.pdf", "t_uploaddate": "2024-02-07"}
            for n, _ in enumerate(article.attachments)
        ]
        return _json(named)

    base = f"{simulator.url}/front"
    simulator.routes["/front/department/getdepartmentname.do"] = departments
    simulator.routes["/front/itemsandpag.do"] = template
    simulator.routes["/front/getTemporaryFiles.do"] = files
    for article in articles:
        for number, content in enumerate(article.attachments.values()):
            simulator.routes[f"/front/download.do?iid={article.id}x{number}"] = Reply(content)
    post = {"method": "POST"}
    return {
        "address": f"{simulator.url}/",
        "each": {"year": [2024]},
        "hops": [
            {
                **post,
                "url": f"{base}/department/getdepartmentname.do",
                "form": {"pid": "1", "date": "{year}", "typeid": "1"},
                "fields": {"id": "iid", "department": "name"},
            },
            {
                **post,
                "url": f"{base}/itemsandpag.do",
                "form": {"departmentid": "{id}", "date": "{year}"},
                "items": "budgetTemplates[0]",
                "fields": {"uuid": "uuid"},
            },
            {
                **post,
                "url": f"{base}/getTemporaryFiles.do",
                "form": {"uuid": "{uuid}"},
                "fields": {"file": "iid", "title": "t_oldname", "date": "t_uploaddate"},
            },
        ],
        "document": {"url": f"{base}/download.do?iid={{file}}", "name": "{title}"},
    }


def igs(simulator: Simulator, articles: list[Article], promised: int = 0) -> Declared:
    """南威 IGS: GET JSON, its rows lead to articles."""
    _publish(simulator, articles)

    def answer(request: Request) -> Reply:
        shown = _page(articles, int(_query(request)["pageNumber"]))
        rows = [{"title": f"<em>{a.title}</em>", "url": f"/art/{a.id}.html", "trs_time": 1707264000000} for a in shown]
        return _json({"page": {"content": rows, "total": len(articles) + promised}})

    simulator.routes["/igs/front/search.jhtml"] = answer
    return {
        "address": f"{simulator.url}/zwgk/",
        "hops": [
            {
                "url": f"{simulator.url}/igs/front/search.jhtml?code=ab&siteId=27&pageNumber={{n}}&pageSize={SIZE}",
                "items": "page.content",
                "total": "page.total",
                "fields": {"title": "title", "url": "url", "date": "trs_time"},
            }
        ],
    }


INTERFACES: tuple[Callable[..., Declared], ...] = (jpage, jpaas, neimenggu, jiangsu, igs)
