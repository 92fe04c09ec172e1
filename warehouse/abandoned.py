"""Loads that ended without saying so: killed, or their database was. How one knows, and how they are settled.

Each process that works on loads keeps one more connection, whose session holds a lock per load. The locks end with
the process, whatever ends it: a load that is `running` and not locked is nobody's any more.
"""

from __future__ import annotations

import threading

import sqlalchemy as sa

_LOCK = "hashtext('yusuan load'), CAST(:load AS int)"
_REASON = "the load ended before it was decided"

_guards: dict[sa.Engine, sa.Connection] = {}
_changing = threading.Lock()


def guard_load(engine: sa.Engine, load_id: int) -> None:
    """Show other processes that this one works on the load, until it ends or `engine` is disposed of.

    A guard that is lost with its connection is not renewed: the load may be called abandoned while it goes on, and is
    `finished` when it has finished.
    """
    with _changing:
        guard = _guards.get(engine)
        if guard is None or guard.invalidated:
            guard = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if engine not in _guards:
                sa.event.listen(engine, "engine_disposed", _forget)
            _guards[engine] = guard
        guard.execute(sa.text(f"SELECT pg_advisory_lock({_LOCK})"), {"load": load_id})


def _forget(engine: sa.Engine) -> None:
    with _changing:
        if guard := _guards.pop(engine, None):
            guard.invalidate()  # closes it without a word to a server that may be gone
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
