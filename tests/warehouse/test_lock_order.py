"""Two transactions that publish for the same publishers, each in its own order, never wait for each other."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.warehouse.builders import PUBLISHER, money, project, records, submission, total
from tests.warehouse.test_publishing import rows
from transform.records import Records, TotalOf
from warehouse import loading
from warehouse.decide import acceptances
from warehouse.decide.accepting import accept
from warehouse.loading import load_filings
from warehouse.loads import start_load
from warehouse.submission import Outcome, Submission

DOUBTED = records(stated_totals=(total(TotalOf.FILING, "99.00"),))


def of(publisher: str, read: Records, year: int = 2024, **declared: Any) -> Submission:
    filing = submission(read, filing_id=f"{publisher}-{year}", fiscal_year=year, **declared)
    return replace(filing, publisher=PUBLISHER.model_copy(update={"id": publisher}))


def passing(publisher: str) -> Submission:
    """One project of the year after, so that the turns of the queue do not keep the two loads apart."""
    lines = (money("丙项目", "5.00"),)
    read = records(
        projects=(project(1, "丙项目"),), budget_lines=lines, indicators=(), stated_totals=(), fiscal_year=2025
    )
    return of(publisher, read, 2025)


def test_what_passes_and_what_was_accepted_before_is_published_in_one_order(
    loader: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One load brings an accepted filing of A and a new one of B, the other the reverse; both stop in between."""
    load_filings(loader, start_load(loader, "test"), [of("office-a", DOUBTED), of("office-b", DOUBTED)])
    for filing in ("office-a-2024", "office-b-2024"):
        accept(loader, filing, by="someone", because="as printed")
    halfway = threading.Barrier(2)

    def meet(*arguments: Any, **named: Any) -> Any:
        with contextlib.suppress(threading.BrokenBarrierError):  # the other waits for a lock: so it should
            halfway.wait(2)
        return acceptances.add_residuals(*arguments, **named)

    monkeypatch.setattr(loading, "add_residuals", meet)
    decided: list[Outcome] = []
    batches = (
        [of("office-a", DOUBTED, reader="text-2"), passing("office-b")],
        [of("office-b", DOUBTED, reader="text-2"), passing("office-a")],
    )

    def load(batch: list[Submission]) -> None:
        decided.extend(load_filings(loader, start_load(loader, "test"), batch))

    at_once = [threading.Thread(target=load, args=(batch,)) for batch in batches]
    for thread in at_once:
        thread.start()
    for thread in at_once:
        thread.join()
    assert sorted((one.filing_id, one.version) for one in decided) == [
        ("office-a-2024", 2),
        ("office-a-2025", 1),
        ("office-b-2024", 2),
        ("office-b-2025", 1),
    ]
    assert rows(loader, "SELECT count(*) FROM mart.filing WHERE status = 'published'") == [(4,)]
