"""Courtesy towards a host: one rate and one connection limit for all publishers it serves, robots.txt, and rest when
it is down. One `Courtesy` is shared by all threads of a run."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from protego import Protego

from extract.errors import FetchError
from extract.fetch.confinement import Origin, seconds_left
from extract.settings import FetchSettings

_FAILURES_UNTIL_DOWN = 5
_LONGEST_CRAWL_DELAY = 60.0


@dataclass(slots=True)
class _Host:
    slots: threading.Semaphore
    interval: float
    lock: threading.Lock = field(default_factory=threading.Lock)
    robots_lock: threading.Lock = field(default_factory=threading.Lock)
    robots: dict[str, Protego] = field(default_factory=dict)
    next_turn: float = 0.0
    failures: int = 0
    resting: str = ""
    """Why it is not asked at all on this run."""


class Courtesy:
    """What we know of each host, and the turns we take there."""

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def turn(self, origin: Origin) -> Iterator[float]:
        """Waits until the host may be asked again; gives the seconds spent queueing for a connection.

        Raises FetchError if the host is down, or asked to be left alone for longer than we have (code `host_down`), or
        has refused us (code `host_resting`).
        """
        host = self._host(origin)
        if host.resting:
            raise FetchError(host.resting, code="host_resting")
        queued = time.monotonic()
        with host.slots:
            queued = time.monotonic() - queued
            if host.failures >= _FAILURES_UNTIL_DOWN:
                raise FetchError(
                    f"{origin[0]} did not answer, or was busy, {host.failures} times in a row; left alone until the "
                    "next run",
                    code="host_down",
                )
            with host.lock:
                start = max(time.monotonic(), host.next_turn)
                if (wait := start - time.monotonic()) > max(0.0, seconds_left() + queued):
                    message = f"{origin[0]} is not to be asked for another {wait:.0f} s; left alone until the next run"
                    raise FetchError(message, code="host_down")
                host.next_turn = start + host.interval
            if (pause := start - time.monotonic()) > 0:
                time.sleep(pause)
            yield queued

    def rest(self, origin: Origin, seconds: float) -> None:
        """Leave the host alone for a while (Retry-After)."""
        host = self._host(origin)
        with host.lock:
            host.next_turn = max(host.next_turn, time.monotonic() + seconds)

    def keep_distance(self, origin: Origin, seconds: float) -> None:
        """The host wants at least so many seconds between two requests."""
        host = self._host(origin)
        host.interval = max(host.interval, seconds)

    def refused(self, origin: Origin) -> None:
        """The host does not want us: it is not asked again on this run."""
        self.leave_alone(origin, f"{origin[0]} refused us and is left alone until the next run")

    def leave_alone(self, origin: Origin, why: str) -> None:
        """Do not ask the host on this run."""
        self._host(origin).resting = why

    def is_resting(self, origin: Origin) -> bool:
        return bool(self._host(origin).resting)

    def answered(self, origin: Origin) -> None:
        self._host(origin).failures = 0

    def unreachable(self, origin: Origin) -> None:
        """A document failed for good because the host did not answer, or its robots.txt cannot be had."""
        host = self._host(origin)
        with host.lock:
            host.failures += 1

    def check_robots(self, url: str, base: str, origin: Origin, read: Callable[[str], str]) -> None:
        """Raises FetchError (code `robots_disallow`) if robots.txt forbids the address.

        `base` is scheme and authority; `read` gives the text of robots.txt at an address ('' if there is none).
        """
        host = self._host(origin)
        with host.robots_lock:
            rules = host.robots.get(base)
            if rules is None:
                try:
                    text = read(f"{base}/robots.txt")
                except FetchError:
                    self.unreachable(origin)  # or every document would ask for it again
                    raise
                rules = host.robots[base] = Protego.parse(text)
                delay = rules.crawl_delay(self._settings.user_agent)
                if delay:
                    host.interval = max(host.interval, min(float(delay), _LONGEST_CRAWL_DELAY))
        if not rules.can_fetch(url, self._settings.user_agent):
            raise FetchError(f"robots.txt of {base} does not allow {url}", code="robots_disallow", evidence=base)

    def _host(self, origin: Origin) -> _Host:
        with self._lock:
            name = f"{origin[0]}:{origin[1]}"
            if name not in self._hosts:
                slots = threading.Semaphore(self._settings.connections_per_host)
                self._hosts[name] = _Host(slots, self._settings.interval)
            return self._hosts[name]
