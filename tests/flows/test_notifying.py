"""What is worth a message, and addresses that cannot be meant."""

from __future__ import annotations

import pytest

from flows.errors import FlowError
from flows.notifying import check_addresses, news_of
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
