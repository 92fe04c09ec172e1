"""From the printed tasks of a department's form (年度主要任务) to their records and, by source, their money.

A table of tasks with columns of sources (总额 | 财政拨款 | 其他资金) divides the department's money once more, as
statement `dept_task`: a line per task and source, with each task's 总额 and the row 金额合计 as controls. Where each
task has one amount alone, the row 合计 must be their sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extract.document import Finding
from transform.checks.reconciliation import reconcile
from transform.forms.money_records import Money
from transform.forms.printed import PrintedForm, PrintedTask
from transform.forms.words import Words
from transform.printed import finding_at
from transform.records import Amount, BudgetLine, Source, StatedTotal, Task, TotalOf

STATEMENT = "dept_task"


def tasks_of(form: PrintedForm, first: int, unit: str, seq: int, money: Money, words: Words) -> list[Task]:
    """The form's tasks, numbered from `first`; their lines and controls are added to `money`."""
    units = form.task_units or form.money_units
    tasks: list[Task] = []
    lines: dict[int, list[int]] = {}
    for number, printed in enumerate(form.tasks, first):
        tasks.append(
            Task(
                seq=number,
                name=printed.name.text,
                content=printed.content.text if printed.content else None,
                goal=printed.goal.text if printed.goal else None,
                amount=money.amount(printed.amount, units) if printed.amount else None,
                source=printed.name.source,
                section_seq=seq,
            )
        )
        lines[number] = [money.add(line) for line in _lines(printed, unit, seq, money, units, words)]
    own = [(task, lines[task.seq]) for task in tasks if task.amount is not None]
    for task, places in own:
        if places and task.amount is not None:
            money.totals.append(_total(task.amount, task.source, unit, seq, places, line=task.name))
    for total in form.task_totals:
        _state(total, own, unit, seq, money, units, words)
    return tasks


def _lines(
    printed: PrintedTask, unit: str, seq: int, money: Money, units: set[str], words: Words
) -> Iterator[BudgetLine]:
    for label, text in printed.money:
        if amount := money.amount(text, units):
            yield BudgetLine(
                statement=STATEMENT,
                unit=unit,
                project=None,
                funding_source=words.money(label) or label,
                line_code=None,
                line=printed.name.text,
                measure=None,
                amount=amount,
                source=text.source,
                classification_scheme="component",
                section_seq=seq,
            )


def _state(
    printed: PrintedTask,
    own: Sequence[tuple[Task, Sequence[int]]],
    unit: str,
    seq: int,
    money: Money,
    units: set[str],
    words: Words,
) -> None:
    """What the row 金额合计 says of all tasks, and of each source."""
    places = [place for _, each in own for place in each]
    if printed.amount and (amount := money.amount(printed.amount, units)):
        if places:
            money.totals.append(_total(amount, printed.amount.source, unit, seq, places))
        money.findings += _disagreeing(amount, [task.amount for task, _ in own if task.amount], printed)
    for label, text in printed.money:
        source = words.money(label) or label
        members = [place for place in places if money.line(place).funding_source == source]
        if members and (amount := money.amount(text, units)):
            money.totals.append(_total(amount, text.source, unit, seq, members, funding_source=source))


def _disagreeing(total: Amount, amounts: Sequence[Amount], printed: PrintedTask) -> Iterator[Finding]:
    if amounts and not reconcile(total, amounts).holds:
        message = f"the tasks do not add up to {total.printed}, which their last row states"
        yield finding_at("task_total_fails", message, printed.name.source)


def _total(
    amount: Amount,
    source: Source,
    unit: str,
    seq: int,
    members: Sequence[int],
    *,
    line: str | None = None,
    funding_source: str | None = None,
) -> StatedTotal:
    return StatedTotal(
        total_of=TotalOf.STATEMENT,
        statement=STATEMENT,
        unit=unit,
        line=line,
        funding_source=funding_source,
        amount=amount,
        source=source,
        members=tuple(members),
        section_seq=seq,
    )
