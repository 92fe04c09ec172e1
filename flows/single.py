"""The flow for one filing that no catalogue declares yet."""

from __future__ import annotations

from pathlib import Path

from prefect import State, flow

from extract.catalogue import Catalogue
from flows.batch import load_all
from flows.summary import RunSummary


@flow(name="load")
def load_one(declared: Catalogue, folder: Path) -> State[RunSummary]:
    """Load the filings of a catalogue that is not a file; sources are relative to `folder`."""
    command = f"load {', '.join(entry.id for entry in declared.filings)}"
    return load_all(command, declared, folder)
