"""Where the warehouse lies: declared once, read from the environment (`YUSUAN_…`) or from a file `.env`."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from warehouse.errors import WarehouseError

Port = Annotated[int, Field(ge=1024, le=65535)]


class Settings(BaseSettings):
    """Settings of one warehouse; each field is the environment variable `YUSUAN_` + its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="YUSUAN_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        use_attribute_docstrings=True,
    )

    home: Path = Path(".yusuan")
    """Folder of what yusuan writes: embedded server, passwords, archive, pages; relative to the current folder."""
    database_url: SecretStr | None = None
    """The owner's login on a PostgreSQL server; unset: the embedded server under `home`."""
    embedded: bool = True
    """`false`: no embedded server; without `YUSUAN_DATABASE_URL` a command fails, as the runs of a work pool do."""
    port: Port | None = None
    """Port of the embedded server; unset: a free one, which is then kept."""
    loader_password: SecretStr | None = None
    """Password of `yusuan_loader`; unset: a random one in a file under `home` that only its owner can read."""
    reader_password: SecretStr | None = None
    """Password of `bi_reader`; unset: as above."""
    desk_password: SecretStr | None = None
    """Password of `yusuan_desk`, the login the desk reads as; unset: as above."""

    changed_share: Decimal = Field(default=Decimal("0.5"), ge=0, le=1)
    """Share of a fiscal year's published facts that one load may change or retire before it stops and asks; 1: any."""

    @field_validator("home")
    @classmethod
    def _absolute(cls, home: Path) -> Path:
        return home.expanduser().absolute()

    @field_validator("database_url", "port", "loader_password", "reader_password", "desk_password", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("database_url")
    @classmethod
    def _names_a_postgresql_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        try:
            url = make_url(value.get_secret_value())
        except ArgumentError as error:
            raise ValueError("not an address; write postgresql://user:password@host:5432/database") from error
        if url.get_backend_name() not in ("postgresql", "postgres") or not url.database:
            raise ValueError("yusuan needs PostgreSQL: write postgresql://user:password@host:5432/database")
        return value


def load_settings() -> Settings:
    """The settings of this process. Raises WarehouseError naming each variable that is wrong, never its value."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"YUSUAN_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise WarehouseError(f"wrong settings (environment or file .env): {wrong}") from error
