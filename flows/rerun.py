"""The rerun flow: read chosen years again, whether or not the warehouse knows them."""

from __future__ import annotations

from pathlib import Path

from prefect import State, flow

from extract.catalogue import read_catalogue
from flows.batch import load_all
from flows.choice import Choice, Only
from flows.runner import task_runner
from flows.settings import RunSettings
from flows.summary import RunSummary

_settings = RunSettings()


@flow(name="rerun-year", task_runner=task_runner())
def rerun_year(
    years: list[int],
    publishers: list[str] | None = None,
    catalogue: Path = _settings.catalogue,
    offline: bool = False,
    only: Only | None = None,
) -> State[RunSummary]:
    """Read every filing of these fiscal years again, of these publishers and with this `only` if any are named.

    Equal records change nothing. `offline` reads what the archive has, without visiting anybody. Raises FlowError
    if nothing can be meant.
    """
    command = f"rerun {', '.join(map(str, years))}"
    choice = Choice(years, publishers or [], only)
    return load_all(command, read_catalogue(catalogue), catalogue.parent, choice=choice, offline=offline)
