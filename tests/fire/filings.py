"""What the harness loads: a few filings in two generations, so that a load publishes, replaces, holds and leaves alone.

| filing | first | second |
|---|---|---|
| changed | published | published, other money, a project less and one more |
| doubted | published | held: its stated total is not the sum of its lines; the first stays visible |
| held | held | the same bytes: unchanged, still held |
| added | | published |
| refused | | failed: the gate lets it pass and the database does not; the others are published all the same |
| parted | partial: one of three sections is held | partial, other money; the same section is held |
| same | published | the same bytes: unchanged |
"""

from __future__ import annotations

import dataclasses
from typing import cast

from extract.document import Finding, Severity
from tests.warehouse.builders import (
    PUBLISHER,
    bureau,
    indicator,
    money,
    percent,
    project,
    records,
    several,
    submission,
    table,
    total,
)
from transform.records import Records, TotalOf
from warehouse.submission import Submission

PROJECTS = 12
"""Projects of a large filing: enough rows for a kill to fall between them."""


def _large(first: int, rate: int, stated: int | None = None) -> Records:
    names = [f"项目{number:03}" for number in range(first, first + PROJECTS)]
    return records(
        department=PUBLISHER.name,
        projects=tuple(project(seq, name) for seq, name in enumerate(names, start=1)),
        budget_lines=tuple(money(name, f"{rate}.00") for name in names),
        indicators=tuple(indicator(name, seq, f"指标{seq}") for name in names for seq in (1, 2)),
        stated_totals=(total(TotalOf.FILING, f"{rate * PROJECTS if stated is None else stated}.00"),),
    )


def _parted(rate: int) -> Records:
    """Three project tables, of which the second does not add up."""
    tables = [table(seq, f"项目{seq}", f"{rate * seq}.00") for seq in (1, 3)]
    return several(tables[0], table(2, "项目2", f"{rate}.00", stated=f"{rate + 1}.00"), tables[1])


def _refused() -> Records:
    wordless = dataclasses.replace(percent("90"), text=cast(str, None))
    return records(indicators=(indicator("甲项目", 1, targets=(wordless,)), indicator("乙项目", 1)))


def _found(name: str) -> Finding:
    return Finding(code="odd", severity=Severity.INFO, message=f"something odd in {name}", evidence=name)


def first() -> list[Submission]:
    """The filings as they are published at first."""
    return [
        submission(_large(1, 3), filing_id="changed", sha256="1" * 64, findings=(_found("changed"),)),
        submission(_large(1, 5), filing_id="doubted", sha256="2" * 64),
        submission(_large(1, 7, stated=1), filing_id="held", sha256="3" * 64),
        submission(filing_id="same", sha256="4" * 64),
        submission(_parted(3), filing_id="parted", sha256="b" * 64, publisher=bureau("parted")),
    ]


def second() -> list[Submission]:
    """The filings a night later; see the table above."""
    return [
        submission(_large(1, 9), filing_id="added", sha256="5" * 64),
        submission(_large(2, 4), filing_id="changed", sha256="6" * 64),
        submission(_large(1, 6, stated=2), filing_id="doubted", sha256="7" * 64, findings=(_found("doubted"),)),
        first()[2],
        submission(_refused(), filing_id="refused", sha256="a" * 64, publisher=bureau("refused")),
        first()[3],
        submission(_parted(4), filing_id="parted", sha256="c" * 64, publisher=bureau("parted")),
    ]


def third() -> list[Submission]:
    """`changed` and `held` come once more with other bytes."""
    return [
        submission(_large(2, 8), filing_id="changed", sha256="8" * 64),
        submission(_large(1, 7, stated=3), filing_id="held", sha256="9" * 64),
    ]
