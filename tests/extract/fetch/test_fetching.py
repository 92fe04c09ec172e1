"""Fetching against a real server that behaves as portals do, and as an attacker would."""

from __future__ import annotations

import gzip
import time
import zlib
from pathlib import Path
from typing import Any

import pytest

from extract.errors import FetchError
from extract.fetch.fetcher import Validators
from tests.extract.fetch.fetches import OK, fetcher, portal, refused, settings
from tests.portal.simulator import Reply, Request, Simulator, misbehaving, raw, redirect

__all__ = ["portal"]


def test_a_document_streams_to_disk_and_says_who_asks(portal: Simulator, tmp_path: Path) -> None:
    portal.routes["/x.pdf"] = Reply(b"%PDF" + b"x" * 500_000)
    with fetcher(portal) as client:
        answer = client.document(f"{portal.url}/x.pdf", tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == b"%PDF" + b"x" * 500_000
    assert answer.status == 200
    assert answer.validators.etag
    assert "yusuan/" in portal.requests[-1].headers["user-agent"]
    assert "mailto:data@example.org" in portal.requests[-1].headers["user-agent"]


def test_a_conditional_request_brings_no_body(portal: Simulator) -> None:
    portal.routes["/x"] = Reply(b"known")
    with fetcher(portal) as client:
        first, body = client.page(f"{portal.url}/x")
        again, nothing = client.page(f"{portal.url}/x", first.validators)
    assert (body, again.status, nothing) == (b"known", 304, b"")


def test_a_server_without_validators_is_asked_for_changes_since_it_answered(portal: Simulator) -> None:
    portal.routes["/x"] = Reply(b"known", tagged=False)
    with fetcher(portal) as client:
        answer, _ = client.page(f"{portal.url}/x")
        assert answer.validators == Validators(None, answer.headers["date"])


def test_robots_txt_is_obeyed_and_read_once(portal: Simulator) -> None:
    portal.routes["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /private/\n")
    portal.routes["/private/x"] = portal.routes["/x"] = Reply(b"x")
    with fetcher(portal) as client:
        client.page(f"{portal.url}/x")
        with pytest.raises(FetchError) as caught:
            client.page(f"{portal.url}/private/x")
    assert caught.value.code == "robots_disallow"
    assert [request.path for request in portal.requests] == ["/robots.txt", "/x"]


def test_robots_txt_is_obeyed_after_a_redirect_too(portal: Simulator) -> None:
    portal.routes["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /private/\n")
    portal.routes["/x"] = redirect("/private/x")
    portal.routes["/private/x"] = Reply(b"x")
    assert refused(portal).code == "robots_disallow"


def test_a_robots_txt_that_fails_allows_nothing(portal: Simulator) -> None:
    portal.routes["/robots.txt"] = Reply(b"", 503)
    portal.routes["/x"] = Reply(b"x")
    assert refused(portal).code == "http_503"
    assert portal.asked() == []


def test_requests_to_one_host_keep_their_distance(portal: Simulator) -> None:
    portal.routes["/x"] = Reply(b"x")
    with fetcher(portal, interval=0.1) as client:
        start = time.monotonic()
        for _ in range(4):
            client.page(f"{portal.url}/x")
    assert time.monotonic() - start >= 0.4  # robots.txt and four pages: four pauses


def test_a_busy_server_is_asked_again_and_retry_after_is_waited_for(portal: Simulator) -> None:
    replies = [Reply(b"", 503, {"Retry-After": "1"}), Reply(b"", 500), Reply(b"at last")]
    portal.routes["/x"] = lambda _: replies.pop(0)
    with fetcher(portal) as client:
        start = time.monotonic()
        assert client.page(f"{portal.url}/x")[1] == b"at last"
    assert time.monotonic() - start >= 1


def test_a_retry_after_beyond_the_time_limit_ends_the_attempt_at_once(portal: Simulator) -> None:
    portal.routes["/x"] = Reply(b"", 503, {"Retry-After": "3600"})
    start = time.monotonic()
    assert refused(portal).code == "http_503"
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("status", [202, 403, 405, 412, 418, 429, 468, 521])
def test_a_refusal_is_recorded_as_blocked_with_evidence_and_not_repeated(portal: Simulator, status: int) -> None:
    portal.routes["/x"] = Reply(b"<html>denied</html>", status, {"Server": "waf"})
    error = refused(portal)
    assert (error.code, error.blocked) == ("blocked", True)
    assert f"HTTP {status}" in error.evidence
    assert "waf" in error.evidence, "what the server said of itself"
    assert portal.asked() == ["/x"]


def test_the_first_refusal_ends_the_visit_to_that_host(portal: Simulator) -> None:
    portal.routes["/x"], portal.routes["/y"] = Reply(b"", 412), Reply(b"y")
    with fetcher(portal) as client:
        codes = []
        for path in ("x", "y", "y"):
            with pytest.raises(FetchError) as caught:
                client.page(f"{portal.url}/{path}")
            codes.append(caught.value.code)
    assert codes == ["blocked", "host_resting", "host_resting"]
    assert portal.asked() == ["/x"]


def test_a_cookie_redirect_to_itself_is_blocked_and_no_cookie_is_sent(portal: Simulator) -> None:
    portal.routes["/x"] = redirect("/x", cookie="__jsl=1; Path=/")
    error = refused(portal)
    assert error.blocked
    assert "cookie" in str(error)
    assert not any("cookie" in request.headers for request in portal.requests)


def test_a_captcha_page_is_blocked(portal: Simulator) -> None:
    portal.routes["/x"] = Reply("<html><head><title>安全验证</title></head></html>".encode())
    assert refused(portal).refuses
    portal.routes["/x"] = Reply(b"<script>document.cookie='__jsl_clearance=1'</script>")
    assert refused(portal).blocked


def test_redirects_end(portal: Simulator) -> None:
    def onwards(request: Request) -> Reply:
        return redirect(f"/x?{int(request.path.partition('?')[2] or 0) + 1}")

    portal.routes["/x"] = onwards
    assert refused(portal).code == "redirect_loop"
    assert len(portal.asked()) == settings().redirects + 1


def test_a_connection_that_is_cut_is_tried_again_and_then_given_up(portal: Simulator) -> None:
    portal.routes["/x"] = raw(OK + b"Content-Length: 1000\r\n\r\nonly this")
    assert refused(portal, attempts=3).code == "cut_short"
    assert len(portal.asked()) == 3


def test_a_half_written_document_never_looks_whole(portal: Simulator) -> None:
    whole = gzip.compress(b"x" * 10_000)
    portal.routes["/x"] = raw(OK + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n" + whole[:-20])
    assert refused(portal, attempts=1).code == "cut_short"


@pytest.mark.parametrize(
    "route",
    [
        raw(OK, b"X-Drip: 1\r\n", pause=0.05, forever=True),
        raw(OK + b"Content-Length: 100000\r\n\r\n", b"x", pause=0.05, forever=True),
        raw(b"HTTP/1.1 100 Continue\r\n\r\n", pause=0.01, forever=True),
        raw(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", pause=0.05, forever=True),
    ],
    ids=["headers", "body", "informational", "chunks"],
)
def test_a_server_that_drips_cannot_outlast_the_time_limit(portal: Simulator, route: Any) -> None:
    portal.routes["/x"] = route
    start = time.monotonic()
    assert refused(portal, total_seconds=1, read_seconds=1).code in (
        "too_slow",
        "unreachable",
        "cut_short",
        "too_large",
    )
    assert time.monotonic() - start < 2.5


@pytest.mark.parametrize(
    "route",
    [
        raw(OK + b"Content-Length: 999999999\r\n\r\n", b"x" * 65536, forever=True),
        raw(OK + b"Connection: close\r\n\r\n", b"x" * 65536, forever=True),
        raw(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n", forever=True),
    ],
    ids=["length", "until closed", "chunked"],
)
def test_a_body_beyond_the_size_limit_is_refused(portal: Simulator, route: Any) -> None:
    portal.routes["/x"] = route
    assert refused(portal).code == "too_large"
    assert len(portal.asked()) == 1


def test_endless_headers_are_refused(portal: Simulator) -> None:
    portal.routes["/x"] = raw(OK, b"X-Filler: " + b"y" * 4000 + b"\r\n", forever=True)
    assert refused(portal, attempts=1).code in ("unreachable", "cut_short", "too_large")


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_compressed_bomb_stops_at_the_limit(portal: Simulator, encoding: str) -> None:
    packed = zlib.compressobj(wbits=31 if encoding == "gzip" else 15)
    bomb = b"".join(packed.compress(b"\0" * 1_000_000) for _ in range(300)) + packed.flush()
    assert len(bomb) < 400_000
    portal.routes["/x"] = Reply(bomb, headers={"Content-Encoding": encoding})
    assert refused(portal, page_bytes=1_000_000).code == "too_large"


def test_every_honest_encoding_is_read(portal: Simulator) -> None:
    text = "绩效目标".encode() * 50_000
    bare = zlib.compressobj(wbits=-15)
    for name, body in {
        "gzip": gzip.compress(text),
        "deflate": zlib.compress(text),
        "Deflate": bare.compress(text) + bare.flush(),
        "identity": text,
        "x-gzip": gzip.compress(text[:300]) + gzip.compress(text[300:]),
    }.items():
        portal.routes["/x"] = Reply(body, headers={"Content-Encoding": name})
        with fetcher(portal, page_bytes=10_000_000) as client:
            assert client.page(f"{portal.url}/x")[1] == text, name


def test_an_encoding_that_is_not_what_it_says_fails(portal: Simulator) -> None:
    portal.routes["/x"] = Reply(b"plain text", headers={"Content-Encoding": "gzip"})
    assert refused(portal, attempts=1).code == "bad_encoding"
    portal.routes["/x"] = Reply(b"...", headers={"Content-Encoding": "br, gzip"})
    assert refused(portal, attempts=1).code == "bad_encoding"


def test_a_host_that_is_down_is_left_alone(portal: Simulator) -> None:
    portal.routes["/robots.txt"] = Reply(b"")
    with fetcher(portal, attempts=2) as client:
        client.page(f"{portal.url}/robots.txt")
        portal.unplugged = True
        codes = []
        for number in range(8):
            with pytest.raises(FetchError) as caught:
                client.page(f"{portal.url}/{number}")
            codes.append(caught.value.code)
    assert codes == ["unreachable"] * 5 + ["host_down"] * 3
    assert len(portal.asked()) == 10


def test_what_is_gone_is_an_answer_not_an_error(portal: Simulator) -> None:
    with fetcher(portal) as client:
        assert client.page(f"{portal.url}/x")[0].gone


@pytest.mark.parametrize(
    "answer", [b"", b"garbage\r\n\r\n", b"HTTP/1.1 999 What\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"]
)
def test_an_answer_that_is_no_http_is_an_error_of_ours(portal: Simulator, answer: bytes) -> None:
    portal.routes["/x"] = misbehaving(lambda handler: handler.wfile.write(answer) and None)
    assert refused(portal, attempts=1).code in ("cut_short", "unreachable", "http_999")
