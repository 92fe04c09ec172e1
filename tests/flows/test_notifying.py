"""What is worth a message, and addresses that cannot be meant."""

from __future__ import annotations

import email
import socketserver
import threading
from collections.abc import Iterator

import pytest

from flows.errors import FlowError
from flows.notifying import check_addresses, news_of, notify
from flows.summary import RunSummary
from warehouse.submission import Outcome, Status


def test_a_night_without_news_tells_nobody() -> None:
    known = Outcome(filing_id="known", status=Status.UNCHANGED, version=1, reasons=("held since last year",))
    done = Outcome(filing_id="done", status=Status.PUBLISHED, version=1)
    assert news_of(RunSummary(1, "nightly", (known, done), {}, (), 1.0)) == []


def test_alarms_come_first_then_filings_then_what_vanished() -> None:
    held = Outcome(filing_id="new", status=Status.HELD, version=1, reasons=("7,240,000.00 are missing", "more"))
    summary = RunSummary(
        1, "nightly", (held,), {}, ("bureau · blocked: HTTP 403",), 1.0, ("bureau · page_vanished: x",)
    )
    assert news_of(summary) == [
        "alarm · bureau · blocked: HTTP 403",
        "held · new: 7,240,000.00 are missing",
        "note · bureau · page_vanished: x",
    ]


def test_an_address_that_nobody_knows_is_an_error_that_does_not_repeat_it() -> None:
    with pytest.raises(FlowError) as raised:
        check_addresses(["json://127.0.0.1/", "nonsense:secret"])
    assert "address 2 is not one that Apprise knows (scheme nonsense)" in str(raised.value)
    assert "secret" not in str(raised.value)


class _Postman(socketserver.StreamRequestHandler):
    """The little of SMTP that takes one message."""

    def handle(self) -> None:
        self.wfile.write(b"220 loopback\r\n")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                letter = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.letters.append(letter.decode())  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 well\r\n")
            if word == b"QUIT":
                return


@pytest.fixture
def post() -> Iterator[tuple[int, list[str]]]:
    """A mail server's port on loopback, and the letters that it has taken."""
    with socketserver.TCPServer(("127.0.0.1", 0), _Postman) as server:
        server.letters = letters = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield int(server.server_address[1]), letters
        server.shutdown()
        thread.join()


def test_news_arrive_by_mail(post: tuple[int, list[str]]) -> None:
    port, letters = post
    address = f"mailto://127.0.0.1:{port}?from=yusuan@example.org&to=ops@example.org&mode=insecure&format=text"
    assert notify([address], "yusuan · nightly: 1 held", ["held · new: 7,240,000.00 are missing"]) == []
    [letter] = letters
    assert "ops@example.org" in letter
    message = email.message_from_string(letter)
    [text] = [part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == "text/plain"]
    assert "held · new: 7,240,000.00 are missing" in bytes(text).decode()


def test_a_mail_server_that_is_not_there_is_named_by_its_scheme() -> None:
    address = "mailto://127.0.0.1:9?from=a@example.org&to=b@example.org&mode=insecure"
    assert notify([address], "title", ["line"]) == ["mailto"]
