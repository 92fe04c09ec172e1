"""The connection: who may be spoken to, for how long and how much, decided where the socket is opened.

A name is resolved once, every address it has is checked, and the socket goes to the checked address: between check and
use there is no second look-up that a hostile name server could answer differently. The time and size limits hold for
the whole answer, headers and informational responses included, so a server that drips cannot outlast them.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpcore
import httpx

from extract.errors import FetchError

Origin = tuple[str, int]
"""Host in lower case and port."""

_CARRYING = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::ffff:0:0:0/96"))
"""NAT64 and IPv4-translated (RFC 2765): their last 32 bits are the IPv4 address that is spoken to."""
_PUBLIC = ipaddress.ip_network("2000::/3")
"""All that is routed. Which of the rest is private (fec0::/10, 64:ff9b:1::/48 …) Pythons disagree about."""
_DOCUMENTATION = ipaddress.ip_network("3fff::/20")
_SocketOptions = Iterable[tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]]


@dataclass(frozen=True, slots=True)
class Tls:
    """What is relaxed for one host; certificates are verified all the same."""

    legacy: bool = False
    """TLS 1.0 with old ciphers."""
    renegotiation: bool = False
    """No secure renegotiation (RFC 5746)."""
    curve: str | None = None
    """The one elliptic curve that the host can agree on."""


@dataclass(frozen=True, slots=True)
class Access:
    """What the catalogue declares of a publisher's hosts; nothing else is ever relaxed."""

    private: frozenset[Origin] = frozenset()
    """Origins that may have a private or loopback address."""
    tls: Mapping[Origin, Tls] = field(default_factory=dict)
    """How TLS is spoken with origins that cannot do what is usual."""
    intervals: Mapping[Origin, float] = field(default_factory=dict)
    """Seconds between two requests to an origin that wants more than the settings say."""


@dataclass(slots=True)
class _Budget:
    deadline: float
    wire_bytes: int


_BUDGET: ContextVar[_Budget] = ContextVar("budget")


@contextlib.contextmanager
def within(seconds: float, wire_bytes: int) -> Iterator[None]:
    """Limits the time and the bytes from the wire of everything that this thread fetches inside."""
    token = _BUDGET.set(_Budget(time.monotonic() + seconds, wire_bytes))
    try:
        yield
    finally:
        _BUDGET.reset(token)


def seconds_left() -> float:
    return _BUDGET.get().deadline - time.monotonic()


def extend(seconds: float) -> None:
    """Time spent queueing behind our own requests does not count."""
    _BUDGET.get().deadline += seconds


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, seen through every IPv4-in-IPv6 disguise."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and (int(ip) >> 32 == 0 or any(ip in network for network in _CARRYING)):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip not in _PUBLIC or ip in _DOCUMENTATION:
            return False
    return ip.is_global and not ip.is_multicast


class _Confined(httpcore.NetworkBackend):
    """Opens sockets only to addresses that were checked."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: _SocketOptions | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._addresses(host, port):
            limit = min(timeout or seconds_left(), max(seconds_left(), 0.001))
            try:
                stream = self._sockets.connect_tcp(address, port, limit, local_address, socket_options)
                return _Limited(stream)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} cannot be resolved: {error}") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        refused = [address for address in addresses if not is_public(address)]
        if refused and (host.lower(), port) not in self._access.private:
            raise FetchError(
                f"{host}:{port} has the address {refused[0]}, which is not public; if that is meant, declare "
                "`allow_private: true` for the publisher's portal",
                code="private_address",
                evidence=", ".join(addresses),
            )
        return addresses


class _Limited(httpcore.NetworkStream):
    """A socket whose reads stop at the time and size limits of `within`."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        budget, left = _BUDGET.get(), seconds_left()
        if left <= 0 or budget.wire_bytes <= 0:
            slow = left <= 0
            what = "took longer than" if slow else "is larger than"
            raise FetchError(f"the answer {what} the limit allows", code="too_slow" if slow else "too_large")
        data = self._stream.read(max_bytes, min(timeout or left, left))
        budget.wire_bytes -= len(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, min(timeout or seconds_left(), max(seconds_left(), 0.001)))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        limit = min(timeout or seconds_left(), max(seconds_left(), 0.001))
        return _Limited(self._stream.start_tls(ssl_context, server_hostname, limit))

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class _ConfinedTransport(httpx.HTTPTransport):
    def __init__(self, access: Access, context: ssl.SSLContext, connections: int) -> None:
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            max_connections=connections,
            max_keepalive_connections=connections,
            keepalive_expiry=30,
            network_backend=_Confined(access),
        )


@lru_cache(maxsize=16)
def _context(tls: Tls) -> ssl.SSLContext:
    context = httpx.create_ssl_context()
    if tls.legacy:
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    if tls.legacy or tls.renegotiation:
        context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
    if tls.curve:
        context.set_ecdh_curve({"P-256": "prime256v1"}[tls.curve])
    return context


def client_for(access: Access, *, user_agent: str, connect_seconds: float, read_seconds: float) -> httpx.Client:
    """An HTTP client confined to `access`: no proxy from the environment, no cookies, no redirects of its own.

    Its requests must run inside `within`. Raises FetchError for an address that is not allowed, httpx errors else.
    """
    relaxed = {
        f"https://{origin[0]}:{origin[1]}": _ConfinedTransport(access, _context(access.tls[origin]), 4)
        for origin in sorted(access.tls)
    }
    return httpx.Client(
        transport=_ConfinedTransport(access, _context(Tls()), 8),
        mounts=relaxed,
        headers={"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "gzip"},
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx.Timeout(read_seconds, connect=connect_seconds),
        follow_redirects=False,
        trust_env=False,
    )
