"""Which family of sites a page is of, and what to declare for it: what `yusuan portal try` prints to paste."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup

from extract.encoding import decode
from extract.portals.gkmlpt_list import sid_of
from extract.portals.pages.impostor import impostor_of
from extract.portals.pages.links import base_of, soup_of
from extract.portals.pages.list_page import ItemRule, entries_of
from extract.portals.pages.paging import paging_of
from extract.portals.portal import WebPage

_QUERY_DATA = re.compile(r"queryData\s*=\s*(?:\"([^\"]{2,2000})\"|'([^']{2,2000})')")
_PAIR = re.compile(r"[\"']?(\w+)[\"']?\s*:\s*[\"']([^\"']*)[\"']")
_DATAPROXY = re.compile(r"[\"']([^\"'\s<>]*/module/web/jpage/dataproxy\.jsp[^\"\s<>]*)")
_PERPAGE = re.compile(r"perpage[\"']?\s*[:=]\s*[\"']?(\d{1,3})", re.IGNORECASE)
_IGS = re.compile(r"[\"']([^\"'\s<>]*/igs/front/search\.jhtml\?[^\"'\s<>]+)")
_LABEL = re.compile(r"[\"']([^\"'\s<>]*/site/label/\d+\?[^\"'\s<>]*labelName=publicInfoList[^\"'\s<>]*)")
_BODY = re.compile(
    r"[\u4e00-\u9fff]{2,20}?(?:局|委员会|委|办公室|中心|法院|检察院|政府|街道办事处|学校|医院)(?=.{0,6}20\d\d)"
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """The family by its name, and the portal as a catalogue declares it (None: nothing can be declared)."""

    family: str
    portal: dict[str, Any] | None
    why: str = ""


def recognise(page: WebPage) -> Recognised:
    """What a page is. Raises FetchError for one that is too large."""
    text = decode(page.content).text.replace("&amp;", "&")
    if "/gkmlpt" in page.url and sid_of(text):
        root = page.url[: page.url.index("/gkmlpt") + len("/gkmlpt")]
        return Recognised("gkmlpt", {"adapter": "gkmlpt", "address": f"{root}/index"})
    soup = soup_of(page.content)
    for family in _INTERFACES:
        if found := family(page.url, text):
            return found
    entries, _ = entries_of(soup, base_of(soup, page.url), ItemRule())
    impostor = impostor_of(soup) if len(entries) < 3 else None
    if impostor:
        return Recognised("none", None, f"it {impostor.message}: {impostor.evidence[:80]}")
    return Recognised(
        _static(soup, page.url, text), {"adapter": "columns", "address": page.url} | _label(page.url, text)
    )


def departments_named(titles: list[str]) -> set[str]:
    """What titles seem to name as publishers: more than one, and the portal lists documents of many."""
    return {found.group() for title in titles if (found := _BODY.search(title))}


def _jpaas(url: str, text: str) -> Recognised | None:
    if "jpaas" not in text.lower() or not (found := _QUERY_DATA.search(text)):
        return None
    pairs = dict(_PAIR.findall(found.group(1) or found.group(2)))
    asked = urlencode({name: value for name, value in pairs.items() if name != "paramJson"})
    address = urljoin(url, "/api-gateway/jpaas-publish-server/front/page/build/unit")
    hop = {
        "url": f'{address}?{asked}&paramJson={{"pageNo":{{n}},"pageSize":15}}',
        "items": "data.html",
        "html": True,
        "size": 15,
    }
    return Recognised("大汉 JPaaS", {"adapter": "records", "address": url, "hops": [hop]})


def _jpage(url: str, text: str) -> Recognised | None:
    if not (found := _DATAPROXY.search(text)):
        return None
    parts = urlsplit(urljoin(url, found.group(1)))
    size = int(each.group(1)) if (each := _PERPAGE.search(text)) else 15
    form = {name: value for name, value in parse_qsl(parts.query) if name not in ("page", "startrecord", "endrecord")}
    address = f"{parts.scheme}://{parts.netloc}{parts.path}"
    hop = {
        "url": f"{address}?startrecord={{from}}&endrecord={{to}}&perpage={size}",
        "method": "POST",
        "form": {"col": "1", **form},
        "size": size,
        "format": "xml",
        "items": "datastore.recordset.record",
        "html": True,
        "total": "datastore.totalrecord",
    }
    return Recognised("大汉 jpage", {"adapter": "records", "address": url, "hops": [hop]})


def _igs(url: str, text: str) -> Recognised | None:
    if not (found := _IGS.search(text)):
        return None
    parts = urlsplit(urljoin(url, found.group(1)))
    asked = urlencode(
        [(name, value) for name, value in parse_qsl(parts.query) if name not in ("pageNumber", "pageSize")]
    )
    hop = {
        "url": f"{parts.scheme}://{parts.netloc}{parts.path}?{asked}&pageNumber={{n}}&pageSize=20",
        "items": "page.content",
        "total": "page.total",
        "fields": {"title": "title", "url": "url", "date": "trs_time"},
    }
    return Recognised("南威 IGS", {"adapter": "records", "address": url, "hops": [hop]})


_INTERFACES: tuple[Callable[[str, str], Recognised | None], ...] = (_jpaas, _jpage, _igs)


def _label(url: str, text: str) -> dict[str, Any]:
    """How the lists of 安徽 go on: by an address of a label, which only a script names."""
    if not (found := _LABEL.search(text)):
        return {}
    parts = urlsplit(urljoin(url, found.group(1)))
    asked = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name != "pageIndex"])
    return {"paging": f"{parts.path}?{asked}&pageIndex={{n}}", "first": 2}


def _static(soup: BeautifulSoup, url: str, text: str) -> str:
    paging = paging_of(soup, url, base_of(soup, url))
    first = paging.patterns[0][1] if paging.patterns else 0
    if _LABEL.search(text):
        return "安徽 (site/label)"
    if "createPage" in text and first == 1:
        return "TRS WCM"
    if "createPage" in text and first == 2:
        return "UCAP (开普云)"
    if "Math.ceil" in text and first == 2:
        return "NFCMS"
    if urlsplit(url).path.endswith(".htm") and ("_vsl" in text or "vsb" in text.lower() or paging.next_page):
        return "博达 VSB"
    if urlsplit(url).query:
        return "dynamic page"
    return "static list, linked" if paging.next_page else "static list"
