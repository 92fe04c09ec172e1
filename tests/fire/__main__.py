"""The long round: loads are struck at every step, at random, until the time is over.

    python -m tests.fire [--seconds 600] [--seed 1] [--rounds N] [--grounds 2] [--command-line 4]

Exits with 1 if anything was wrong, and says what. Writes its section into benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import itertools
import queue
import random
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from benchmarks.report import write_section
from tests.fire.command_line import CommandLine, folder
from tests.fire.ground import Ground, ground
from tests.fire.processes import Blow, Task
from tests.fire.rounds import Round, Rounds
from tests.fire.summary import summary

Fight = tuple[str, Callable[[], Round]]
"""A kind of round, and how it is fought."""


def kinds(rounds: Rounds, chance: random.Random) -> list[Fight]:
    """The kinds of rounds; what is struck where is drawn by `chance`."""
    every = list(Blow)
    loads = (Task.FIRST, Task.SECOND)
    accepted = (Task.SECOND, Task.ACCEPT)
    undone = (Task.THIRD, Task.UNDO)
    twice = (Task.SECOND, Task.SECOND)
    outside = (Blow.PROCESS, Blow.SERVER)

    def struck(task: Task, *blows: Blow) -> Round:
        return rounds.struck(task, *((blow, "") for blow in blows))

    def often(blow: Blow) -> Round:
        return struck(chance.choice(loads), *[blow] * chance.randint(3, 6))

    def killed(*blows: Blow) -> Round:
        return rounds.killed(chance.choice(loads), *((blow, "") for blow in blows))

    return [
        ("loader killed at steps", lambda: often(Blow.PROCESS)),
        ("loader killed at any time", lambda: killed(*[Blow.PROCESS] * 5)),
        ("server killed at steps", lambda: often(Blow.SERVER)),
        ("two loaders at once, one killed", lambda: rounds.at_once(*twice, blow=Blow.PROCESS)),
        ("backend killed at steps", lambda: often(Blow.BACKEND)),
        ("loader against acceptance", lambda: rounds.at_once(*accepted)),
        ("connections terminated at steps", lambda: often(Blow.CONNECTIONS)),
        ("loader against undo", lambda: rounds.at_once(*undone)),
        ("blows of every kind, one after the other", lambda: struck(Task.SECOND, *chance.sample(every, 4))),
        ("loader or server killed at any time", lambda: killed(*chance.choices(outside, k=4))),
        ("two loaders at once, server killed", lambda: rounds.at_once(*twice, blow=Blow.SERVER)),
        ("acceptance struck", lambda: struck(Task.ACCEPT, *chance.choices(every, k=2))),
        ("undo struck", lambda: struck(Task.UNDO, *chance.choices(every, k=2))),
        ("two loaders at once", lambda: rounds.at_once(*twice)),
        ("loader against undo, one killed", lambda: rounds.at_once(*undone, blow=Blow.PROCESS)),
        ("loader against acceptance, one killed", lambda: rounds.at_once(*accepted, blow=Blow.PROCESS)),
        (
            "loader against acceptance, server killed",
            lambda: rounds.at_once(*accepted, blow=Blow.SERVER),
        ),
    ]


def through_the_command_line(one: Ground, place: Path, seed: int, number: int) -> Iterator[Fight]:
    """So many rounds through `yusuan run`."""
    if number:
        run = CommandLine(one, place, seed)
        for each in range(number):
            yield ("yusuan run twice at once", run.at_once) if each == 1 else ("yusuan run killed", run.killed)


def fight(grounds: list[Ground], place: Path, asked: argparse.Namespace) -> Iterator[tuple[str, Round]]:
    """The rounds, each with its kind, until the time is over or there were so many of them; on all grounds at once."""
    deadline = time.monotonic() + asked.seconds
    fought: queue.Queue[tuple[str, Round] | BaseException | None] = queue.Queue()
    left = threading.Semaphore(asked.rounds)

    def on_one(number: int, one: Ground) -> None:
        seed = asked.seed * 1000 + number
        chance = random.Random(seed)
        in_turn = itertools.cycle(kinds(Rounds(one, seed), chance))
        skipped = itertools.islice(in_turn, number * 6, None)  # not the same kind on every ground at the same time
        runs = through_the_command_line(one, place, seed, asked.command_line if number == 0 else 0)
        try:
            for name, round_ in itertools.chain(runs, skipped):
                if time.monotonic() > deadline or not left.acquire(blocking=False):
                    break
                fought.put((name, round_()))
        except BaseException as error:  # noqa: BLE001 - raised again where the rounds are counted
            fought.put(error)
        fought.put(None)

    for number, one in enumerate(grounds):
        threading.Thread(target=on_one, args=(number, one), daemon=True).start()
    running = len(grounds)
    while running:
        match fought.get():
            case None:
                running -= 1
            case BaseException() as error:
                raise error
            case (name, round_):
                yield name, round_


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fire", description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600, help="how long to go on (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="decides what is left to chance (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=100_000, help="at most so many rounds (default: no limit)")
    parser.add_argument("--grounds", type=int, default=2, help="servers to fight on at once (default: %(default)s)")
    parser.add_argument("--command-line", type=int, default=4, help="rounds through yusuan run (default: %(default)s)")
    asked = parser.parse_args()
    began = time.monotonic()
    fought: dict[str, list[Round]] = {}
    with ExitStack() as stack:
        grounds = [stack.enter_context(ground()) for _ in range(asked.grounds)]
        place = Path(stack.enter_context(folder()))
        for name, one in fight(grounds, place, asked):
            fought.setdefault(name, []).append(one)
            verdict = "VIOLATED" if one.violations else "held"
            print(f"{time.monotonic() - began:6.0f} s  {verdict}  {one.name}", flush=True)
            for violation in one.violations:
                print(f"          {violation}", flush=True)
    text = summary(fought, time.monotonic() - began)
    print(text)
    write_section("Under fire", f"make fire SEED={asked.seed} SECONDS={asked.seconds:.0f}", text)
    sys.exit(any(one.violations for rounds in fought.values() for one in rounds))


if __name__ == "__main__":
    main()
