"""What every flow does with the filings it has chosen: fetch each, load the new ones in batches, sum up."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from pathlib import Path

from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture, as_completed
from prefect.states import Completed, Failed

from extract.catalogue import Catalogue, FilingEntry
from flows import tasks
from flows.logs import log, progress, show_logs
from flows.settings import RunSettings
from flows.summary import RunSummary, publish, sentence
from flows.tasks import Arrival
from warehouse.submission import Outcome, Status

_LEVELS = {Status.FAILED: logging.ERROR, Status.HELD: logging.WARNING}


def load_all(
    command: str, catalogue: Catalogue, entries: Sequence[FilingEntry], folder: Path, *, again: bool
) -> State[RunSummary]:
    """Load these entries of the catalogue, whose sources are relative to `folder`; one never stops the others.

    `again`: also those that the warehouse knows. The state is Failed if a filing failed; its data is the summary.
    """
    settings = RunSettings()
    show_logs(settings.log_format)
    began = time.monotonic()
    load_id = tasks.open_load(command)
    log(f"{command}: {len(entries)} filings", load_id=load_id)
    outcomes: dict[str, Outcome] = {}
    with progress(len(entries)) as decided:

        def decide(outcome: Outcome) -> None:
            outcomes[outcome.filing_id] = outcome
            level = _LEVELS.get(outcome.status, logging.INFO)
            log(sentence(outcome), load_id=load_id, filing_id=outcome.filing_id, level=level)
            decided()

        def fail(entry: FilingEntry, error: object) -> None:
            reason = str(error) or type(error).__name__
            decide(tasks.record_failure(load_id, entry, catalogue.publisher_of(entry), reason))

        fetching = {
            tasks.fetch_filing.submit(load_id, entry, catalogue.publisher_of(entry), folder, again): entry
            for entry in entries
        }
        loading: dict[PrefectFuture[list[Outcome]], list[Arrival]] = {}
        batch: list[Arrival] = []
        for fetched in as_completed(list(fetching)):
            arrival: object = fetched.result(raise_on_failure=False)
            if not isinstance(arrival, Arrival):
                fail(fetching[fetched], arrival)
            elif arrival.known:
                decide(arrival.known)
            else:
                batch.append(arrival)
            if len(batch) == settings.batch:
                loading[tasks.load_batch.submit(load_id, batch)] = batch
                batch = []
        if batch:
            loading[tasks.load_batch.submit(load_id, batch)] = batch
        for loaded in as_completed(list(loading)):
            result: object = loaded.result(raise_on_failure=False)
            if isinstance(result, list):
                for outcome in result:
                    decide(outcome)
            else:
                for arrival in loading[loaded]:
                    fail(arrival.entry, result)
    summary = RunSummary(
        load_id, command, tuple(outcomes[entry.id] for entry in entries), round(time.monotonic() - began, 1)
    )
    tasks.close_load(load_id, failed=summary.failed > 0)
    publish(summary)
    return (Failed if summary.failed else Completed)(message=summary.headline(), data=summary)
