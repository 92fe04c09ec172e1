"""What a dashboard sees: the ordered dump of `mart`, and readers that poll it while a load is struck."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg
from sqlalchemy import make_url

from warehouse.server.database import Database
from warehouse.server.roles import Login

UNCOMPARED = {"load"}
"""The log of the loads themselves: the struck ones stand there, too."""
LEFT_OUT = {"loaded_at", "published_at", "load_id", "from_load_id", "to_load_id", "desk_path"}
"""Columns of the marts that legitimately differ between a struck and an undisturbed load: when, by which load, and the
address of a fact, whose number has gaps."""
_NAMED = {"project_id": "project_id", "previous_project_id": "project_id", "filing_project_key": "filing_project_key"}
RENAMED = {
    name: "(SELECT min(p.department || '/' || p.unit || '/' || p.project) FROM mart.project p"
    f" WHERE p.{key} = seen.{name})"
    for name, key in _NAMED.items()
}
"""A surrogate number has gaps after a killed transaction: in its place stands what it says, which projects share it."""

State = dict[str, str]
"""Per filing the digests of what is shown of it, by view."""
PAUSE = 0.1


class Marts:
    """The queries on the marts of one database, made from the columns they have."""

    def __init__(self, connection: psycopg.Connection[tuple[str, ...]]) -> None:
        columns = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'mart'"
            " ORDER BY table_name, ordinal_position"
        ).fetchall()
        self._views: dict[str, list[str]] = {}
        for view, column in columns:
            if view not in UNCOMPARED and column not in LEFT_OUT:
                self._views.setdefault(view, []).append(column)

    def dump(self, connection: psycopg.Connection[tuple[str, ...]]) -> dict[str, str]:
        """Every view, totally ordered, as text."""
        dumped = {}
        for view, columns in self._views.items():
            row = connection.execute(f"SELECT {_text(columns, RENAMED)} FROM mart.{view} seen").fetchone()  # type: ignore[arg-type]
            dumped[view] = row[0] if row else ""
        return dumped

    def facts(self) -> str:
        """One statement, hence one snapshot: per filing that is shown, the digest of its row and of all its facts.

        Notes about attempts (`pending_…`, `held_reasons`) come and go beside a published filing and are left out.
        """
        notes = {"pending_version", "pending_status", "held_reasons"}
        parts = [
            f"SELECT filing_id, '{view}' AS view, md5({_text([c for c in columns if c not in notes], {})}) AS digest"
            f" FROM mart.{view} seen {'WHERE version IS NOT NULL' if view == 'filing' else ''} GROUP BY filing_id"
            for view, columns in self._views.items()
            if "filing_id" in columns
        ]
        return (
            "SELECT filing_id, string_agg(view || ' ' || digest, E'\\n' ORDER BY view) FROM ("
            + " UNION ALL ".join(parts)
            + ") AS every GROUP BY filing_id"
        )


def _text(columns: Sequence[str], renamed: dict[str, str]) -> str:
    row = ", ".join(renamed.get(column, f"seen.{column}") for column in columns if renamed or column not in RENAMED)
    return f"COALESCE(string_agg(ROW({row})::text, E'\\n' ORDER BY ROW({row})::text COLLATE \"C\"), '')"


def dump(database: Database) -> dict[str, str]:
    """The ordered dump of `mart` as a reader gets it."""
    with _connect(database) as connection:
        return Marts(connection).dump(connection)


def shown(database: Database) -> State:
    """Per filing what is shown of it now."""
    with _connect(database) as connection:
        return dict(connection.execute(Marts(connection).facts()).fetchall())  # type: ignore[arg-type]


def _connect(database: Database) -> psycopg.Connection[tuple[str, ...]]:
    address = make_url(database.url(Login.READER)).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True, connect_timeout=5)


@dataclass
class Readers:
    """Dashboards that poll `mart` from threads of their own, and keep each state of a filing that they saw."""

    database: Database
    number: int = 2
    polls: int = 0
    away: int = 0
    """Polls that no server answered."""
    histories: list[dict[str, list[str | None]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __enter__(self) -> Readers:
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._poll, daemon=True) for _ in range(self.number)]
        for thread in self._threads:
            thread.start()
        while self.polls < self.number and not self.faults:
            time.sleep(PAUSE)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _poll(self) -> None:
        history: dict[str, list[str | None]] = {}
        self.histories.append(history)
        while not self._stop.is_set():
            try:
                with _connect(self.database) as connection:
                    facts = Marts(connection).facts()
                    while not self._stop.is_set():
                        _note(history, dict(connection.execute(facts).fetchall()))  # type: ignore[arg-type]
                        self.polls += 1
                        self._stop.wait(PAUSE)
            except psycopg.OperationalError:
                self.away += 1
                self._stop.wait(0.05)
            except psycopg.Error as error:
                self.faults.append(f"a reader failed: {error}")
                return


def _note(history: dict[str, list[str | None]], state: State) -> None:
    for filing in history.keys() | state.keys():
        seen = history.setdefault(filing, [None])
        if seen[-1] != state.get(filing):
            seen.append(state.get(filing))


def is_within(seen: Sequence[str | None], allowed: Sequence[str | None]) -> bool:
    """Whether the states were seen in the order allowed; states may be missed, none may be new or come back."""
    remaining = iter(allowed)
    return all(state in remaining for state in seen)
