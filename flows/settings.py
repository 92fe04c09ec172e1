"""Settings of running: environment variables with the prefix YUSUAN_, or a `.env` file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class RunSettings(BaseSettings):
    """What is run when nothing else is said, and how."""

    model_config = SettingsConfigDict(
        env_prefix="YUSUAN_", env_file=".env", extra="ignore", frozen=True, use_attribute_docstrings=True
    )

    catalogue: Path = Path("samples/catalogue.yaml")
    """The catalogue of a run that names none."""
    vocabulary: Path | None = None
    """CSV of further spellings (place,concept,spelling,kind,zh,en,seen) that lie over the bundled ones."""
    parallel: int = Field(default=2, ge=1, le=64)
    """Documents that one process works on at the same time."""
    batch: int = Field(default=50, ge=1, le=1000)
    """Documents that are loaded together: one task, one run of the gate."""
    runner: Literal["threads", "processes", "dask"] = "threads"
    """Where batches are loaded: threads of the flow's process, processes of its machine, or a Dask cluster."""
    dask_address: str = ""
    """Scheduler of that cluster, e.g. `tcp://host:8786`; unset: one of `parallel` processes for the run."""
    retries: int = Field(default=3, ge=0)
    """Further attempts of a task when the database is away."""
    retry_seconds: float = Field(default=2, ge=0)
    """Wait before the first of them; doubled each time."""
    log_format: Literal["plain", "json"] = "plain"
    """`json`: one object per line, for a log collector."""
    nightly: str = "30 2 * * *"
    """When the nightly flow runs (cron, Asia/Shanghai)."""
    notify: SecretStr = SecretStr("")
    """Apprise addresses, separated by blanks, that are told what is held, failed, blocked or missing after a run."""
    stale_hours: float = Field(default=36, gt=0)
    """`yusuan status`: hours after which the last finished run is too old."""
    running_hours: float = Field(default=12, gt=0)
    """`yusuan status`: hours after which a run that has not ended is a problem."""
    held_days: float = Field(default=14, gt=0)
    """`yusuan status`: days that a held filing may wait for a person."""
    keep_days: int = Field(default=90, ge=1)
    """Days that Prefect's history and the validation pages under the home are kept."""
