"""The lines of money of a form: a source and its amount, or one amount under each of several measures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extract.document import Cell
from transform.amounts import UNITS, read_money_unit
from transform.forms.printed import PrintedForm, PrintedMoney
from transform.forms.sheet import Columns, Sheet, is_amount, says_nothing
from transform.forms.words import Words, last_month
from transform.passages import less_layout
from transform.printed import Printed, distinct
from transform.vocabulary import fold

_AMOUNTS = frozenset({"budget", "adjusted", "execution", "forecast", "current"})
_WORDED = re.compile(
    rf"(?P<words>[^\d]*(?:资金|经费|补助|拨款)(?:[（(][^\d()（）]*[)）])?)[:：]?(?P<amount>\d[\d,]*(?:\.\d+)?(?:{UNITS}|万)?)"
)
"""The name of a fund and its one amount, as what is filled in beside a source: 中央衔接资金（少数民族发展任务）50."""
_UNIT = re.compile(r"(?:金额|资金|计量)?单位:?.{1,8}")
_YEAR = re.compile(r"20\d\d(?=年)")
_ANNUAL = re.compile(r"年度|当年|本年|年初")


class MoneyLines:
    """Reads a grid's lines of money into the form; knows which columns hold which measure, and which another time's."""

    def __init__(self, sheet: Sheet, words: Words) -> None:
        self._sheet = sheet
        self._words = words
        self.measures: list[tuple[str, str, Columns]] = []
        """Concept, name as printed and columns of each measure."""
        self._cycle: dict[int, bool] = {}
        """By the column of a total's label: whether it and its sources are those of the project's whole life."""

    def forget(self) -> None:
        """A new form begins."""
        self.measures, self._cycle = [], {}

    def begin_measures(self, begun: Sequence[Cell], form: PrintedForm) -> bool:
        """Take a row of headings over columns of money (年初预算数 | 全年执行数 | 执行率); False: it is none."""
        known = [(cell, concept) for cell in begun if (concept := self._measure(cell))]
        amounts = [concept for _, concept in known if concept in (*_AMOUNTS, "previous")]
        if len(known) < 2 or not amounts or any(is_amount(cell.text) for cell in begun):
            return False
        self.measures = []
        for cell, concept in known:
            columns = tuple(range(cell.column, cell.column + cell.column_span))
            name = self._name(cell)
            self.measures.append(("previous" if _of_another_year(name, form) else concept, name, columns))
            if last_month(cell.text):
                form.marks.add("month")
            self._sheet.take(cell)
        for cell in begun:
            heading = self._words.label(cell.text) or self._words.money(cell.text)
            if heading in ("heading", "total", "execution_rate") or concept_of_unit(cell):
                self._sheet.take(cell)
            form.money_units |= concept_of_unit(cell)
        if any(concept == "execution" for concept, _, _ in self.measures):
            form.marks.add("execution")
        return True

    def _measure(self, cell: Cell) -> str | None:
        """What the column under a heading measures; a column whose cells are labels measures nothing."""
        under = self._sheet.under(cell)
        if under is not None and (self._words.money(under.text) or self._words.axis(under.text)):
            return None
        return self._words.measure(cell.text)

    def _name(self, cell: Cell) -> str:
        """The heading less its unit, its letter and its formula: 全年预算数（A）."""
        return re.sub(r"[（(](?:[A-Za-z/÷×%*\d]+|[亿万千]?元)[)）]$", "", less_layout(cell.text)) or cell.text

    def line(self, label: Cell, concept: str, form: PrintedForm) -> None:
        """An amount, or several, beside the label of a source, a total or an axis."""
        form.asks_money = True
        self._sheet.take(label)
        form.money_units |= concept_of_unit(label)
        name = re.sub(r"^其中[:：]?", "", less_layout(label.text)).rstrip(":：")
        over = self._source_over(label)
        if over is not None and concept == "total":
            concept, name, over = *over, None
        if self.measures and any(label.column < columns[0] for _, _, columns in self.measures):
            self._by_measure(label, concept, name, form)
            return
        if concept.startswith("total"):
            self._cycle[label.column] = concept == "total.cycle" or self._beside_the_years(label)
        value = self._value(label)
        if value is None or says_nothing(value.text):
            return
        if concept == "total.cycle" or self._of_cycle(label):
            form.project.notes.append((name, value.text))
            return
        worded = _WORDED.fullmatch(value.text)
        if worded is not None:
            form.project.notes.append((name, worded["words"]))
            value = replace(value, text=worded["amount"])
        source = over[0] if over is not None and "/" in concept else None
        form.project.money.append(PrintedMoney(concept=concept, label=name, amount=value, source=source))

    def _source_over(self, label: Cell) -> tuple[str, str] | None:
        """The source, and its label, whose heading spans this one's column: 财政拨款 over 合计, 基本支出, 项目支出."""
        head = self._sheet.at(label.row - 1, label.column)
        source = self._words.money(head.text) if head is not None else None
        if head is None or source is None or source.startswith("total") or head.column_span <= label.column_span:
            return None
        return source, less_layout(head.text)

    def _by_measure(self, label: Cell, concept: str, name: str, form: PrintedForm) -> None:
        row = label.row
        for measure, printed, columns in self.measures:
            amount = self._sheet.text(row, columns, begun=True)
            if amount is None or measure == "skip" or says_nothing(amount.text):
                continue
            if measure in _AMOUNTS:
                own = None if measure == "current" else printed
                kind = None if measure in ("current", "forecast") else measure
                money = PrintedMoney(concept=concept, label=name, measure=own, measure_kind=kind, amount=amount)
                form.project.money.append(money)
                continue
            if concept == "total" and measure in ("rate", "weight", "score"):
                form.project.execution.setdefault(measure, amount)
            form.project.notes.append((f"{name}{printed}", amount.text))

    def _beside_the_years(self, label: Cell) -> bool:
        """资金总额 beside 当年资金总额 is that of the project's whole life."""
        if _ANNUAL.search(fold(label.text)):
            return False
        others = [cell for cell in self._sheet.present(label.row) if cell is not label and cell.row == label.row]
        return any(self._words.money(cell.text) == "total" and _ANNUAL.search(fold(cell.text)) for cell in others)

    def _of_cycle(self, label: Cell) -> bool:
        """Whether a source stands under a total of the whole life: the nearest total's label at or left of it."""
        columns = [column for column in self._cycle if column <= label.column]
        return bool(columns) and self._cycle[max(columns)]

    def _value(self, label: Cell) -> Printed | None:
        """The amount right of a label; below it only where all of its row is labels and the row below is none."""
        beside = self._sheet.beside(label)
        if self._sheet.blank_beside(label):
            return None
        if beside is not None and not self._is_label(beside):
            return self._text(beside) if not self._sheet.taken(beside) else None
        under = self._sheet.under(label)
        if under is None or self._sheet.taken(under) or not is_amount(under.text):
            return None
        below = [cell for cell in distinct(self._sheet.rows[under.row]) if cell.row == under.row and cell.text.strip()]
        return self._text(under) if not any(self._is_label(cell) for cell in below) else None

    def _text(self, cell: Cell) -> Printed | None:
        columns = tuple(range(cell.column, cell.column + cell.column_span))
        return self._sheet.text(cell.row, columns)

    def _is_label(self, cell: Cell) -> bool:
        words = self._words
        return bool(cell.text.strip()) and bool(
            words.money(cell.text)
            or words.axis(cell.text)
            or words.label(cell.text)
            or words.measure(cell.text)
            or words.meaning("form.axis_heading", cell.text)
        )


def _of_another_year(heading: str, form: PrintedForm) -> bool:
    """2020年实际执行数 in a form of 2022."""
    own = {year for text in (*form.heading, form.title or "") for year in _YEAR.findall(text)}
    named = set(_YEAR.findall(heading))
    return bool(own and named) and not own & named


def says_unit(cell: Cell) -> bool:
    """Whether a cell says the unit of money and nothing else: it is nobody's value."""
    return _UNIT.fullmatch(fold(cell.text)) is not None and bool(concept_of_unit(cell))


def concept_of_unit(cell: Cell) -> set[str]:
    """The unit of money that a cell prints, as a set of none or one."""
    unit = read_money_unit(less_layout(cell.text))
    return {unit} if unit else set()
