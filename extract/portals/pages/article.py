"""An article's page: the documents it links to, the table it holds itself, or the pictures it consists of."""

from __future__ import annotations

import re
from collections.abc import Collection

from bs4 import BeautifulSoup, Tag

from extract.document import Finding, Medium, Severity
from extract.errors import FetchError
from extract.media import medium_of
from extract.portals.pages.content import content_of, department_in, has_figures, holds_table, pictures_in
from extract.portals.pages.impostor import impostor_of
from extract.portals.pages.links import base_of, is_document, is_download, settled, soup_of, title_of
from extract.portals.pages.targets import targets_in
from extract.portals.portal import Entry, FilingRef, Visit, WebPage
from extract.portals.take import Take, is_cut


def documents_of(
    visit: Visit,
    take: Take,
    entry: Entry,
    *,
    article: str,
    content: str = "",
    said: tuple[tuple[str, str], ...] = (),
    listed: Collection[str] = (),
) -> tuple[FilingRef, ...]:
    """The documents of one article: those its page links to, and the page itself if its table is a filing too.

    Beside documents a table counts if it prints figures; alone any does that is not about the article. `content` is a
    CSS selector of the part of the page to look in, `listed` are the addresses of documents that the list itself names.
    """
    url, title = entry.url, entry.title
    page = visit.article(url, title, Severity.WARNING if listed else Severity.CRITICAL)
    if page is None or (listed and (page.gone or medium_of(page.content) is not Medium.HTML)):
        return ()
    if page.gone:
        visit.note(_nothing(url, title, f"its page answers HTTP {page.status}"))
        return ()
    whole = {"article": article, "url": url, "published_on": entry.published_on, "sha256": page.sha256}
    if medium_of(page.content) is not Medium.HTML:
        return (FilingRef(title=title, said=said, **whole),)  # type: ignore[arg-type]
    try:
        soup = soup_of(page.content)
    except FetchError as error:
        visit.note(_nothing(url, title, str(error)))
        return ()
    if is_cut(title):
        title = _whole_title(soup, title)
        if not take.wants(title):
            return ()
    said = (*said, *(("article", words) for words in department_in(soup)))
    scope, within = content_of(soup, content)  # without what it says of itself
    found = _linked(page, soup, scope, within, take, title, listed)
    refs = [
        FilingRef(
            article=article,
            part=settled(target),
            url=target,
            title=title,
            name=name,
            page_url=url,
            published_on=entry.published_on,
            candidate=candidate,
            said=said,
        )
        for target, name, candidate in found
    ]
    certain = [ref for ref in refs if not ref.candidate]
    if has_figures(scope) if certain or listed else holds_table(scope):
        refs.append(FilingRef(title=title, page_url=url, said=said, **whole))  # type: ignore[arg-type]
    elif not certain and not listed:
        if pictures := pictures_in(within or scope, base_of(soup, page.url)):
            refs.append(
                FilingRef(
                    article=article,
                    part="pictures",
                    url=url,
                    title=title,
                    page_url=url,
                    published_on=entry.published_on,
                    pictures=pictures,
                    said=said,
                )
            )
        elif not refs:
            _note_empty(visit, soup, url, title)
    return tuple(refs)


def behind(
    visit: Visit, take: Take, entry: Entry, *, content: str = "", said: tuple[tuple[str, str], ...] = ()
) -> tuple[FilingRef, ...]:
    """The documents behind one entry of a list: the entry itself if it is one, else those of its article."""
    plain = is_document(entry.url, entry.title)
    if plain or is_download(entry.url):
        return (
            FilingRef(
                article=entry.url,
                url=entry.url,
                title=entry.title,
                published_on=entry.published_on,
                candidate=not plain,
                said=said,
            ),
        )
    known = visit.remembered(entry, entry.url)
    if known is not None:
        return known
    return documents_of(visit, take, entry, article=entry.url, content=content, said=said)


def _linked(
    page: WebPage,
    soup: BeautifulSoup,
    scope: Tag,
    within: Tag | None,
    take: Take,
    title: str,
    listed: Collection[str],
) -> list[tuple[str, str, bool]]:
    """Address, name and doubt of each document that the page links to and that is asked for."""
    seen = {settled(url) for url in listed}
    found = []
    for target in targets_in(scope, base_of(soup, page.url), inside=within, asked=take.wants):
        if settled(target.url) in seen or target.url == page.url:
            continue
        seen.add(settled(target.url))
        if take.wants(target.name, title):
            found.append((target.url, target.name, target.candidate))
    return found


def _whole_title(soup: BeautifulSoup, cut: str) -> str:
    """The title that a list shows only the beginning of, as the article prints it."""
    begins = re.sub(r"[….。⋯\s]+$", "", cut)
    metas = [soup.select_one(f"meta[name={name} i]") for name in ("ArticleTitle", "title")]
    said = [str(meta.get("content") or "") for meta in metas if meta]
    said += [each.get_text(" ", strip=True) for each in soup.select("h1, h2, h3, .title, #title, title")]
    folded = "".join(begins.split())
    return next((title_of(each) for each in said if "".join(each.split()).startswith(folded)), cut)


def is_firewall(content: bytes) -> bool:
    """Whether a web page that came in place of a document is a firewall's."""
    try:
        found = impostor_of(soup_of(content))
    except FetchError:
        return False
    return found is not None and found.refuses


def is_error_page(content: bytes) -> bool:
    """Whether a web page that came in place of a document says something else: it has no table with figures."""
    try:
        return not has_figures(soup_of(content))
    except FetchError:
        return False  # so many cells are a table


def _note_empty(visit: Visit, soup: BeautifulSoup, url: str, title: str) -> None:
    """Says of an article why there is nothing to take. Raises FetchError where a firewall answered in its place."""
    found = impostor_of(soup)
    if found is None:
        visit.note(_nothing(url, title, "its page has neither a document nor a table nor pictures"))
        return
    visit.unseen(url)
    if found.refuses:
        raise FetchError(f"{url} {found.message}", refuses=True, evidence=found.evidence)
    visit.note(_nothing(url, title, f"its page {found.message}"))


def _nothing(url: str, title: str, why: str) -> Finding:
    return Finding(code="nothing_to_take", severity=Severity.WARNING, message=f"{title}: {why}", evidence=url)
