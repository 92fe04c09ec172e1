"""Fetching one document politely: robots.txt, the host's turn, conditional, retried, redirected, limited, to disk."""

from __future__ import annotations

import email.utils
import io
import re
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, urljoin, urlsplit

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

from extract.encoding import decode
from extract.errors import FetchError
from extract.fetch.confinement import Access, Origin, client_for, extend, seconds_left, within
from extract.fetch.courtesy import Courtesy
from extract.portals.portal import Post
from extract.settings import FetchSettings

_DENIALS = frozenset({401, 407, 451})
"""Statuses of one address that is not for us."""
_REFUSALS = frozenset({202, 403, 405, 412, 418, 429, 468, 521})
"""Statuses of a server that does not want us; 202 comes with a challenge."""
_TRANSIENT = frozenset({408, 425, 500, 502, 503, 504, 520, 522, 523, 524})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_KEPT_HEADERS = (
    *("etag", "last-modified", "date", "content-type", "content-disposition", "content-length", "transfer-encoding"),
    "server",
)
_OVERLOADED = frozenset({"unreachable", "too_slow", "http_503"})
"""Failures that say something of the host, not of the document: after some in a row it is left alone."""
_ROBOTS_BYTES = 512_000
"""Of robots.txt that are read; RFC 9309 asks for 500 KiB at least."""
_MOST_ENCODINGS = 3
_CHALLENGE = re.compile(
    rb"__jsl_clearance|acw_sc__v2|\$_ts\s*=|window\[.bobcmn.\]|cf-chl-|geetest|"
    rb"<title>[^<]{0,40}(captcha|just a moment|"
    + "|".join(f"{word}" for word in ("安全验证", "访问验证", "人机验证", "滑动验证", "验证码", "访问被拒绝")).encode()
    + rb")",
    re.IGNORECASE,
)
_CHALLENGE_BYTES = 100_000
_WIRE_ALLOWANCE = 1 << 20
_CHUNK = 1 << 16
_PRINTED = bytes(range(0x21, 0x7F))


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes a request conditional."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said at last. `status` is 200 (the body was written), 304 (as you know it), 404 or 410 (gone)."""

    url: str
    """Where it came from, redirects followed."""
    status: int
    headers: Mapping[str, str]

    @property
    def gone(self) -> bool:
        return self.status in _GONE

    @property
    def validators(self) -> Validators:
        """For the next visit; a server that gives neither tag nor date is asked for changes since it answered.

        None after a body whose end the server did not announce: it may have been cut, so it is asked for as a whole.
        """
        if "content-length" not in self.headers and "chunked" not in self.headers.get("transfer-encoding", "").lower():
            return Validators()
        changed = self.headers.get("last-modified") or self.headers.get("date")
        return Validators(*(each if each and each.isascii() else None for each in (self.headers.get("etag"), changed)))


class Fetcher:
    """Fetches for one publisher, within what the catalogue allows it (`access`). Use as a context manager."""

    def __init__(self, settings: FetchSettings, courtesy: Courtesy, access: Access | None = None) -> None:
        self.settings = settings
        self._courtesy = courtesy
        self._began = time.monotonic()
        self.requests = 0
        """Requests that were sent, those for robots.txt too."""
        self.refusals: dict[Origin, float] = {}
        """Hosts that refused us on this visit, each with the seconds that it asked to be left alone for."""
        for origin, seconds in (access or Access()).intervals.items():
            courtesy.keep_distance(origin, seconds)
        self._client = client_for(
            access or Access(),
            user_agent=settings.user_agent,
            connect_seconds=settings.connect_seconds,
            read_seconds=settings.read_seconds,
        )

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def page(self, url: str, known: Validators | None = None, post: Post | None = None) -> tuple[Answer, bytes]:
        """A list or article page, in memory; `post` is the body of a list's request. Raises FetchError."""
        sink = io.BytesIO()
        answer = self._fetch(url, sink, self.settings.page_bytes, known, post)
        return answer, sink.getvalue()

    def document(self, url: str, to: Path, known: Validators | None = None) -> Answer:
        """A document, streamed to the file `to`. Raises FetchError."""
        with to.open("w+b") as sink:
            return self._fetch(url, sink, self.settings.document_bytes, known)

    def refused(self, url: str) -> None:
        """What came from an address shows that its host does not want us."""
        origin = origin_of(url)
        self._courtesy.refused(origin)
        self.refusals.setdefault(origin, 0.0)

    def _fetch(
        self,
        url: str,
        sink: BinaryIO,
        cap: int,
        known: Validators | None,
        post: Post | None = None,
    ) -> Answer:
        origin = origin_of(url)
        settings = self.settings
        if time.monotonic() > self._began + settings.visit_seconds:
            message = f"{url}: the visit took its {settings.visit_seconds:.0f} s; the rest waits for the next run"
            raise FetchError(message, code="visit_too_long")
        try:
            with within(settings.total_seconds, cap + _WIRE_ALLOWANCE):
                for attempt in Retrying(
                    stop=stop_after_attempt(settings.attempts),
                    wait=_wait(settings.backoff),
                    retry=retry_if_exception(_worth_another_try),
                    reraise=True,
                ):
                    with attempt:
                        answer = self._follow(url, sink, cap, known, post)
        except FetchError as error:
            if error.refuses:
                self._courtesy.refused(origin)
                self.refusals[origin] = error.retry_after or 0.0
            if error.code in _OVERLOADED:
                self._courtesy.unreachable(origin)
            raise
        self._courtesy.answered(origin)
        return answer

    def _follow(self, url: str, sink: BinaryIO, cap: int, known: Validators | None, post: Post | None) -> Answer:
        """The answer after redirects, each of which is checked like the first address; what is posted follows none."""
        seen: list[str] = []
        while True:
            self._check_robots(url)
            answer, cookie = self._exchange(url, sink, cap, known, post)
            if answer.status not in _REDIRECTS:
                return answer
            if post is not None:
                raise FetchError(f"{url} redirects a POST, which is not followed", code="redirected_post")
            seen.append(url)
            url = _target(url, answer)
            trail = " → ".join([*seen, url])
            if url in seen:
                raise FetchError(
                    f"{seen[0]} redirects to itself" + (" and wants a cookie" if cookie else ""),
                    code="redirect_loop",
                    blocked=cookie,
                    evidence=trail,
                )
            if len(seen) > self.settings.redirects:
                raise FetchError(f"{seen[0]} redirects too often", code="redirect_loop", evidence=trail)

    def _exchange(
        self, url: str, sink: BinaryIO, cap: int, known: Validators | None, post: Post | None = None
    ) -> tuple[Answer, bool]:
        origin = origin_of(url)
        sink.seek(0)
        sink.truncate()
        answered = False
        with self._courtesy.turn(origin) as queued:
            extend(queued)
            self.requests += 1
            try:
                with self._client.stream(
                    "POST" if post else "GET",
                    url,
                    headers=_conditional(known) | _posted(post),
                    content=post.body.encode() if post else None,
                ) as response:
                    answered = True
                    answer = _answer(url, response)
                    self._check_status(answer, response, origin, known)
                    if response.status_code == 200:
                        _check_length(url, response, cap)
                        for chunk in _decoded(url, response, cap):
                            sink.write(chunk)
                    elif response.status_code == 304:
                        any(response.iter_raw())  # no body, but only an answer read to its end leaves a connection
                    cookie = "set-cookie" in response.headers
            except (httpx.TimeoutException, httpx.ConnectError) as error:
                raise FetchError(f"{url} did not answer: {error}", code="unreachable", transient=True) from error
            except (httpx.TransportError, httpx.InvalidURL, ValueError) as error:
                transient = isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError)
                code = "cut_short" if answered else "unreachable"
                raise FetchError(f"{url} broke off: {error}", code=code, transient=transient) from error
        sink.flush()
        if response.status_code == 200:
            _check_challenge(url, sink)
        return answer, cookie

    def _check_status(self, answer: Answer, response: httpx.Response, origin: Origin, known: Validators | None) -> None:
        status = response.status_code
        if status in _REFUSALS | _DENIALS:
            evidence = f"HTTP {status} {response.reason_phrase}; " + "; ".join(
                f"{name}: {value}" for name, value in answer.headers.items()
            )
            message = f"{answer.url} refuses us: HTTP {status}"
            asked = _retry_after(response.headers.get("retry-after"))
            refuses = status in _REFUSALS
            raise FetchError(message, blocked=True, refuses=refuses, evidence=evidence, retry_after=asked)
        if status in _TRANSIENT:
            wait = _retry_after(response.headers.get("retry-after"))
            if wait is not None:
                self._courtesy.rest(origin, wait)
            raise FetchError(
                f"{answer.url} answers HTTP {status}" + (f", asks to wait {wait:.0f} s" if wait else ""),
                code=f"http_{status}",
                transient=True,
                retry_after=wait,
            )
        expected = {200, 304} if _conditional(known) else {200}
        if status not in expected | _GONE | _REDIRECTS:
            raise FetchError(f"{answer.url} answers HTTP {status}", code=f"http_{status}")

    def _check_robots(self, url: str) -> None:
        parts = urlsplit(url)
        self._courtesy.check_robots(url, f"{parts.scheme}://{parts.netloc}", origin_of(url), self._robots)

    def _robots(self, url: str) -> str:
        """RFC 9309: no such file allows everything, a server that fails allows nothing; a long file is read in part."""
        sink = io.BytesIO()
        for _ in range(self.settings.redirects + 1):
            try:
                answer, _cookie = self._exchange(url, sink, self.settings.page_bytes, None)
            except FetchError as error:
                if error.blocked:
                    return ""  # the document itself will say whether we are refused
                raise
            if answer.status not in _REDIRECTS:
                return decode(sink.getvalue()[:_ROBOTS_BYTES]).text if answer.status == 200 else ""
            url = _target(url, answer)
        return ""


def origin_of(url: str) -> Origin:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError as error:
        raise FetchError(f"{url!r} is not an address: {error}", code="bad_address") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or port is None:
        raise FetchError(f"{url!r} is not an http or https address", code="bad_address")
    if "@" in parts.netloc:
        raise FetchError(f"{url!r} carries a login, which no published document needs", code="bad_address")
    return parts.hostname.lower(), port


def _target(url: str, answer: Answer) -> str:
    """Where a redirect leads."""
    location = answer.headers.get("location", "")
    try:
        return urljoin(url, location).split("#")[0]
    except ValueError as error:
        raise FetchError(f"{url} redirects to {location!r}, which is no address", code="bad_address") from error


def _conditional(known: Validators | None) -> dict[str, str]:
    headers = {}
    if known and known.etag:
        headers["If-None-Match"] = known.etag
    if known and known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers


def _posted(post: Post | None) -> dict[str, str]:
    if post is None:
        return {}
    return {"Content-Type": post.content_type, **({"Referer": post.referer} if post.referer else {})}


def _answer(url: str, response: httpx.Response) -> Answer:
    headers = {name: response.headers[name][:2000] for name in _KEPT_HEADERS if name in response.headers}
    for name, value in response.headers.raw:
        if name.lower() == b"location":  # in raw bytes of any encoding, as some servers send it: kept as they are
            headers["location"] = quote(value[:2000], safe=_PRINTED)
    return Answer(url=url, status=response.status_code, headers=headers)


def _check_length(url: str, response: httpx.Response, cap: int) -> None:
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > cap:
        raise FetchError(f"{url} has {int(length[:20]):,} bytes, more than the limit of {cap:,}", code="too_large")


def _decoded(url: str, response: httpx.Response, cap: int) -> Iterator[bytes]:
    """The body's bytes; raises FetchError at the size and time limits, or where a packed body is broken."""
    encodings = [one.strip() for one in response.headers.get("content-encoding", "").lower().split(",")]
    if len(encodings) > _MOST_ENCODINGS:
        raise FetchError(f"{url} is encoded {len(encodings)} times over", code="bad_encoding")
    body, size = response.iter_raw(_CHUNK), 0
    for encoding in reversed(encodings):
        body = _unpacked(url, encoding, body)
    for chunk in body:
        size += len(chunk)
        if size > cap:
            raise FetchError(f"{url} has more than the limit of {cap:,} bytes", code="too_large")
        if seconds_left() <= 0:
            raise FetchError(f"{url} took longer than the limit allows", code="too_slow")
        yield chunk


def _unpacked(url: str, encoding: str, raw: Iterator[bytes]) -> Iterator[bytes]:
    """Content-Encoding undone piece by piece, so that a compressed bomb never stands in memory."""
    if encoding in ("", "identity", "none", "utf-8"):
        yield from raw
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise FetchError(f"{url} is encoded as {encoding!r}, which we did not ask for", code="bad_encoding")
    unpack = None
    for rest in raw:
        while rest:
            if unpack is None:  # some servers send deflate without its zlib header
                bare = encoding == "deflate" and rest[0] & 0x0F != 8
                unpack = zlib.decompressobj(wbits=-zlib.MAX_WBITS if bare else 32 + zlib.MAX_WBITS)
            try:
                yield unpack.decompress(rest, _CHUNK)
            except zlib.error as error:
                message = f"{url} says {encoding} but is not: {error}"
                raise FetchError(message, code="bad_encoding", transient=True) from error
            rest = unpack.unconsumed_tail
            if unpack.eof and unpack.unused_data.startswith(b"\x1f\x8b"):
                rest, unpack = unpack.unused_data, None
    while unpack and (chunk := unpack.decompress(b"", _CHUNK)):
        yield chunk
    if unpack and not unpack.eof:
        raise FetchError(f"{url} broke off within its {encoding} body", code="cut_short", transient=True)


def _check_challenge(url: str, sink: BinaryIO) -> None:
    sink.seek(0)
    head = sink.read(_CHALLENGE_BYTES + 1)
    if len(head) <= _CHALLENGE_BYTES and head.lstrip()[:1] == b"<" and (found := _CHALLENGE.search(head)):
        shown = found.group().decode("utf-8", "replace")
        raise FetchError(f"{url} answers with a challenge instead of the document", refuses=True, evidence=shown)


def _retry_after(value: str | None) -> float | None:
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError, OverflowError):
        return None


def _worth_another_try(error: BaseException) -> bool:
    return isinstance(error, FetchError) and error.transient and seconds_left() > (error.retry_after or 0)


def _wait(backoff: float) -> Callable[[RetryCallState], float]:
    growing = wait_exponential_jitter(multiplier=backoff, jitter=backoff, max=60)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, FetchError) else None
        return min(asked if asked is not None else growing(state), max(seconds_left(), 0.0))

    return wait
