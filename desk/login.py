"""Who sits at the desk: by the password file, by the header of a proxy in front, or nobody, who may only look."""

from __future__ import annotations

import secrets
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from fastapi import HTTPException, Request

from desk.settings import DeskSettings
from desk.users import NAME, Users

TRIES = 5
"""Wrong passwords, of one name or from one address, before it has to wait."""
WAIT = 900.0
"""Seconds in which they count."""


class NotLoggedIn(Exception):  # noqa: N818 - not an error: the way to the login
    """This page is for users; nobody has logged in."""


@dataclass(slots=True)
class Tries:
    """Wrong passwords of late, by name and by address."""

    _wrong: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def wait(self, *keys: str) -> int:
        """Seconds until one may try again; 0: now."""
        now = time.monotonic()
        longest = 0.0
        for key in keys:
            wrong = self._wrong.get(key)
            while wrong and now - wrong[0] > WAIT:
                wrong.popleft()
            if wrong is not None and not wrong:
                del self._wrong[key]
            if wrong and len(wrong) >= TRIES:
                longest = max(longest, WAIT - (now - wrong[-TRIES]))
        return int(longest) + 1 if longest > 0 else 0

    def wrong(self, *keys: str) -> None:
        if len(self._wrong) > 10_000:
            self._wrong.clear()
        for key in keys:
            self._wrong[key].append(time.monotonic())

    def right(self, *keys: str) -> None:
        for key in keys:
            self._wrong.pop(key, None)


@dataclass(slots=True)
class Doorkeeper:
    """Says who asks, and whether a form is ours."""

    settings: DeskSettings
    users: Users
    tries: Tries = field(default_factory=Tries)

    @property
    def is_open(self) -> bool:
        """Nobody is configured: all may look, none may decide."""
        return not self.settings.proxy_header and not self.users.names()

    def user(self, request: Request) -> str | None:
        """The user who asks; None where nobody is configured. Raises NotLoggedIn, or 403 behind a proxy."""
        if self.settings.proxy_header:
            return self._by_proxy(request)
        if self.is_open:
            return None
        name = request.session.get("user")
        began = request.session.get("began", 0)
        stamp = self.users.stamp(name) if isinstance(name, str) else None
        if (
            not isinstance(name, str)
            or stamp is None
            or request.session.get("stamp") != stamp
            or time.time() - began > self.settings.session_hours * 3600
        ):
            raise NotLoggedIn
        return name

    def decider(self, request: Request) -> str:
        """The user who decides. Raises 403 where nobody is configured."""
        name = self.user(request)
        if name is None:
            raise HTTPException(403, "read_only")
        return name

    def log_in(self, request: Request, name: str, password: str) -> int | None:
        """Begin a session; None if that was right, else the seconds to wait (0: try again)."""
        address = request.client.host if request.client else "?"
        keys = (f"name {name}", f"address {address}")
        if wait := self.tries.wait(*keys):
            return wait
        if not NAME.fullmatch(name) or not self.users.verify(name, password[:1000]):
            self.tries.wrong(*keys)
            return self.tries.wait(*keys)
        self.tries.right(*keys)
        language = request.session.get("language")
        request.session.clear()
        request.session.update(
            user=name, stamp=self.users.stamp(name), began=time.time(), csrf=secrets.token_urlsafe(24)
        )
        if language:
            request.session["language"] = language
        return None

    def _by_proxy(self, request: Request) -> str:
        peer = request.client.host if request.client else ""
        if peer != self.settings.proxy_address:
            raise HTTPException(403, "not_the_proxy")
        said = request.headers.getlist(self.settings.proxy_header)
        if len(said) != 1 or not NAME.fullmatch(said[0]):
            raise HTTPException(403, "no_user")
        return said[0]


def csrf_token(request: Request) -> str:
    """The token that our own forms carry."""
    token = request.session.get("csrf")
    if not isinstance(token, str):
        token = request.session["csrf"] = secrets.token_urlsafe(24)
    return token


def check_csrf(request: Request, given: object) -> None:
    """Raises 403 unless the form is one that we gave to this session."""
    token = request.session.get("csrf")
    if not isinstance(token, str) or not isinstance(given, str) or not secrets.compare_digest(token, given):
        raise HTTPException(403, "stale_form")
