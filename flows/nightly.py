"""The nightly flow: whatever the catalogue declares and the warehouse does not know yet."""

from __future__ import annotations

from pathlib import Path

from prefect import State, flow

from extract.catalogue import read_catalogue
from flows.batch import load_all
from flows.late import let_late_nights_pass
from flows.runner import task_runner
from flows.settings import RunSettings
from flows.summary import RunSummary

_settings = RunSettings()


@flow(name="nightly", task_runner=task_runner())
def nightly(catalogue: Path = _settings.catalogue) -> State[RunSummary]:
    """Visit every publisher of the catalogue file and load what is new or has changed; no filing stops another.

    Raises CatalogueError or WarehouseError if there is nothing to load from or into.
    """
    let_late_nights_pass()
    return load_all("nightly", read_catalogue(catalogue), catalogue.parent)
