"""Short rounds in every run of the tests, one of each kind with `make long`; `make fire` fights hundreds of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from tests.fire.ground import Ground
from tests.fire.processes import Blow, Task
from tests.fire.rounds import Round, Rounds
from tests.fire.seen import is_within

STRUCK: dict[str, Callable[[Rounds], Round]] = {
    "a loader killed while it copies": lambda rounds: rounds.struck(Task.FIRST, (Blow.PROCESS, "COPY")),
    "a loader killed twice while it publishes": lambda rounds: rounds.struck(
        Task.SECOND, (Blow.PROCESS, "INSERT INTO dw.fact_indicator"), (Blow.PROCESS, "INSERT INTO dw.publication")
    ),
    "the server killed while the gate judges": lambda rounds: rounds.struck(Task.SECOND, (Blow.SERVER, "expectation")),
    "a backend killed while rows are staged": lambda rounds: rounds.struck(Task.FIRST, (Blow.BACKEND, "COPY")),
    "connections lost while filings are published": lambda rounds: rounds.struck(
        Task.SECOND, (Blow.CONNECTIONS, "INSERT INTO dw.fact_budget")
    ),
    "an acceptance killed": lambda rounds: rounds.struck(Task.ACCEPT, (Blow.PROCESS, "INSERT INTO audit.acceptance")),
    "a loader killed from outside": lambda rounds: rounds.killed(Task.SECOND, (Blow.PROCESS, "expectation")),
}
AT_ONCE: dict[str, Callable[[Rounds], Round]] = {
    "two loaders, one killed": lambda rounds: rounds.at_once(Task.SECOND, Task.SECOND, blow=Blow.PROCESS),
    "a loader against an acceptance": lambda rounds: rounds.at_once(Task.SECOND, Task.ACCEPT),
    "a loader against an undo": lambda rounds: rounds.at_once(Task.THIRD, Task.UNDO),
}
LONG = {
    "connections lost while filings are published",
    "an acceptance killed",
    "a loader killed from outside",
    "a loader against an acceptance",
    "a loader against an undo",
}


def _short_and_long(names: Iterable[str]) -> list[pytest.ParameterSet]:
    return [pytest.param(name, marks=[pytest.mark.long] if name in LONG else []) for name in names]


@pytest.mark.parametrize("name", _short_and_long(STRUCK))
def test_no_reader_sees_it_and_the_next_load_repairs_it(name: str, fire: Ground) -> None:
    one = STRUCK[name](Rounds(fire, seed=5))
    assert one.violations == (), one.name
    assert one.blows, one.name
    assert one.polls > 0


@pytest.mark.parametrize("name", _short_and_long(AT_ONCE))
def test_two_at_once_end_like_one_after_the_other(name: str, fire: Ground) -> None:
    one = AT_ONCE[name](Rounds(fire, seed=5))
    assert one.violations == (), one.name
    assert one.polls > 0


def test_a_reader_would_notice() -> None:
    """A filing that vanishes, comes back, is seen half, or shows the old version after the new one."""
    allowed = [None, "old", "new"]
    assert is_within([None, "old", "new"], allowed)
    assert is_within(["new"], allowed)
    for seen in (["old", None], ["new", "old"], ["half"], ["old", None, "old"]):
        assert not is_within(seen, allowed)


def test_a_round_would_notice(fire: Ground) -> None:
    """Undo what the next load repairs, and the round says so."""
    rounds = Rounds(fire, seed=5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.fire.rounds._Field.redo", lambda *_: None)
        one = rounds.struck(Task.FIRST, (Blow.PROCESS, "expectation"))
    assert any("differ from those of an undisturbed load" in violation for violation in one.violations)
    assert any("`running`" in violation for violation in one.violations)
