"""A portal on loopback and a fetcher in a hurry, for the tests of fetching."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from extract.errors import FetchError
from extract.fetch.confinement import Access
from extract.fetch.courtesy import Courtesy
from extract.fetch.fetcher import Fetcher
from extract.settings import FetchSettings
from tests.portal.simulator import Simulator, running

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def portal() -> Iterator[Simulator]:
    with running() as simulator:
        yield simulator


def settings(**changed: Any) -> FetchSettings:
    quick: dict[str, Any] = {
        "contact": "mailto:data@example.org",
        "interval": 0,
        "backoff": 0.01,
        "read_seconds": 2,
        "total_seconds": 3,
        "document_bytes": 1_000_000,
        "page_bytes": 100_000,
    }
    return FetchSettings(**(quick | changed))


def fetcher(portal: Simulator, **changed: Any) -> Fetcher:
    chosen = settings(**changed)
    return Fetcher(chosen, Courtesy(chosen), Access(private=frozenset({("127.0.0.1", portal.port)})))


def refused(portal: Simulator, path: str = "/x", **changed: Any) -> FetchError:
    with fetcher(portal, **changed) as client, pytest.raises(FetchError) as caught:
        client.page(portal.url + path)
    return caught.value
