"""Loads that ended without saying so: killed, or their database was. How one knows, and how they are settled.

Each process that works on loads keeps one more connection, whose session shares a lock per load with the other
processes that work on it. The locks end with the process, whatever ends it: a load that is `running` and that nobody
has locked is nobody's any more. They end with the server, too: a process that goes on afterwards takes them again.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import sqlalchemy as sa

from warehouse.errors import DatabaseUnreachableError

_LOCK = "hashtext('yusuan load'), CAST(:load AS int)"
_REASON = "the load ended before it was decided"

_TAKE_BACK = """
UPDATE audit.load SET status = 'running', finished_at = NULL WHERE load_id = :load AND status = 'abandoned'"""
"""What was settled while no lock said that somebody works on it; what had been decided was left as it was."""


@dataclass(slots=True)
class _Guard:
    connection: sa.Connection
    loads: set[int] = field(default_factory=set)

    def add(self, load_id: int) -> None:
        if load_id in self.loads:
            self.connection.execute(sa.text("SELECT"))  # is it there still?
            return
        self.connection.execute(sa.text(f"SELECT pg_advisory_lock_shared({_LOCK})"), {"load": load_id})
        self.connection.execute(sa.text(_TAKE_BACK), {"load": load_id})
        self.loads.add(load_id)

    def close(self) -> None:
        self.connection.invalidate()  # closes it without a word to a server that may be gone
        self.connection.close()


_guards: dict[sa.Engine, _Guard] = {}
_changing = threading.Lock()


def guard_load(engine: sa.Engine, load_id: int) -> None:
    """Show other processes that this one works on the load, until it ends or `engine` is disposed of.

    Called again before each piece of work: a guard that was lost with its connection is renewed, and a load that was
    called abandoned in between is `running` again. Raises DatabaseUnreachableError if the database is gone.
    """
    with _changing:
        loads = {load_id}
        if guard := _guards.get(engine):
            try:
                guard.add(load_id)
            except DatabaseUnreachableError:
                loads |= guard.loads
                del _guards[engine]  # whatever becomes of the renewed one: this connection answers to nobody
                guard.close()
            else:
                return
        renewed = _Guard(_connect(engine))
        try:
            for each in sorted(loads):
                renewed.add(each)
        except BaseException:
            renewed.close()
            raise
        sa.event.listen(engine, "engine_disposed", _forget)
        _guards[engine] = renewed


def _connect(engine: sa.Engine) -> sa.Connection:
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _forget(engine: sa.Engine) -> None:
    with _changing:
        if guard := _guards.pop(engine, None):
            guard.close()


def settle_loads(connection: sa.Connection) -> None:
    """Mark the loads of processes that are gone, and their attempts, as `abandoned`."""
    running = sa.text("SELECT load_id FROM audit.load WHERE status = 'running' ORDER BY 1")
    for load_id in connection.execute(running).scalars().all():
        is_dead = sa.text(f"SELECT pg_try_advisory_xact_lock({_LOCK})")
        if connection.execute(is_dead, {"load": load_id}).scalar_one():
            settle_attempts(connection, load_id)
            connection.execute(
                sa.text(
                    "UPDATE audit.load SET status = 'abandoned', finished_at = clock_timestamp()"
                    " WHERE load_id = :load AND status = 'running'"
                ),
                {"load": load_id},
            )


def settle_attempts(connection: sa.Connection, load_id: int) -> None:
    """Mark the attempts of a load that were never decided as `abandoned`."""
    connection.execute(
        sa.text(
            "UPDATE audit.filing_load SET status = 'abandoned', reasons = :reason, finished_at = clock_timestamp()"
            " WHERE load_id = :load AND status = 'staged'"
        ),
        {"load": load_id, "reason": _REASON},
    )
