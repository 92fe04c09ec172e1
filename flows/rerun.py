"""The rerun flow: read chosen years again, whether or not the warehouse knows them."""

from __future__ import annotations

from pathlib import Path

from prefect import State, flow

from extract.catalogue import FilingEntry, read_catalogue
from flows.batch import load_all
from flows.choice import check_choice
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
) -> State[RunSummary]:
    """Read every filing of these fiscal years, of these publishers if any are named, again.

    Equal records change nothing. `offline` reads what the archive has, without visiting anybody. Raises FlowError
    if nothing can be meant.
    """
    declared = read_catalogue(catalogue)
    check_choice(declared, years, publishers or [])

    def chosen(entry: FilingEntry) -> bool:
        return entry.fiscal_year in years

    command = f"rerun {', '.join(map(str, years))}"
    return load_all(
        command,
        declared,
        catalogue.parent,
        chosen=chosen,
        publishers=publishers or [],
        again=True,
        offline=offline,
    )
