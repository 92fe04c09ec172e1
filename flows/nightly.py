"""The nightly flow: whatever the catalogue declares and the warehouse does not know yet."""

from __future__ import annotations

from pathlib import Path

from prefect import State, flow

from extract.catalogue import read_catalogue
from flows.batch import load_all
from flows.runner import task_runner
from flows.settings import RunSettings
from flows.summary import RunSummary

_settings = RunSettings()


@flow(name="nightly", task_runner=task_runner())
def nightly(catalogue: Path = _settings.catalogue) -> State[RunSummary]:
    """Load every filing of the catalogue file that is new or has changed; one bad document never stops the others.

    Raises CatalogueError or WarehouseError if there is nothing to load from or into.
    """
    declared = read_catalogue(catalogue)
    return load_all("nightly", declared, declared.filings, catalogue.parent, again=False)
