"""What the embedded PostgreSQL costs: time to start, time to come back after a kill, memory and disk while idle.

    python -m benchmarks.embedded_server [ROUNDS]

Writes its table into benchmarks/README.md. Memory is the proportional set size of all its processes (shared pages count
once).
"""

from __future__ import annotations

import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from benchmarks.report import write_section
from warehouse.server.database import open_database
from warehouse.server.embedded import EmbeddedServer
from warehouse.server.settings import Settings


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def idle_megabytes(server: EmbeddedServer) -> float:
    postmaster = psutil.Process(server.status().pid)
    processes = [postmaster, *postmaster.children()]
    return sum(process.memory_full_info().pss for process in processes) / 2**20


def megabytes_on_disk(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def kill_and_start(server: EmbeddedServer) -> float:
    os.kill(server.status().pid or 0, signal.SIGKILL)
    return seconds(server.start)


def measure(home: Path, rounds: int) -> dict[str, str]:
    server = EmbeddedServer(home)
    figures = {"first start (initdb, role, database)": [seconds(server.start)]}
    figures["roles, schemas and migrations"] = [seconds(lambda: open_database(Settings(home=home)))]
    starts, found, back, stops = [], [], [], []
    for _ in range(rounds):
        stops.append(seconds(server.stop))
        starts.append(seconds(server.start))
        found.append(seconds(server.start))
        back.append(kill_and_start(server))
    figures |= {
        "start": starts,
        "start when it runs already": found,
        "start at once after kill -9": back,
        "stop": stops,
    }
    table = {name: f"{statistics.median(values):.2f} s (at most {max(values):.2f})" for name, values in figures.items()}
    time.sleep(1)
    table["memory while idle"] = f"{idle_megabytes(server):.0f} MB"
    table["data folder with an empty warehouse"] = f"{megabytes_on_disk(server.data):.0f} MB"
    return table


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    home = Path(tempfile.mkdtemp(prefix="yusuan-benchmark-"))
    home.chmod(0o755)
    try:
        rows = [f"| {name} | {value} |" for name, value in measure(home, rounds).items()]
    finally:
        EmbeddedServer(home).destroy()
    text = "\n".join(["| embedded PostgreSQL | median |", "|---|---|", *rows])
    print(text)
    write_section("Embedded server", "python -m benchmarks.embedded_server", text)


if __name__ == "__main__":
    main()
