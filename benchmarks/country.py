"""Every county of the country, simulated: visits, workers and PostgreSQL as three queues, with costs that are measured.

A visitor asks one portal for one document every `interval` seconds. What a visit has brought goes in batches to the
first free worker, which reads them on its core and then keeps one core of PostgreSQL busy; one that finds PostgreSQL's
cores taken waits. Costs per document are constant; nothing ever fails; the network takes no longer than the interval.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

COUNTIES, DEPARTMENTS, YEARS = 3_000, 60, 10
COUNTRY = COUNTIES * DEPARTMENTS * YEARS
"""Filings: one a department and year."""
NIGHTS = 20
"""An assumption: in so many nights of spring a whole year is published."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds a document."""

    interval: float
    """Between two requests to one portal."""
    reading: float
    """Of a worker's core: reading, recognising, and its share of the loading."""
    database: float
    """Of a core of PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Machines:
    """What a run has: `visitors` threads (YUSUAN_PARALLEL), `workers` with a core each, cores of PostgreSQL."""

    visitors: int
    workers: int
    database: int


@dataclass(frozen=True, slots=True)
class Simulated:
    """Hours from the first visit to the last batch, and the share of them that each kind was busy."""

    hours: float
    visitors: float
    workers: float
    database: float

    @property
    def bound_by(self) -> str:
        busy = {"visits": self.visitors, "workers": self.workers, "PostgreSQL": self.database}
        return max(busy, key=lambda one: busy[one])


def simulate(portals: int, documents: int, batch: int, costs: Costs, machines: Machines) -> Simulated:
    """`portals` that show `documents` new ones each."""
    visitors, workers, database = (
        [0.0] * number for number in (machines.visitors, machines.workers, machines.database)
    )
    visit = documents * costs.interval
    arrivals = [heapq.heapreplace(visitors, visitors[0] + visit) + visit for _ in range(portals)]
    waiting, end = 0, 0.0
    for number, arrived in enumerate(arrivals, start=1):
        waiting += documents
        while waiting >= batch or (waiting and number == portals):
            size = min(batch, waiting)
            waiting -= size
            read = max(arrived, heapq.heappop(workers)) + size * costs.reading
            end = max(read, heapq.heappop(database)) + size * costs.database
            heapq.heappush(workers, end)
            heapq.heappush(database, end)
    total = portals * documents
    span = max(*workers, arrivals[-1])
    return Simulated(
        hours=span / 3600,
        visitors=portals * visit / (span * machines.visitors),
        workers=total * costs.reading / (span * machines.workers),
        database=total * costs.database / (span * machines.database),
    )


SIZES = (Machines(2, 2, 2), Machines(64, 16, 4), Machines(256, 64, 8), Machines(256, 64, 16))


def forecast(batch: int, costs: Costs) -> str:
    """The backfill of all years and a night of spring, on machines of four sizes."""
    night = COUNTIES * DEPARTMENTS // NIGHTS
    lines = [
        f"Simulated ({COUNTIES:,} portals × {DEPARTMENTS} departments; batches of {batch}; a request every"
        f" {costs.interval:g} s and portal; a worker's core for {costs.reading:.2f} s and a core of PostgreSQL for"
        f" {costs.database:.2f} s a document): the backfill of {YEARS} years, {COUNTRY:,} filings, and a night of"
        f" spring, {night:,} filings ({DEPARTMENTS // NIGHTS} a portal; a year in {NIGHTS} nights is assumed).",
        "",
        "| visitors | workers | PostgreSQL cores | backfill, hours | bound by | night, hours | bound by |",
        "|--:|--:|--:|--:|---|--:|---|",
    ]
    for machines in SIZES:
        backfill = simulate(COUNTIES, DEPARTMENTS * YEARS, batch, costs, machines)
        spring = simulate(COUNTIES, DEPARTMENTS // NIGHTS, batch, costs, machines)
        lines.append(
            f"| {machines.visitors} | {machines.workers} | {machines.database} | {backfill.hours:,.1f} |"
            f" {backfill.bound_by} | {spring.hours:,.2f} | {spring.bound_by} |"
        )
    return "\n".join(lines)
