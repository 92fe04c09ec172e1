"""The simulated country against cases that one can work out by hand."""

from __future__ import annotations

import pytest

from benchmarks.country import Costs, Machines, simulate

HOUR = 3600


def test_one_worker_reads_one_after_the_other() -> None:
    done = simulate(1, 1000, 50, Costs(interval=0, reading=2.7, database=0.9), Machines(1, 1, 1))
    assert done.hours == pytest.approx(1000 * 3.6 / HOUR)
    assert (done.workers, done.database, done.bound_by) == (pytest.approx(0.75), pytest.approx(0.25), "workers")


def test_twice_the_workers_take_half_the_time_while_postgresql_follows() -> None:
    costs = Costs(interval=0, reading=1, database=0.1)
    one, two = (simulate(10, 100, 50, costs, Machines(1, number, 1)).hours for number in (1, 2))
    assert two == pytest.approx(one / 2, rel=0.1)


def test_workers_wait_when_postgresql_has_too_few_cores() -> None:
    done = simulate(100, 50, 50, Costs(interval=0, reading=0.1, database=1), Machines(1, 20, 2))
    assert done.hours == pytest.approx(100 * 50 / 2 / HOUR, rel=0.01)
    assert done.bound_by == "PostgreSQL"


def test_a_portal_is_never_asked_faster_than_it_bears() -> None:
    done = simulate(4, 100, 50, Costs(interval=0.5, reading=0.001, database=0), Machines(2, 64, 64))
    assert done.hours == pytest.approx(2 * 100 * 0.5 / HOUR, rel=0.01)
    assert done.bound_by == "visits"


def test_what_is_left_after_the_last_whole_batch_is_read_as_well() -> None:
    assert simulate(3, 7, 50, Costs(0, 1, 0), Machines(1, 1, 1)).hours == pytest.approx(21 / HOUR)
