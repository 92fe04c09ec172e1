"""Settings of fetching and of the archive: environment variables with the prefix YUSUAN_, or a `.env` file."""

from __future__ import annotations

from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class FetchSettings(BaseSettings):
    """How we behave on other people's servers, and the most that we take from them."""

    model_config = SettingsConfigDict(
        env_prefix="YUSUAN_", env_file=".env", extra="ignore", frozen=True, use_attribute_docstrings=True
    )

    home: Path = Path(".yusuan")
    """Folder for what yusuan keeps."""
    archive: str = ""
    """Folder or fsspec address (`s3://bucket/prefix`) that keeps every byte; unset: `archive` under the home."""
    contact: str = ""
    """Address or page where a portal's operator reaches us; part of the user agent. Set it."""
    interval: float = Field(default=0.5, ge=0)
    """Seconds between two requests to one host; robots.txt may ask for more."""
    refused_seconds: float = Field(default=21_600, ge=0)
    """Seconds that a host is left alone that refused us; doubled for each further refusal, up to a week."""
    recheck_days: int = Field(default=30, ge=0)
    """Days within which every known document is asked for again: this year's each night, last year's each week; 0: each
    night all of them."""
    connections_per_host: int = Field(default=2, ge=1)
    """Requests to one host at the same time."""
    attempts: int = Field(default=4, ge=1)
    """Tries for one document before it counts as not fetched."""
    backoff: float = Field(default=1.0, ge=0)
    """Seconds before the first retry; doubled each time, with jitter, unless the server says Retry-After."""
    connect_seconds: float = Field(default=15, gt=0)
    """Longest wait for a connection."""
    read_seconds: float = Field(default=30, gt=0)
    """Longest silence within an answer."""
    total_seconds: float = Field(default=180, gt=0)
    """Longest time for one document, retries and redirects included."""
    visit_seconds: float = Field(default=14_400, gt=0)
    """Longest visit to one publisher; what is left waits for the next run."""
    document_bytes: int = Field(default=200_000_000, gt=0)
    """Largest document."""
    page_bytes: int = Field(default=20_000_000, gt=0)
    """Largest list or article page."""
    redirects: int = Field(default=5, ge=0)
    """Most redirects that are followed for one document."""
    list_pages: int = Field(default=500, ge=1)
    """Most pages of one list that are followed."""

    @model_validator(mode="before")
    @classmethod
    def _archive_under_home(cls, given: dict[str, Any]) -> dict[str, Any]:
        return (
            given if given.get("archive") else {**given, "archive": str(Path(given.get("home", ".yusuan")) / "archive")}
        )

    @cached_property
    def user_agent(self) -> str:
        contact = f" (+{self.contact})" if self.contact else ""
        return f"yusuan/{version('yusuan')}{contact}"
