"""Settings of running: environment variables with the prefix YUSUAN_, or a `.env` file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class RunSettings(BaseSettings):
    """What is run when nothing else is said, and how."""

    model_config = SettingsConfigDict(
        env_prefix="YUSUAN_", env_file=".env", extra="ignore", frozen=True, use_attribute_docstrings=True
    )

    catalogue: Path = Path("samples/catalogue.yaml")
    """The catalogue of a run that names none."""
    parallel: int = Field(default=2, ge=1, le=64)
    """Documents that one process works on at the same time."""
    batch: int = Field(default=50, ge=1, le=1000)
    """Documents that are loaded together: one task, one run of the gate."""
    retries: int = Field(default=3, ge=0)
    """Further attempts of a task when the database is away."""
    retry_seconds: float = Field(default=2, ge=0)
    """Wait before the first of them; doubled each time."""
    log_format: Literal["plain", "json"] = "plain"
    """`json`: one object per line, for a log collector."""
    nightly: str = "30 2 * * *"
    """When the nightly flow runs (cron, Asia/Shanghai)."""
