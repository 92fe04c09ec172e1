"""Settings of the desk: environment variables with the prefix YUSUAN_DESK_, or a `.env` file."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


class DeskSettings(BaseSettings):
    """Where the desk listens, who may decide at it, and what it keeps."""

    model_config = SettingsConfigDict(
        env_prefix="YUSUAN_DESK_", env_file=".env", extra="ignore", frozen=True, use_attribute_docstrings=True
    )

    host: str = "127.0.0.1"
    """Address it listens on. Another one than loopback needs users or a proxy's header."""
    port: int = Field(default=8090, ge=1024, le=65535)
    """Port it listens on."""
    url: str = ""
    """Its address for others, e.g. `https://desk.example`; Superset and exports link to it when it is set."""
    hosts: str = ""
    """Further host names it answers to, separated by commas."""
    users: Path | None = None
    """Password file of its users, which `yusuan desk user add` writes; unset: `desk/users` under the home."""
    proxy_header: str = ""
    """Header in which a proxy in front says who the user is, e.g. `X-Forwarded-User`; it replaces the password file."""
    proxy_address: str = "127.0.0.1"
    """The address from which that header is believed."""
    session_hours: float = Field(default=12, gt=0)
    """Hours after which a user logs in again."""
    cache_bytes: int = Field(default=512 << 20, ge=1 << 20)
    """The most that pictures of pages take on disk; the longest unused go first."""

    def allowed_hosts(self) -> list[str]:
        """The hosts that a request may name."""
        own = urlsplit(self.url).hostname
        further = [one.strip() for one in self.hosts.split(",") if one.strip()]
        return [*LOOPBACK, *([own] if own else []), *further]

    @property
    def is_local(self) -> bool:
        return self.host in LOOPBACK
