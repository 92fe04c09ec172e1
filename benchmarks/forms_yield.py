"""How much of forms read by hand comes out of the form engine: `python -m benchmarks.forms_yield FOLDER`.

FOLDER holds forms in several media (`n05.html`, `n05.docx`, `n05.pdf`, …), each with its reading by hand (`n05.json`):
projects with their name, unit, beginning of the goal, money by source and measure, and indicators with level 1 and 2,
name, target text, operator, value, unit, actual, weight and score. Each field is right, wrong or missing; a value
where the hand found none is wrong. Wrong ones are listed. What the reading leaves out is not
asked. No database: the reader and the engine alone. Writes its table into benchmarks/README.md.

Where the hand and the warehouse say the same in two ways, the conventions are:
- a cell of several promises (困难台胞432人、高龄台胞1792人) has no one operator, value and unit by hand; the warehouse
  has a row for each (`promise_seq`). Their texts are compared, not the first one's number;
- a target in several columns is by hand its value alone, or with operator and unit; the warehouse joins all three;
- a date (11月底之前) has no operator by hand: it is the target's day, which the warehouse has with `<=`;
- the hand's year is the filing's. A form that prints none (a day of printing is none) has it from the catalogue, so it
  is declared to the engine, which must hold where the print says another.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from benchmarks.report import say, write_section
from extract.reading import read_document
from transform.amounts import SCALES
from transform.declaration import Declaration
from transform.recognition import read_records
from transform.records import BudgetLine, Indicator, Project, Records, TargetKind
from transform.vocabulary import BUNDLED, fold

MEDIA = (".html", ".docx", ".pdf")
RIGHT, WRONG, MISSING = "right", "wrong", "missing"
Field = tuple[str, str, str, str]
"""What, the hand's reading, the engine's, and which of the three it is."""


def fields_of(truth: dict[str, Any], records: Records) -> Iterator[Field]:
    """Every field of a form's reading by hand beside what was read."""
    yield _field("year", truth["fiscal_year"], _year(records, truth["fiscal_year"]))
    read = list(records.projects)
    for position, project in enumerate(truth["projects"]):
        found = _named(project["name"], read) or (read[position] if len(read) == len(truth["projects"]) else None)
        if project["name"] or found:
            yield _field("name", project["name"] or "未知", found and found.name)
        if project["unit"]:
            yield _field("unit", project["unit"], found and found.unit)
        if project["goal_begins"]:
            begins = fold(project["goal_begins"])
            yield _field("goal", begins, found and found.goal and fold(found.goal)[: len(begins)])
        own = [line for line in records.budget_lines if found and line.project == found.name]
        yield from _money(project["money"], own)
        indicators = [each for each in records.indicators if found and each.project == found.name]
        yield from _indicators(project["indicators"], indicators)
    for extra in read[len(truth["projects"]) :]:
        yield _field("name", None, extra.name)


def _year(records: Records, declared: int) -> int | None:
    """The year that is printed; where none is, the declared one."""
    return declared if records.fiscal_year is None else records.fiscal_year


def _named(name: str | None, read: Sequence[Project]) -> Project | None:
    return next((project for project in read if name and fold(project.name) == fold(name)), None)


def _money(truth: Sequence[dict[str, Any]], lines: Sequence[BudgetLine]) -> Iterator[Field]:
    left = list(lines)
    for money in truth:
        wanted = _source(money["source"]), money["measure"]
        yuan = Decimal(money["amount"]) * SCALES[money["unit"]]
        line = next((one for one in left if (_source(one.funding_source), one.measure) == wanted), None)
        if line is not None:
            left.remove(line)
        yield _field(f"money {money['source']} {money['measure'] or ''}", yuan, line and line.amount.yuan)
    for line in left:
        if line.amount.yuan or truth:
            yield _field("money", None if line.amount.yuan else Decimal(0), line.amount.yuan)


def _source(printed: str | None) -> str | None:
    return printed and (BUNDLED.meaning("form.money", printed) or printed)


def _indicators(truth: Sequence[dict[str, Any]], read: Sequence[Indicator]) -> Iterator[Field]:
    left = list(read)
    for wanted in truth:
        found = next((each for each in left if fold(each.name) == fold(wanted["name"])), None)
        if found is not None:
            left.remove(found)
        target = found.targets[0] if found and found.targets else None
        reading = target.reading if target else None
        annual = [one for one in found.targets if target and one.horizon is target.horizon] if found else []
        if len(annual) > 1 and wanted["value"] is None:
            reading = None
        dated = reading is not None and reading.kind is TargetKind.DATE
        yield _field("indicator", wanted["name"], found and found.name)
        yield _field("level1", wanted["level1"], found and found.level1_printed)
        yield _field("level2", wanted["level2"], found and found.level2_printed)
        yield _field("target", wanted["target_text"], target and _as_by_hand(wanted, target.text))
        yield _field("operator", wanted["operator"], reading and (None if dated else reading.operator), empty=found)
        yield _field("value", wanted["value"], reading and reading.value, empty=found)
        yield _field("value unit", wanted["value_unit"], reading and reading.value_unit, empty=found)
        for name, printed in (("actual_text", target and target.actual_text), *_numbers(found)):
            if name in wanted:
                yield _field(name, wanted[name], printed)
    for extra in left if truth else ():
        yield _field("indicator", None, extra.name)


def _as_by_hand(wanted: dict[str, Any], text: str) -> str:
    """The target's text, less the unit of a column of its own where the hand left it there."""
    unit = wanted["value_unit"]
    alone = unit and not wanted["target_text"].endswith(unit) and text == wanted["target_text"] + unit
    return wanted["target_text"] if alone else text


def _numbers(found: Indicator | None) -> tuple[tuple[str, Decimal | None], ...]:
    return ("weight", found.weight if found else None), ("score", found.score if found else None)


def _field(name: str, wanted: object, read: object, *, empty: object = True) -> Field:
    """`empty`: what must be there for an empty field to be right."""
    said, seen = _plain(wanted), _plain(read)
    right = said == seen and (said or empty is not None)
    return name, said, seen, RIGHT if right else WRONG if seen else MISSING


def _plain(value: object) -> str:
    if value is None:
        return ""
    text = str(value)
    try:
        return f"{Decimal(text).normalize():f}"
    except InvalidOperation:
        return fold(text)


def measure(folder: Path, media: tuple[str, ...] = MEDIA) -> tuple[dict[tuple[str, str], Counter[str]], list[str]]:
    """Right, wrong and missing fields by form and medium, and every wrong or missing one in words."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    misses = []
    for path in sorted(folder.glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        for file in sorted(one for one in folder.glob(f"{path.stem}.*") if one.suffix in media):
            medium = file.name.removeprefix(f"{path.stem}.")
            records = read_records(read_document(file), Declaration(department=truth["department"]))
            for name, said, seen, kind in fields_of(truth, records):
                counts.setdefault((path.stem, medium), Counter())[kind] += 1
                if kind != RIGHT:
                    misses.append(f"{file.name}: {kind} {name}: {said!r}, read {seen!r}")
    return counts, misses


def table(counts: dict[tuple[str, str], Counter[str]]) -> str:
    """One row per form and one per medium, in shares of the fields."""
    lines = ["| | fields | right | wrong | missing |", "|---|---|---|---|---|"]
    for at in (0, 1):
        sums: dict[str, Counter[str]] = {}
        for key, count in counts.items():
            sums.setdefault(key[at], Counter()).update(count)
        lines += [_row(name, count) for name, count in sorted(sums.items())]
    return "\n".join([*lines, _row("all", sum(counts.values(), Counter()))])


def _row(name: str, count: Counter[str]) -> str:
    total = sum(count.values())
    shares = (f"{count[kind] / total:.1%}" for kind in (RIGHT, WRONG, MISSING))
    return f"| {name} | {total} | {' | '.join(shares)} |"


if __name__ == "__main__":
    counted, missed = measure(Path(sys.argv[1]))
    for miss in missed:
        say(miss)
    say(table(counted))
    write_section("Forms read by hand", "python -m benchmarks.forms_yield FOLDER", table(counted))
