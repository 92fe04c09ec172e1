"""The password file of the desk's users: a name and an Argon2 hash a line, readable by its owner only."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from warehouse.errors import WarehouseError

NAME = re.compile(r"[\w.@-]{1,64}")
SHORTEST = 10
"""Characters of a password."""
_hasher = PasswordHasher()
_NOBODY = _hasher.hash("nobody has this password")


class Users:
    """Who may decide. The file is read anew each time, so that whoever is removed is out at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> list[str]:
        return sorted(self._read())

    def add(self, name: str, password: str) -> None:
        """Add a user, or give one another password. Raises WarehouseError if name or password will not do."""
        if not NAME.fullmatch(name):
            raise WarehouseError(f"{name!r} is no name of a user: letters, digits, and . _ - @, at most 64")
        if len(password) < SHORTEST:
            raise WarehouseError(f"a password has {SHORTEST} characters or more")
        self._write({**self._read(), name: _hasher.hash(password)})

    def remove(self, name: str) -> None:
        """Raises WarehouseError if there is no such user."""
        known = self._read()
        if name not in known:
            raise WarehouseError(f"there is no user {name}")
        self._write({one: digest for one, digest in known.items() if one != name})

    def verify(self, name: str, password: str) -> bool:
        """Whether the password is the user's; it takes as long for a name that nobody has."""
        digest = self._read().get(name)
        try:
            _hasher.verify(digest or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
        return digest is not None

    def stamp(self, name: str) -> str | None:
        """What changes with the user's password; None if there is no such user."""
        digest = self._read().get(name)
        return hashlib.sha256(digest.encode()).hexdigest()[:16] if digest else None

    def _read(self) -> dict[str, str]:
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return {}
        return dict(line.split(":", 1) for line in lines if ":" in line)

    def _write(self, users: dict[str, str]) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(prefix=".users-", dir=self.path.parent)  # mode 0600
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.writelines(f"{name}:{digest}\n" for name, digest in sorted(users.items()))
        Path(aside).replace(self.path)
