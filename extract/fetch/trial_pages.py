"""Pages for a trial: asked for politely and confined like any visit, kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from extract.fetch.confinement import Access
from extract.fetch.courtesy import Courtesy
from extract.fetch.fetcher import Fetcher, origin_of
from extract.portals.portal import Post, WebPage
from extract.settings import FetchSettings


class TrialPages:
    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    @property
    def requests(self) -> int:
        return self._fetcher.requests

    def get(self, url: str, post: Post | None = None) -> WebPage:
        answer, content = self._fetcher.page(url, post=post)
        return WebPage(answer.url, answer.status, content)


@contextmanager
def trial_pages(url: str, *, allow_private: bool) -> Iterator[TrialPages]:
    """A fetcher for a trial of one address; `allow_private` opens its own host alone."""
    settings = FetchSettings()
    access = Access(private=frozenset({origin_of(url)}) if allow_private else frozenset())
    with Fetcher(settings, Courtesy(settings), access) as fetcher:
        yield TrialPages(fetcher)
