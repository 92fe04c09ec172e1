"""The rerun flow: read chosen years again, whether or not the warehouse knows them."""

from __future__ import annotations

from pathlib import Path

from prefect import State, flow

from extract.catalogue import Catalogue, FilingEntry, read_catalogue
from flows.batch import load_all
from flows.errors import FlowError
from flows.runner import task_runner
from flows.settings import RunSettings
from flows.summary import RunSummary

_settings = RunSettings()


@flow(name="rerun-year", task_runner=task_runner())
def rerun_year(
    years: list[int], publishers: list[str] | None = None, catalogue: Path = _settings.catalogue
) -> State[RunSummary]:
    """Read every filing of these fiscal years again, of these publishers if any are named.

    Equal records change nothing. Raises FlowError if the catalogue declares no such filing.
    """
    declared = read_catalogue(catalogue)
    chosen = choose(declared, years, publishers or [])
    command = f"rerun {', '.join(map(str, years))}"
    return load_all(command, declared, chosen, catalogue.parent, again=True)


def choose(catalogue: Catalogue, years: list[int], publishers: list[str]) -> tuple[FilingEntry, ...]:
    """The declared filings of these years and publishers, in the catalogue's order."""
    unknown = sorted(set(publishers) - {publisher.id for publisher in catalogue.publishers})
    if unknown:
        raise FlowError(f"the catalogue declares no publisher {', '.join(unknown)}")
    chosen = tuple(
        entry
        for entry in catalogue.filings
        if entry.fiscal_year in years and (not publishers or entry.publisher in publishers)
    )
    if not chosen:
        known = sorted({entry.fiscal_year for entry in catalogue.filings if entry.fiscal_year})
        raise FlowError(
            f"no filing of {', '.join(map(str, years))} to read again; the catalogue declares "
            f"{', '.join(map(str, known)) or 'no years'}"
        )
    return chosen
