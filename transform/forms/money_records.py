"""From the printed money of a form to budget lines and stated totals.

One line per funding source; a total is a control. A source printed with its parts (财政拨款 with 其中：一般公共预算) is
a control of them, if the total does not say that it is the line itself. A form that prints its total alone gives one
line with no funding source, flag `source_missing`. Of a department, each printed axis divides the same money.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from extract.document import Finding, Severity
from transform.amounts import SCALES, UNITS, AmountError
from transform.flags import Flag
from transform.forms.printed import PrintedMoney
from transform.forms.words import Words
from transform.printed import Printed, amount_printed, finding_at
from transform.records import Amount, BudgetLine, MeasureKind, Source, StatedTotal, TotalOf

_PARTS = re.compile(r"(?P<whole>.*?\d(?:元|万元?|亿元?))\s*[(（](?P<parts>[^()（）]*\d[^()（）]*)[)）]")
"""An amount with what it is for: 854万（农田建设400万元，示范建设454万元）."""
_OWN_UNIT = re.compile(rf"(?P<number>.*?)(?P<unit>{UNITS}|万)")
AXES = ("dept_expenditure", "dept_income", "dept_level")


@dataclass(frozen=True, slots=True)
class _Line:
    """An amount that was read, and the statement that it is a line of."""

    printed: PrintedMoney
    amount: Amount
    statement: str


class Money:
    """Makes the money of one form; what cannot be read becomes findings and unread text."""

    def __init__(self, words: Words, units: set[str], section: int, first_line: int) -> None:
        self._words = words
        self._units = units
        self._section = section
        self.first = first_line
        """Position of the form's first line among those of the section."""
        self.lines: list[BudgetLine] = []
        self.totals: list[StatedTotal] = []
        self.findings: list[Finding] = []
        self.unread: list[Source] = []

    def amount(self, printed: Printed, units: set[str] | None = None) -> Amount | None:
        """An amount in the form's unit, or in its own."""
        units = self._units if units is None else units
        parted = _PARTS.fullmatch(printed.text)
        text = parted["whole"] if parted else printed.text
        own = _OWN_UNIT.fullmatch(text)
        unit = own["unit"].replace("万", "万元").replace("元元", "元") if own else None
        unit = unit or (next(iter(units)) if len(units) == 1 else None)
        if unit is None:
            message = f"the form prints {len(units)} units of money, it must print one: the amount is not read"
            self._refuse("money_unit", message, printed)
            return None
        try:
            return amount_printed(printed, own["number"] if own else text, unit)
        except AmountError as error:
            self._refuse("amount_unreadable", str(error), printed)
            return None

    def add(self, line: BudgetLine) -> int:
        """Add a line; its position among those of the section."""
        self.lines.append(line)
        return self.first + len(self.lines) - 1

    def line(self, place: int) -> BudgetLine:
        """The line at a position among those of the section."""
        return self.lines[place - self.first]

    def _refuse(self, code: str, message: str, printed: Printed) -> None:
        self.findings.append(finding_at(code, message, printed.source))
        self.unread.append(printed.source)

    # -- a project

    def of_project(self, money: Sequence[PrintedMoney], statement: str, unit: str, project: str | None) -> None:
        read = [_Line(one, amount, statement) for one in money if (amount := self.amount(one.amount))]
        for measure in dict.fromkeys(line.printed.measure for line in read):
            self._one_measure([line for line in read if line.printed.measure == measure], unit, project)

    def _one_measure(self, read: list[_Line], unit: str, project: str | None) -> None:
        totals = [line for line in read if line.printed.concept == "total"]
        sources = [line for line in read if line.printed.concept != "total"]
        divided = self._divided(sources, totals)
        begin = len(self.lines)
        memos = {id(part) for whole, parts in divided.items() if not whole[1] for part in parts}
        wholes = {whole[0] for whole in divided if whole[1]}
        for line in sources:
            if line.printed.concept not in wholes and id(line) not in memos:
                self.lines.append(self._line(line, unit, project))
        if totals and len(self.lines) == begin:
            self.lines.append(self._line(totals[0], unit, project, flags=("source_missing",)))
        for line in totals:
            self.totals.append(self._total(line, unit, project, None, self._members(begin, None)))
        for line in sources:
            if line.printed.concept in wholes:
                parts = {one.printed.concept for one in divided[line.printed.concept, True]}
                members = self._members(begin, parts)
                self.totals.append(self._total(line, unit, project, line.printed.concept, members))

    def _members(self, begin: int, sources: set[str] | None) -> tuple[int, ...]:
        return tuple(
            self.first + position
            for position in range(begin, len(self.lines))
            if sources is None or self.lines[position].funding_source in sources
        )

    def _divided(self, sources: list[_Line], totals: list[_Line]) -> dict[tuple[str, bool], list[_Line]]:
        """Sources that are printed with their parts: True if the parts are the lines, False if they are a remark.

        The page says 其中 or nothing; so the total decides, and without one the parts are the lines if they add up or
        if anything is in them.
        """
        found: dict[tuple[str, bool], list[_Line]] = {}
        for whole in sources:
            name = whole.printed.concept
            parts = [line for line in sources if self._part_of(line) == name]
            if not parts or any(key[0] == name for key in found):
                continue
            sum_of_parts = sum((line.amount.yuan for line in parts), Decimal(0))
            rest = sum((line.amount.yuan for line in sources if line is not whole and line not in parts), Decimal(0))
            if totals and sum_of_parts != whole.amount.yuan:
                as_parts = totals[0].amount.yuan == sum_of_parts + rest
                as_whole = totals[0].amount.yuan == whole.amount.yuan + rest
                lines = as_parts or not as_whole
            else:
                lines = sum_of_parts == whole.amount.yuan or sum_of_parts != 0
            found[name, lines] = parts
        return found

    def _part_of(self, line: _Line) -> str | None:
        return self._words.vocabulary.meaning("form.part", line.printed.concept)

    # -- a department

    def of_department(self, money: Sequence[PrintedMoney], unit: str, *, executed: bool) -> None:
        """Lines of each axis, each axis a control of the next, and the printed total of those that are there."""
        statements = {axis: axis for axis in AXES}
        if executed:
            statements = {"dept_income": "dept_execution_income", "dept_expenditure": "dept_execution"}
        read = []
        for one in money:
            axis = one.concept.partition("/")[0] if "/" in one.concept else "dept_income"
            if amount := self.amount(one.amount):
                read.append(_Line(one, amount, statements.get(axis, axis)))
        begin = len(self.lines)
        for measure in dict.fromkeys(line.printed.measure for line in read):
            self._axes([line for line in read if line.printed.measure == measure], statements, unit)
        if not executed and not self.totals:
            self._circle(begin, unit)

    def _axes(self, read: list[_Line], statements: dict[str, str], unit: str) -> None:
        totals = [line for line in read if line.printed.concept == "total"]
        for statement in statements.values():
            own = [line for line in read if line.statement == statement and line.printed.concept != "total"]
            begin = len(self.lines)
            divided = self._divided(own, totals)
            wholes = {whole for whole, lines in divided if lines}
            memos = {id(part) for (_, lines), parts in divided.items() if not lines for part in parts}
            for line in own:
                if line.printed.concept not in wholes and id(line) not in memos:
                    self.lines.append(self._line(line, unit, None))
            if totals and len(self.lines) > begin:
                total = StatedTotal(
                    total_of=TotalOf.STATEMENT,
                    statement=statement,
                    unit=unit,
                    measure=totals[0].printed.measure,
                    amount=totals[0].amount,
                    source=totals[0].printed.amount.source,
                    members=self._members(begin, None),
                    section_seq=self._section,
                )
                self.totals.append(total)
        if totals and not any(line.measure == totals[0].printed.measure for line in self.lines):
            alone = _Line(totals[0].printed, totals[0].amount, next(iter(statements.values())))
            self.lines.append(self._line(alone, unit, None, flags=("source_missing",)))

    def _circle(self, begin: int, unit: str) -> None:
        """Each printed axis is stated by the sum of the next printed one, in a circle."""
        lines = self.lines[begin:]
        axes = [(axis, own) for axis in AXES if (own := [line for line in lines if line.statement == axis])]
        for axis in AXES if 1 < len(axes) < len(AXES) and not self.totals else ():
            if axis not in dict(axes):
                message = f"no amount of {axis} is printed, other axes have some"
                self.findings.append(finding_at("axis_missing", message, Source(text=""), Severity.WARNING))
        if len(axes) < 2:
            return
        for (axis, _), (_, stating) in zip(axes, [*axes[1:], axes[0]], strict=True):
            total = StatedTotal(
                total_of=TotalOf.STATEMENT,
                statement=axis,
                unit=unit,
                amount=_sum(stating),
                source=stating[0].source,
                section_seq=self._section,
            )
            self.totals.append(total)

    # -- records

    def _line(self, line: _Line, unit: str, project: str | None, flags: tuple[Flag, ...] = ()) -> BudgetLine:
        printed = line.printed
        axis, _, kind = printed.concept.rpartition("/")
        source = printed.source if axis or printed.concept == "total" else printed.concept
        return BudgetLine(
            statement=line.statement,
            unit=unit,
            project=project,
            funding_source=source,
            line_code=None,
            line=printed.label if project is None else None,
            measure=printed.measure,
            measure_kind=MeasureKind(printed.measure_kind) if printed.measure_kind else None,
            amount=line.amount,
            source=printed.amount.source,
            classification_scheme="component" if project is None else None,
            expenditure_type=kind or None if axis else None,
            flags=flags,
            section_seq=self._section,
        )

    def _total(
        self, line: _Line, unit: str, project: str | None, source: str | None, members: tuple[int, ...]
    ) -> StatedTotal:
        return StatedTotal(
            total_of=TotalOf.PROJECT,
            amount=line.amount,
            source=line.printed.amount.source,
            unit=unit,
            project=project,
            statement=line.statement,
            funding_source=source,
            measure=line.printed.measure,
            members=members if source is not None else None,
            section_seq=self._section,
        )


def _sum(lines: Sequence[BudgetLine]) -> Amount:
    """What an axis states; `printed` is the sum in the printed unit, since the form prints the parts only."""
    yuan = sum((line.amount.yuan for line in lines), Decimal(0))
    unit = lines[0].amount.unit
    return Amount(yuan=yuan, printed=f"{yuan / SCALES[unit]:,.2f}", unit=unit)
