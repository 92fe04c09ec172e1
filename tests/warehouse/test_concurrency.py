"""Two real processes that load the same filing at once end in the same state as one."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine

from tests.warehouse.builders import submission
from tests.warehouse.test_publishing import load, rows
from warehouse.decide.versions import undo
from warehouse.loading import load_filings
from warehouse.loads import start_load

PROGRAM = """
import sys
import transform.layouts
from tests.warehouse import builders
transform.layouts.LAYOUTS = (builders.LAYOUT,)
from warehouse.server.database import locate_database
from warehouse.loading import load_filings
from warehouse.loads import start_load
from warehouse.server.roles import Login
from warehouse.server.settings import load_settings
import great_expectations
engine = locate_database(load_settings()).engine(Login.LOADER)
filings = [builders.submission(
        filing_id=f"filing-{n}", sha256=str(n) * 64, publisher=builders.bureau(n)) for n in range(5)]
print("ready", flush=True)
sys.stdin.readline()
for outcome in load_filings(engine, start_load(engine, "race"), filings):
    print(outcome.filing_id, outcome.status, outcome.version)
"""


def test_two_processes_end_in_the_state_of_one(loader: Engine, environment: dict[str, str]) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for racer in racers:
        assert racer.stdout
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("go\n")
        racer.stdin.flush()
    said = [racer.communicate(timeout=60) for racer in racers]
    assert [racer.returncode for racer in racers] == [0, 0], "\n".join(errors for _, errors in said)
    lines = [line for output, _ in said for line in output.splitlines()]
    for n in range(5):
        outcomes = sorted(line.split()[1] for line in lines if line.startswith(f"filing-{n} "))
        assert outcomes == ["published", "unchanged"]
    assert rows(loader, "SELECT count(*), max(version) FROM dw.dim_filing_version") == [(5, 1)]
    assert rows(loader, "SELECT count(*), sum(amount_yuan) FROM mart.project_budget") == [(15, Decimal("750000.00"))]
    assert rows(loader, "SELECT count(*) FROM staging.budget") == [(0,)]


def test_what_another_load_publishes_meanwhile_does_not_change_a_verdict(loader: Engine) -> None:
    """Great Expectations counts the failing rows and then asks for them: between the two a twin was published."""
    load(loader, submission(filing_id="twin"))
    undo(loader, "twin", by="someone", because="to be published again")
    asked: list[str] = []

    def publish_the_twin(_: object, __: object, statement: str, *___: Any) -> None:
        if "duplicate" not in asked and "g.sha256 <> f.sha256" in statement:
            asked.append("duplicate")
            undo(loader, "twin", by="someone", because="it was right")

    sa.event.listen(Engine, "after_cursor_execute", publish_the_twin)
    try:
        outcome = load(loader, submission())
    finally:
        sa.event.remove(Engine, "after_cursor_execute", publish_the_twin)
    assert asked
    assert outcome.status == "published"
    assert rows(loader, "SELECT filing_id, flags FROM mart.filing ORDER BY 1") == [("filing-1", ""), ("twin", "")]


def test_equal_records_of_another_pipeline_version_replace_the_former_ones(loader: Engine) -> None:
    load_filings(loader, start_load(loader, "test"), [submission()])
    (outcome,) = load_filings(loader, start_load(loader, "test"), [submission(reader="text-2")])
    assert (outcome.status, outcome.version) == ("published", 2)
    assert rows(loader, "SELECT version, reader, projects FROM mart.filing") == [(2, "text-2", 2)]
    assert rows(loader, "SELECT count(*) FROM mart.project_budget") == [(3,)]
    assert rows(loader, "SELECT version, to_load_id IS NULL FROM dw.publication JOIN dw.dim_filing_version"
                        " USING (filing_version_key) ORDER BY 1") == [(1, False), (2, True)]  # fmt: skip
