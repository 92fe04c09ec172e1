"""The columns of money of a block: what each measures, and which is the sum of which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from transform.records import MeasureKind
from transform.statements.heads import (
    OF_WHICH,
    PARTS,
    TOTAL_HEADS,
    Role,
    bare,
    component_of,
    is_prior,
    measure_of,
    period_of,
    role_of,
    value_of,
)
from transform.statements.words import Words

_SUM_HEADS = re.compile(r".*(合计|总计|小计)")
_NOT_OF_YEAR = re.compile(r"年初|年末|上年|结转|结余")


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of money: its canonical name and the columns it is the total of (itself left out).

    `maybe_parts` are columns that it may be the total of: the figures decide. An of-which column is money of another.
    """

    column: int
    name: str
    path: tuple[str, ...]
    parts: tuple[int, ...] = ()
    maybe_parts: tuple[int, ...] = ()
    of_which: bool = False
    unknown: bool = False
    """No row of the vocabulary knows its head."""
    period: str = ""
    """Whose money it is: see `period_of`."""
    kind: MeasureKind | None = None
    run: tuple[int, ...] = ()
    """The columns behind one whose head says that it is a sum (项目支出合计): all of them, or the first few."""
    within: bool = False
    """A row of the vocabulary knows the head over it: it is a part of that."""


def measures_of(
    columns: Sequence[int], paths: Sequence[tuple[str, ...]], year: int | None, words: Words
) -> tuple[Measure, ...]:
    periods = {column: period_of(paths[column], year) for column in columns}
    base = {column: _name(paths[column], periods[column], words) for column in columns}
    names = list(base.values())
    of_which = {c for c in columns if any(OF_WHICH.match(head) or words.is_memo(bare(head)) for head in paths[c])}
    strange = {c for c in columns if role_of(paths[c], words) is Role.UNKNOWN} - of_which
    totals = {c for c in columns if TOTAL_HEADS.fullmatch(bare(paths[c][-1]))}
    of_which |= _going_on(columns, paths, of_which, periods, totals, words)
    found = []
    for column in columns:
        name = base[column]
        if names.count(name) > 1:
            name = periods[column] + "/".join(bare(head) or head for head in paths[column])
        group = [c for c in columns if c != column and periods[c] == periods[column] and c not in of_which | strange]
        parts: list[int] = []
        maybe: list[int] = []
        run: list[int] = []
        if column in totals:
            parts = [c for c in group if paths[c][: len(paths[column]) - 1] == paths[column][:-1]]
            if bare(paths[column][-1]).startswith("本年"):
                parts = [c for c in parts if not _NOT_OF_YEAR.search(paths[c][0])]
        elif column not in of_which and _SUM_HEADS.fullmatch(bare(paths[column][-1])):  # 项目支出合计
            sums = [
                c for c in group if _SUM_HEADS.fullmatch(bare(paths[c][-1])) and len(paths[c]) <= len(paths[column])
            ]
            others = [c for c in columns if periods[c] != periods[column]]
            last = min((c for c in (*sums, *others) if c > column), default=max(columns) + 1)
            run = [c for c in group if column < c < last]
        elif column not in of_which:
            after = columns[columns.index(column) + 1 :]
            declared = {c for c in group if base[c] in PARTS.get(base[column], ())}
            maybe = list(takewhile(of_which.__contains__, after)) or list(takewhile(declared.__contains__, after))
        unknown = column in strange
        found.append(
            Measure(
                column,
                name,
                paths[column],
                tuple(parts),
                tuple(maybe),
                column in of_which,
                unknown,
                periods[column],
                within=len(paths[column]) > 1 and role_of(paths[column][:-1], words) is Role.MEASURE,
                run=tuple(run),
            )
        )
    return tuple(found)


def _going_on(
    columns: Sequence[int],
    paths: Sequence[tuple[str, ...]],
    of_which: set[int],
    periods: dict[int, str],
    totals: set[int],
    words: Words,
) -> set[int]:
    """金额 | 其中：一般公共预算 | 政府性基金预算: beside a mere 金额 without a 合计, all after 其中 is part of it."""
    found: set[int] = set()
    for place, column in enumerate(columns[:-1]):
        group = paths[column][:-1]
        alike = [c for c in columns if paths[c][: len(group)] == group and periods[c] == periods[column]]
        if columns[place + 1] in of_which and value_of(paths[column][-1], words) and not totals & set(alike):
            found |= {c for c in alike if c > columns[place + 1]}
    return found


def _name(path: tuple[str, ...], period: str, words: Words) -> str:
    """The column's canonical name, before it its period: 上年 + 执行数."""
    if not period:
        group = measure_of(path[-2], words) if len(path) > 1 and value_of(path[-1], words) == "金额" else None
        return group or measure_of(path[-1], words) or component_of(path[-1], words) or path[-1]
    stage = next((value for head in reversed(path) if (value := value_of(head, words))), None)
    if stage is None:
        printed = "".join(path)
        stage = next((f"{word}数" for word in ("执行", "决算") if word in printed), "预算数")
    own = (
        None
        if is_prior(path[-1]) or value_of(path[-1], words)
        else measure_of(path[-1], words) or component_of(path[-1], words)
    )
    return f"{period}{stage}" if own in (None, "合计") else f"{period}{stage}/{own}"
