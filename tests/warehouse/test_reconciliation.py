"""The gate's SQL and `transform.checks.reconciliation` are one rule."""

from __future__ import annotations

import random
from decimal import Decimal

from sqlalchemy import Engine, text

from tests.warehouse.builders import money, records, source, submission
from transform.amounts import read_amount
from transform.checks.reconciliation import failing, reconcile
from transform.records import StatedTotal, TotalOf
from warehouse.gate.reconciliation import reconcile_batch
from warehouse.staging.batch import staging_batch
from warehouse.staging.rows import copy_rows, staged_rows

CASES = 300


def test_sql_and_python_agree(loader: Engine) -> None:
    """Hundreds of totals over one filing's projects, some exact, some rounded, some short of a line."""
    choose = random.Random(20261122)
    lines, totals = [], []
    for case in range(CASES):
        decimals = choose.choice([0, 1, 2])
        printed = [f"{choose.uniform(0, 9):.{choose.choice([0, decimals])}f}" for _ in range(choose.randint(0, 6))]
        own = [money(f"项目{case}", amount, funding=f"来源{n}") for n, amount in enumerate(printed)]
        wanted = sum((line.amount.yuan for line in own), Decimal(0)) + choose.choice([0, 0, 100, 50, 1000, 5000, 20000])
        unit, scale = choose.choice([("元", 1), ("万元", 10_000)])
        amount = read_amount(f"{wanted / scale:.{choose.choice([0, 2, 4])}f}", unit)
        lines += own
        totals.append(
            StatedTotal(total_of=TotalOf.PROJECT, amount=amount, source=source(), unit="本级", project=f"项目{case}")
        )
    filing = submission(records(budget_lines=tuple(lines), stated_totals=tuple(totals)))
    with staging_batch(loader) as batch, loader.begin() as connection:
        copy_rows(connection, batch, {1: staged_rows(filing, "identity")})
        reconcile_batch(connection, batch)
        found = connection.execute(text("SELECT loaded_yuan, lines, holds FROM staging.control ORDER BY row_id")).all()
    expected = [
        reconcile(stated.amount, [line.amount for line in lines if line.project == stated.project]) for stated in totals
    ]
    assert [tuple(row) for row in found] == [(one.loaded, one.lines, one.holds) for one in expected]
    assert len({one.holds for one in expected}) == 2


def test_a_last_digit_beside_a_line_as_small_holds_where_an_exact_total_sums_all_its_lines(loader: Engine) -> None:
    """A 类 printed 3.00 over 3.01: the 合计 over it and 5.00 is exact. One that is off as well vouches for nothing."""
    for total, held in (("8.01", []), ("8.02", [0, 1])):
        lines = [money("项目", amount, funding=f"来源{n}") for n, amount in enumerate(("2.99", "0.01", "0.01", "5.00"))]
        totals = [
            StatedTotal(
                total_of=TotalOf.STATEMENT, amount=read_amount(printed, "万元"), source=source(), members=members
            )
            for printed, members in (("3.00", (0, 1, 2)), (total, (0, 1, 2, 3)))
        ]
        filing = submission(records(budget_lines=tuple(lines), stated_totals=tuple(totals)))
        with staging_batch(loader) as batch, loader.begin() as connection:
            copy_rows(connection, batch, {1: staged_rows(filing, "identity")})
            reconcile_batch(connection, batch)
            found = connection.execute(text("SELECT holds FROM staging.control ORDER BY row_id")).scalars().all()
        controls = [(t.amount, t.members or (), [lines[m].amount for m in t.members or ()]) for t in totals]
        assert failing(controls) == held
        assert [place for place, holds in enumerate(found) if not holds] == held


def test_a_total_of_rounded_lines_holds_level_by_level(loader: Engine) -> None:
    """类 304 over 款 101 (of 100), 款 202 (of 201) and a line of 1: rounding adds up to 2, more than that line. A 款
    that lacks a line of 24 does not hold, and neither does the 类 over it."""
    for second, held in (("202", []), ("226", [1, 2])):
        amounts = ("50", "30", "20", "90", "90", "21", "1")
        lines = [money("项目", amount, funding=f"来源{n}") for n, amount in enumerate(amounts)]
        whole = str(101 + int(second) + 1)
        totals = [
            StatedTotal(
                total_of=TotalOf.STATEMENT, amount=read_amount(printed, "万元"), source=source(), members=members
            )
            for printed, members in (("101", (0, 1, 2)), (second, (3, 4, 5)), (whole, (0, 1, 2, 3, 4, 5, 6)))
        ]
        filing = submission(records(budget_lines=tuple(lines), stated_totals=tuple(totals)))
        with staging_batch(loader) as batch, loader.begin() as connection:
            copy_rows(connection, batch, {1: staged_rows(filing, "identity")})
            reconcile_batch(connection, batch)
            found = connection.execute(text("SELECT holds FROM staging.control ORDER BY row_id")).scalars().all()
        controls = [(t.amount, t.members or (), [lines[m].amount for m in t.members or ()]) for t in totals]
        assert failing(controls) == held
        assert [place for place, holds in enumerate(found) if not holds] == held
