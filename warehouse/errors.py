"""What the warehouse raises when its caller cannot go on."""

from __future__ import annotations

from extract.errors import YusuanError


class WarehouseError(YusuanError):
    """The database cannot be started, reached, prepared or used as asked; the message says what to do."""


class DatabaseUnreachableError(WarehouseError):
    """The server does not answer, refuses the login, or went away: trying again later may help."""


class DatabaseBusyError(WarehouseError):
    """The server answers but cannot do it now: its disk is full, a lock or the time ran out."""
