"""What an article's page holds itself: its content, its tables, its pictures, and what it says of who published it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

from extract.portals.pages.links import link_of, title_of

_CONTENT = (
    *(".article-content", ".TRS_Editor", ".trs_editor_view", "#UCAP-CONTENT", "#zoom", "#Zoom", ".v_news_content"),
    *("#vsb_content", ".pages_content", ".wzcon", ".xxgk_content", ".article_content", ".news_content", ".bt-content"),
    *("#content", ".content", ".con", ".article", "article", ".detail", ".main-content", ".j-fontContent", ".zw"),
)
"""Where the systems of governments' sites put an article's text, the most certain first."""
_FIGURES = re.compile(r"\d[\d,]*\.\d\d(?!\.)|\d,\d{3}|万元|亿元|单位\s*[：:]\s*元|指标值|绩效指标|年度目标")
"""What only a table of a filing prints, not one that lays out a page or says who published it and when."""
_ABOUT = re.compile(
    r"^(索\s*引\s*号|发布机构|发文机[关构]|制发机构|公开机构|发布单位|文\s*号|发文字号|文件编号|主题分类|组配分类|信息分类|体裁分类|"
    r"(发布|成文|生成|公开|发文|生效|废止)(日期|时间)|有\s*效\s*性|关键词|主题词|公开(方式|时限|范围|程序|形式)|信息来源|服务对象)\s*[：:]?$"
)
_NAMES_PUBLISHER = re.compile(r"^(发布机构|发文机[关构]|制发机构|公开机构|发布单位|信息来源|来\s*源)\s*[：:]?$")
_SOURCE = re.compile(r"(?:信息来源|文章来源|来源|发布机构|发布单位)\s*[：:]\s*([^\s|，。；\[\]【】]{2,40})")
_ICONS = re.compile(
    r"icon|logo|qr_?code|wei_?xin|wechat|share|weibo|print|close|arrow|banner|footer|header|ewm|dzjg|jiucuo", re.I
)
_PICTURES = re.compile(r"\.(jpe?g|png|bmp|tiff?|gif)(\?|$)", re.I)
_MOST_ABOUT = 60
"""Cells of a table that says what an article is."""


def content_of(soup: BeautifulSoup, declared: str) -> tuple[Tag, Tag | None]:
    """The part of the page to look in, and the article's text within it if it can be told."""
    for table in soup.select("table"):
        if _is_about(table):
            table.extract()  # who published the article and when is no filing
    if declared and (chosen := soup.select_one(declared)):
        return chosen, chosen
    for selector in _CONTENT:
        for found in soup.select(selector):
            if found.get_text(strip=True) or found.find(["a", "img", "iframe", "embed", "object", "script"]):
                return soup, found
    return soup, None


def has_figures(part: Tag) -> bool:
    """Whether a table in this part of a page prints amounts or indicators."""
    return any(found.find_parent("table") for found in part.find_all(string=_FIGURES))


def holds_table(part: Tag) -> bool:
    """Whether a part of a page has a table of rows and columns, whatever it prints."""
    for table in part.select("table"):
        if table.find("table"):
            continue
        rows = [len(row.find_all(["td", "th"])) for row in table.select("tr")]
        if len(rows) >= 2 and max(rows) >= 2 and len(table.get_text(strip=True)) >= 8 and not _is_menu(table):
            return True
    return False


def _is_menu(table: Tag) -> bool:
    """A table of links alone."""
    linked = sum(len(link.get_text(strip=True)) for link in table.select("a"))
    return linked > 0.8 * len(table.get_text(strip=True))


def _is_about(table: Tag) -> bool:
    if table.find("table"):
        return False
    cells = table.find_all(["td", "th"])
    labels = sum(bool(_ABOUT.match(cell.get_text("", strip=True))) for cell in cells)
    indexed = any(re.match(r"索\s*引\s*号", cell.get_text("", strip=True)) for cell in cells)
    return len(cells) <= _MOST_ABOUT and (indexed or (labels >= 2 and labels * 5 >= len(cells)))


def department_in(soup: BeautifulSoup) -> tuple[str, ...]:
    """What an article says of who published it: its metadata, else the line under its title."""
    return tuple(dict.fromkeys(title_of(words) for words in _departments(soup) if words.strip()))[:1]


def _departments(soup: BeautifulSoup) -> Iterator[str]:
    for cell in soup.find_all(["td", "th", "dt", "b", "strong", "span", "label"]):
        if _NAMES_PUBLISHER.match(cell.get_text("", strip=True)):
            following = cell.find_next_sibling(["td", "th", "dd", "span"])
            if following and following.get_text(strip=True):
                yield following.get_text(" ", strip=True)
    for name in ("ContentSource", "source", "Author"):
        if (meta := soup.select_one(f"meta[name={name} i]")) and meta.get("content"):
            yield str(meta["content"])
    for text in soup.find_all(string=_SOURCE):
        if found := _SOURCE.search(text):
            yield found.group(1)


def pictures_in(part: Tag, base: str) -> tuple[str, ...]:
    """The addresses of the pictures that a page consists of, in order, without its furniture."""
    found = []
    for image in part.select("img"):
        source = str(image.get("src") or image.get("data-src") or image.get("data-original") or "")
        url = link_of(base, source)
        if url is None or _ICONS.search(source) or not _PICTURES.search(url):
            continue
        sizes = [str(image.get(side) or "").removesuffix("px") for side in ("width", "height")]
        if not any(size.isdigit() and int(size) < 120 for size in sizes):
            found.append(url)
    return tuple(dict.fromkeys(found))
