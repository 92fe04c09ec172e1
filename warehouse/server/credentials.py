"""Passwords that yusuan made itself: one file each, readable by their owner only."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import WarehouseError


@dataclass(frozen=True, slots=True)
class Credentials:
    """The passwords kept in `folder` (mode 0700), one file (mode 0600) per login."""

    folder: Path

    def password(self, login: str) -> str | None:
        """The password of `login`, None if none was made here. Raises WarehouseError if we may not read it."""
        try:
            return (self.folder / login).read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except PermissionError as error:
            raise WarehouseError(
                f"the passwords in {self.folder} can only be read by the account that made them: "
                "run yusuan as that account"
            ) from error

    def ensure(self, login: str) -> str:
        """The password of `login`, made now if there is none; of two processes both get the same."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, draft = self.folder / login, self.folder / f".{login}.{os.getpid()}"
        if (known := self.password(login)) is not None:
            return known
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(24) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)  # unlike a rename, never replaces what another process wrote meanwhile
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return path.read_text(encoding="ascii").strip()
