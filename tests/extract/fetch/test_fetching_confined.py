"""A fetch goes only where it may: to no private address, by HTTP alone, past no certificate that nobody has signed."""

from __future__ import annotations

import datetime
import http.server
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from extract.errors import FetchError
from extract.fetch.confinement import Access, Tls, _context, is_public
from extract.fetch.courtesy import Courtesy
from extract.fetch.fetcher import Fetcher
from tests.extract.fetch.fetches import portal, refused, settings
from tests.portal.simulator import Reply, Simulator, redirect, running

__all__ = ["portal"]


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "http://192.168.1.1/x",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]:80/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0/",
        "http://localhost:1/",
        "https://127.0.0.1:1/",
    ],
)
def test_a_redirect_to_a_private_address_is_refused(portal: Simulator, target: str) -> None:
    portal.routes["/x"] = redirect(target)
    assert refused(portal).code == "private_address"


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://example.org/", "gopher://127.0.0.1:70/", "http://[::1", ""]
)
def test_a_redirect_elsewhere_than_http_is_refused(portal: Simulator, target: str) -> None:
    portal.routes["/x"] = redirect(target)
    assert refused(portal).code in ("bad_address", "redirect_loop", "cut_short", "unreachable")


def test_a_private_portal_is_refused_unless_declared(portal: Simulator) -> None:
    portal.routes["/x"] = Reply(b"x")
    chosen = settings()
    with Fetcher(chosen, Courtesy(chosen)) as client, pytest.raises(FetchError, match="allow_private") as caught:
        client.page(f"{portal.url}/x")
    assert caught.value.code == "private_address"
    assert portal.requests == []


def test_a_declared_private_portal_opens_no_other_port(portal: Simulator) -> None:
    with running() as other:
        other.routes["/x"] = Reply(b"secret")
        portal.routes["/x"] = redirect(f"{other.url}/x")
        assert refused(portal).code == "private_address"
        assert other.requests == []


def test_a_name_is_resolved_once_and_the_checked_address_used(
    portal: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: a name that is public when checked and private when used."""
    asked: list[str] = []
    genuine = socket.getaddrinfo

    def rebinding(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host != "portal.example":
            return genuine(host, *args, **kwargs)
        asked.append(host)
        address = "203.0.114.1" if len(asked) == 1 else "127.0.0.1"
        return genuine(address, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    chosen = settings(attempts=1, connect_seconds=0.2)
    url = f"http://portal.example:{portal.port}/x"
    with Fetcher(chosen, Courtesy(chosen)) as client, pytest.raises(FetchError) as caught:
        client.page(url)
    assert caught.value.code == "unreachable", "the checked, public address was tried, not the second answer"
    assert portal.requests == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.1.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::127.0.0.1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("2002:7f00:1::", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::808:808", True),
        ("64:ff9b:1::808:808", False),
        ("fec0::1", False),
        ("::ffff:0:10.0.0.1", False),
        ("::ffff:0:8.8.8.8", True),
        ("3fff::1", False),
        ("5f00::1", False),
    ],
)
def test_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[int]:
    """The port of a TLS server whose certificate nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(today).not_valid_after(today + datetime.timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem = tmp_path / "server.pem"
    unencrypted = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem.write_bytes(key.private_bytes(*unencrypted) + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a refused handshake is what is tested
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize("tls", [Tls(), Tls(legacy=True), Tls(renegotiation=True), Tls(curve="P-256")])
def test_a_certificate_is_verified_whatever_is_declared(self_signed: int, tls: Tls) -> None:
    origin = ("127.0.0.1", self_signed)
    chosen = settings(attempts=1)
    access = Access(private=frozenset({origin}), tls={origin: tls})
    with (
        Fetcher(chosen, Courtesy(chosen), access) as client,
        pytest.raises(FetchError, match="self-signed certificate"),
    ):
        client.page(f"https://127.0.0.1:{self_signed}/x")


def test_old_tls_is_spoken_only_where_it_is_declared() -> None:
    old, usual = _context(Tls(legacy=True)), _context(Tls())
    assert old.minimum_version == ssl.TLSVersion.TLSv1
    assert usual.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert old.verify_mode == usual.verify_mode == ssl.CERT_REQUIRED
    legacy_renegotiation = 0x4  # SSL_OP_LEGACY_SERVER_CONNECT, which the module names from Python 3.12 on
    assert not usual.options & legacy_renegotiation
    assert _context(Tls(renegotiation=True)).options & legacy_renegotiation
