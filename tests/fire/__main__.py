"""The long round: loads are struck at every step, at random, until the time is over.

    python -m tests.fire [--seconds 600] [--seed 1] [--rounds N] [--command-line 6]

Exits with 1 if anything was wrong, and says what. Writes its section into benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.report import write_section
from tests.fire.command_line import CommandLine, folder
from tests.fire.ground import ground
from tests.fire.processes import Blow, Task
from tests.fire.rounds import Round, Rounds


def kinds(rounds: Rounds, chance: random.Random) -> list[tuple[str, Callable[[], Round]]]:
    """The kinds of rounds; the steps are drawn by `chance`."""
    every = list(Blow)
    loads = (Task.FIRST, Task.SECOND)

    def struck(task: Task, *blows: Blow) -> Round:
        return rounds.struck(task, *((blow, chance.random()) for blow in blows))

    def often(blow: Blow) -> Round:
        return struck(chance.choice(loads), *[blow] * chance.randint(1, 5))

    return [
        ("loader killed at steps", lambda: often(Blow.PROCESS)),
        ("server killed at steps", lambda: often(Blow.SERVER)),
        ("backend killed at steps", lambda: often(Blow.BACKEND)),
        ("connections terminated at steps", lambda: often(Blow.CONNECTIONS)),
        ("blows of every kind, one after the other", lambda: struck(Task.SECOND, *chance.sample(every, 4))),
        ("loader killed at any time", lambda: rounds.killed(chance.choice(loads))),
        ("server killed at any time", lambda: rounds.server_killed(chance.choice(loads))),
        ("acceptance struck at a step", lambda: struck(Task.ACCEPT, chance.choice(every))),
        ("undo struck at a step", lambda: struck(Task.UNDO, chance.choice(every))),
        ("two loaders at once", lambda: rounds.at_once(Task.SECOND, Task.SECOND)),
        ("two loaders at once, one killed", lambda: rounds.at_once(Task.SECOND, Task.SECOND, killed=True)),
        ("loader against acceptance", lambda: rounds.at_once(Task.SECOND, Task.ACCEPT)),
        ("loader against undo", lambda: rounds.at_once(Task.THIRD, Task.UNDO)),
        ("loader against undo, loader killed", lambda: rounds.at_once(Task.THIRD, Task.UNDO, killed=True)),
        ("loader against acceptance, loader killed", lambda: rounds.at_once(Task.SECOND, Task.ACCEPT, killed=True)),
    ]


def fight(seed: int, seconds: float, most: int, command_line: int) -> Iterator[tuple[str, Round]]:
    """The rounds of a seed, each with its kind, until the time is over or there were `most` of them."""
    deadline = time.monotonic() + seconds
    with ground() as one, folder() as place:
        if command_line:
            run = CommandLine(one, Path(place), seed)
            for number in range(command_line):
                yield (
                    ("yusuan run twice at once", run.at_once()) if number == 1 else ("yusuan run killed", run.killed())
                )
        in_turn = itertools.cycle(kinds(Rounds(one, seed), random.Random(seed)))
        for name, round_ in itertools.islice(in_turn, most):
            if time.monotonic() > deadline:
                return
            yield name, round_()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fire", description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600, help="how long to go on (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="decides what is left to chance (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=100_000, help="at most so many rounds (default: no limit)")
    parser.add_argument("--command-line", type=int, default=6, help="rounds through yusuan run (default: %(default)s)")
    asked = parser.parse_args()
    began = time.monotonic()
    fought: dict[str, list[Round]] = {}
    for name, one in fight(asked.seed, asked.seconds, asked.rounds, asked.command_line):
        fought.setdefault(name, []).append(one)
        print(f"{time.monotonic() - began:6.0f} s  {'VIOLATED' if one.violations else 'held'}  {one.name}", flush=True)
        for violation in one.violations:
            print(f"          {violation}", flush=True)
    text = table(fought, time.monotonic() - began)
    print(text)
    write_section("Under fire", f"make fire SEED={asked.seed} SECONDS={asked.seconds:.0f}", text)
    sys.exit(any(one.violations for rounds in fought.values() for one in rounds))


def table(fought: dict[str, list[Round]], seconds: float) -> str:
    """The rounds by kind, and all of them."""
    lines = ["| round | rounds | blows that struck | looks of readers | violations |", "|---|--:|--:|--:|--:|"]
    total = [one for rounds in fought.values() for one in rounds]
    for name, some in [*fought.items(), ("all", total)]:
        blows, polls = sum(one.blows for one in some), sum(one.polls for one in some)
        lines.append(f"| {name} | {len(some)} | {blows} | {polls} | {sum(len(one.violations) for one in some)} |")
    return "\n".join([*lines, "", f"{seconds:.0f} s; a blow may come after the end: then it struck nothing."])


if __name__ == "__main__":
    main()
