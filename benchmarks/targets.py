"""How many targets a core reads in a second: `python -m benchmarks.targets`.

The targets are those of the golden files, drawn at random and each with its numbers drawn anew; words without a number
come again as they do in filings. The reader keeps nothing from one target to the next. Time is the process's own
(`time.process_time`), the best of five rounds.
"""

from __future__ import annotations

import csv
import random
import re
import time
from pathlib import Path

from benchmarks.report import write_section
from transform.targets.grammar import read_targets

GOLDEN = Path(__file__).parent.parent / "tests" / "transform" / "golden"
FLOOR = 50_000


def drawn_targets(count: int, seed: int = 20240101) -> list[tuple[str, str | None]]:
    """`count` (text, name), in the golden files' mixture."""
    models: list[tuple[str, str | None]] = []
    for path in sorted(GOLDEN.glob("targets*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            models += [
                (row["text"], row["name"] or None)
                for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            ]
    chance = random.Random(seed)
    drawn: list[tuple[str, str | None]] = []
    for text, name in chance.choices(models, k=count):
        text = re.sub(r"(?<![\d.])\d{1,3}(?![\d.年月日])", lambda _: str(chance.randint(1, 9999)), text)
        drawn.append((text, name))
    return drawn


def targets_per_second(targets: list[tuple[str, str | None]], rounds: int = 5) -> float:
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        for text, name in targets:
            read_targets(text, fiscal_year=2024, name=name)
        best = min(best, time.process_time() - start)
    return len(targets) / best


if __name__ == "__main__":
    speed = targets_per_second(drawn_targets(20_000))
    text = f"{speed:,.0f} targets/s on one core, 20,000 drawn from the golden files' mixture (floor {FLOOR:,})."
    write_section("Reading targets", "python -m benchmarks.targets", text)
    print(text)
