"""Who is told what a run came to: the addresses of YUSUAN_NOTIFY, through Apprise (webhook, e-mail, chat, …)."""

from __future__ import annotations

from collections.abc import Sequence

from flows.errors import FlowError
from flows.summary import RunSummary
from warehouse.submission import Outcome, Status

_LINES = 50
"""Of a message; the whole is in `yusuan held`, `yusuan validation` and `yusuan status`."""


def news_of(summary: RunSummary) -> list[str]:
    """What a person should hear of, one line each: newly held in whole or in part, failed, blocked, vanished, nothing
    arrived."""
    new = [one for one in summary.outcomes if one.status in (Status.HELD, Status.PARTIAL, Status.FAILED)]
    lines = [f"{one.status} · {one.filing_id}: {_why(one)}" for one in new]
    return [*(f"alarm · {alarm}" for alarm in summary.alarms), *lines, *(f"note · {note}" for note in summary.notes)]


def _why(outcome: Outcome) -> str:
    if outcome.reasons:
        return outcome.reasons[0]
    return "sections are missing or unread" if outcome.status is Status.PARTIAL else "no reason given"


def check_addresses(addresses: Sequence[str]) -> None:
    """Raise FlowError if one is nothing Apprise knows. It is not repeated: it may hold a password."""
    import apprise

    for number, address in enumerate(addresses, start=1):
        if apprise.Apprise.instantiate(address) is None:
            raise FlowError(
                f"YUSUAN_NOTIFY: address {number} is not one that Apprise knows (scheme {_scheme(address)})"
            )


def notify(addresses: Sequence[str], title: str, lines: Sequence[str]) -> list[str]:
    """Send one message to each address. Returns the schemes of those that did not take it; nothing is raised."""
    import apprise

    body = "\n".join(lines[:_LINES])
    if len(lines) > _LINES:
        body += f"\nand {len(lines) - _LINES} more"
    failed = []
    for address in addresses:
        service = apprise.Apprise()
        if not service.add(address) or not service.notify(title=title, body=body):
            failed.append(_scheme(address))
    return failed


def _scheme(address: str) -> str:
    return address.partition(":")[0][:20]
