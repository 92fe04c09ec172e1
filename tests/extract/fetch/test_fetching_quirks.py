"""Answers as real servers give them by mistake, or to do harm: each ends in the document or in one clear error."""

from __future__ import annotations

import email.utils
import gzip
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from extract.errors import FetchError
from extract.fetch.confinement import Access
from extract.fetch.courtesy import Courtesy
from extract.fetch.fetcher import Fetcher, Validators
from tests.extract.fetch.fetches import OK, fetcher, portal, refused, settings
from tests.portal.simulator import Reply, Request, Simulator, raw, redirect

__all__ = ["portal"]

BODY = "绩效目标".encode() * 500


def page(portal: Simulator, **changed: Any) -> bytes:
    with fetcher(portal, **changed) as client:
        return client.page(f"{portal.url}/x")[1]


def test_an_answer_of_not_modified_leaves_its_connection_open(portal: Simulator) -> None:
    portal.routes["/x"] = Reply(b"known")
    with fetcher(portal) as client:
        validators = client.page(f"{portal.url}/x")[0].validators
        for _ in range(5):
            assert client.page(f"{portal.url}/x", validators)[0].status == 304
    assert portal.connections <= 2, "robots.txt is a 404, whose connection is not kept"


def test_not_modified_that_was_not_asked_for_is_an_error(portal: Simulator) -> None:
    portal.routes["/x"] = Reply(b"", 304)
    assert refused(portal).code == "http_304"


def test_a_body_after_not_modified_does_not_harm_the_next_answer(portal: Simulator) -> None:
    portal.routes["/x"] = raw(b'HTTP/1.1 304 Not Modified\r\nETag: "b"\r\nContent-Length: 13\r\n\r\n<html></html>')
    portal.routes["/y"] = Reply(BODY)
    with fetcher(portal) as client:
        assert client.page(f"{portal.url}/x", Validators('"a"'))[0].headers["etag"] == '"b"'
        assert client.page(f"{portal.url}/y")[1] == BODY


@pytest.mark.parametrize("etag", ['"a"', 'W/"a"', "a", '"with, comma"'])
def test_a_tag_is_sent_back_as_it_was_given(portal: Simulator, etag: str) -> None:
    portal.routes["/x"] = Reply(BODY, headers={"ETag": etag}, tagged=False)
    with fetcher(portal) as client:
        client.page(f"{portal.url}/x", client.page(f"{portal.url}/x")[0].validators)
    assert portal.requests[-1].headers["if-none-match"] == etag


def test_a_tag_in_chinese_does_not_stop_the_next_visit(portal: Simulator) -> None:
    portal.routes["/x"] = raw(OK + 'ETag: "表"\r\nContent-Length: 2\r\n\r\nab'.encode())
    with fetcher(portal) as client:
        validators = client.page(f"{portal.url}/x")[0].validators
        assert client.page(f"{portal.url}/x", validators)[1] == b"ab"


def test_a_body_whose_end_was_not_announced_is_asked_for_as_a_whole_again(portal: Simulator) -> None:
    half = b'HTTP/1.0 200 OK\r\nETag: "a"\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\n\r\n'
    portal.routes["/x"] = raw(half + BODY)
    with fetcher(portal) as client:
        answer, body = client.page(f"{portal.url}/x")
    assert (body, answer.validators) == (BODY, Validators()), "it may have been cut, and nobody could tell"


@pytest.mark.parametrize(
    "head", [b"Content-Length: 99999\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\nffff\r\n"], ids=["length", "chunk"]
)
def test_a_body_shorter_than_announced_is_cut_short(portal: Simulator, head: bytes) -> None:
    portal.routes["/x"] = raw(OK + head + BODY)
    assert refused(portal).code == "cut_short"


def test_a_body_longer_than_announced_does_not_harm_the_next_answer(portal: Simulator) -> None:
    portal.routes["/x"] = raw(OK + b"Content-Length: 2\r\n\r\nab and more")
    portal.routes["/y"] = Reply(BODY)
    with fetcher(portal) as client:
        assert client.page(f"{portal.url}/x")[1] == b"ab"
        assert client.page(f"{portal.url}/y")[1] == BODY


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(BODY) + b"\0" * 100),
        ("gzip", gzip.compress(BODY) + b"garbage"),
        ("gzip", gzip.compress(BODY[:300]) + gzip.compress(BODY[300:])),
        ("gzip, gzip", gzip.compress(gzip.compress(BODY))),
        ("gzip, identity", gzip.compress(BODY)),
        ("identity", BODY),
    ],
    ids=["zeros after it", "garbage after it", "in two members", "twice", "and identity", "not at all"],
)
def test_a_packed_body_is_unpacked(portal: Simulator, encoding: str, body: bytes) -> None:
    portal.routes["/x"] = Reply(body, headers={"Content-Encoding": encoding})
    assert page(portal) == BODY


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip", ", ".join(["gzip"] * 9)])
def test_a_body_that_is_not_packed_as_it_says_is_one_clear_error(portal: Simulator, encoding: str) -> None:
    portal.routes["/x"] = Reply(BODY, headers={"Content-Encoding": encoding})
    assert refused(portal).code == "bad_encoding"


def test_a_bomb_packed_twice_stops_at_the_limit(portal: Simulator) -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 50_000_000))
    portal.routes["/x"] = Reply(bomb, headers={"Content-Encoding": "gzip, gzip"})
    assert refused(portal).code == "too_large"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_redirect_in_raw_chinese_is_followed_by_its_bytes(portal: Simulator, encoding: str) -> None:
    target = "/附件/表.pdf".encode(encoding)
    portal.routes["/x"] = raw(b"HTTP/1.1 302 Found\r\nLocation: " + target + b"\r\nContent-Length: 0\r\n\r\n")
    quoted = "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in target)
    portal.routes[quoted] = Reply(BODY)
    assert page(portal) == BODY


@pytest.mark.parametrize(
    "target",
    ["http://user:secret@example.org/", "http://example.org:80@127.0.0.1/", "http://example.org\\@127.0.0.1/"],
)
def test_an_address_with_a_login_is_refused(portal: Simulator, target: str) -> None:
    portal.routes["/x"] = redirect(target)
    assert refused(portal).code in ("bad_address", "private_address")
    assert all("authorization" not in request.headers for request in portal.requests)


@pytest.mark.parametrize(
    "value", ["garbage", "-5", "Mon, 01 Jan 2001 00:00:00 GMT", "Mon, 01 Jan 2001 00:00:00", "1e9"]
)
def test_a_retry_after_that_says_nothing_is_as_if_it_were_not_there(portal: Simulator, value: str) -> None:
    replies = [Reply(b"", 503, {"Retry-After": value}), Reply(BODY)]
    portal.routes["/x"] = lambda _: replies.pop(0)
    start = time.monotonic()
    assert page(portal) == BODY
    assert time.monotonic() - start < 1


def test_a_retry_after_as_a_date_is_waited_for(portal: Simulator) -> None:
    replies = [Reply(b"", 503, {"Retry-After": email.utils.formatdate(time.time() + 2, usegmt=True)}), Reply(BODY)]
    portal.routes["/x"] = lambda _: replies.pop(0)
    start = time.monotonic()
    assert page(portal, total_seconds=10) == BODY
    assert time.monotonic() - start > 0.5


@pytest.mark.parametrize("value", [str(365 * 86400), "9" * 400, "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_a_host_that_asks_for_a_year_is_not_asked_again_in_this_run(portal: Simulator, value: str) -> None:
    portal.routes["/x"] = Reply(b"", 503, {"Retry-After": value})
    with fetcher(portal) as client:
        start = time.monotonic()
        for path, code in (("x", "http_503"), ("y", "host_down"), ("z", "host_down")):
            with pytest.raises(FetchError) as caught:
                client.page(f"{portal.url}/{path}")
            assert caught.value.code == code
    assert time.monotonic() - start < 1
    assert portal.asked() == ["/x"]


def test_a_document_that_queued_for_longer_than_it_may_take_is_fetched_all_the_same(portal: Simulator) -> None:
    chosen = settings(connections_per_host=1, total_seconds=1, read_seconds=1)
    courtesy, access = Courtesy(chosen), Access(private=frozenset({("127.0.0.1", portal.port)}))
    drip = [OK, b"Content-Length: 8\r\n\r\n"] + [b"x"] * 8
    portal.routes["/slow"], portal.routes["/x"] = raw(*drip, pause=0.05), Reply(BODY)

    def fetch(path: str) -> bytes:
        with Fetcher(chosen, courtesy, access) as client:
            return client.page(portal.url + path)[1]

    with ThreadPoolExecutor(4) as pool:
        fetched = list(pool.map(fetch, ["/slow", "/slow", "/slow", "/x"]))
    assert fetched == [b"x" * 8] * 3 + [BODY]


def test_a_host_that_is_always_busy_is_left_alone(portal: Simulator) -> None:
    portal.routes["/robots.txt"] = Reply(b"")

    def busy(_: Request) -> Reply:
        return Reply(b"", 503)

    with fetcher(portal, attempts=2) as client:
        for number in range(20):
            portal.routes[f"/{number}"] = busy
            with pytest.raises(FetchError):
                client.page(f"{portal.url}/{number}")
    assert len(portal.asked()) == 10, "five documents, two attempts each"


def test_a_failing_robots_txt_is_not_asked_for_with_every_document(portal: Simulator) -> None:
    portal.routes["/robots.txt"] = Reply(b"", 500)
    with fetcher(portal, attempts=2) as client:
        for number in range(20):
            with pytest.raises(FetchError):
                client.page(f"{portal.url}/{number}")
    assert [request.path for request in portal.requests] == ["/robots.txt"] * 5


@pytest.mark.parametrize(
    "rules",
    [
        "User-agent: *\nDisallow: /x".encode("utf-8-sig"),
        "User-agent: *\nDisallow: /x".encode("utf-16"),
        "# 禁止\nUser-agent: *\nDisallow: /x".encode("gb18030"),
        b"User-agent: *\r\nDisallow: /x\r\n" + b"# filler\r\n" * 80_000,
        b"User-agent: *\rDisallow: /x",
    ],
    ids=["byte order mark", "utf-16", "gb18030", "huge", "old line ends"],
)
def test_robots_txt_is_obeyed_however_it_is_written(portal: Simulator, rules: bytes) -> None:
    portal.routes["/robots.txt"] = Reply(rules)
    portal.routes["/x"] = Reply(BODY)
    assert refused(portal, page_bytes=5_000_000).code == "robots_disallow"


def test_robots_txt_behind_a_redirect_is_obeyed(portal: Simulator) -> None:
    portal.routes["/robots.txt"] = redirect("/r", status=301)
    portal.routes["/r"] = Reply(b"User-agent: *\nDisallow: /x")
    portal.routes["/x"] = Reply(BODY)
    assert refused(portal).code == "robots_disallow"


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_robots_txt_that_is_refused_allows_everything(portal: Simulator, status: int) -> None:
    portal.routes["/robots.txt"] = Reply(b"", status)
    portal.routes["/x"] = Reply(BODY)
    assert page(portal) == BODY


def test_a_robots_txt_made_to_take_forever_does_not(portal: Simulator) -> None:
    portal.routes["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /" + b"*a" * 5_000 + b"$\n")
    path = "/" + "a" * 1_000
    portal.routes[path] = Reply(BODY)
    start = time.monotonic()
    with fetcher(portal) as client:
        client.page(portal.url + path)
    assert time.monotonic() - start < 3
