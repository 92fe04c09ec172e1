"""Labels and their values in the head of a form, and what stands below its indicators."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from extract.document import Cell
from transform.amounts import UNITS
from transform.forms.money import MoneyLines, concept_of_unit, says_unit
from transform.forms.printed import PrintedForm, PrintedMoney
from transform.forms.sheet import Sheet, is_amount, says_nothing
from transform.forms.words import Words, last_month
from transform.passages import less_layout
from transform.printed import Printed, finding_at, printed_cell, source_of
from transform.records import Horizon
from transform.vocabulary import fold

_MONEY_WORDS = re.compile(r"资金|经费|金额|预算|拨款|支出|收入|投资|投入|元\)|元）|款项|统筹|公益金|债|税|费$")
_DECIMAL = re.compile(r"(?<![\d.])-?\d[\d,，]*[.．]\d+(?![\d.%％])")
_LABEL = re.compile(r"[^:：\d]{2,16}[:：]")
_LONGEST_LABEL = 24
_NUMBERED_GOAL = re.compile(r"目标[\d一二三四五六七八九]{1,2}[:：]?")
"""Between the label of a goal and its text: 绩效目标 | 目标1 | ….."""
_PAIR = re.compile(
    rf"(?P<label>[^\d:：;；,，。()（）]{{2,16}})[:：]?(?P<amount>\d[\d,]*(?:\.\d+)?(?:{UNITS})|\d[\d,]*\.\d\d)"
)
"""A source and its amount with the unit, as one of several in a cell."""
_GLUED = re.compile(r"(?:其中[:：])?(?P<label>[^\d:：()（）]{2,16})(?P<amount>\d[\d,]*(?:\.\d+)?)")
"""A source and its amount with nothing between: 其中：上级资金16."""


class Fields:
    """Reads the rows of a grid that are no indicators into the form."""

    def __init__(self, sheet: Sheet, words: Words, heading: Callable[[str], bool]) -> None:
        self._sheet = sheet
        self._words = words
        self._heading = heading
        self.money = MoneyLines(sheet, words)
        self.rows: set[int] = set()
        self._told: set[int] = set()
        self._money_to = self._detail_to = -1
        """The last rows of the block of money, and of the detail of expenditure, that a label at its left spans."""

    def read(self, position: int, form: PrintedForm) -> None:
        self.rows.add(position)
        begun = self._sheet.begun(position)
        if not begun:
            return
        if self._words.meaning("form.skip", begun[0].text) == "skip":
            self._sheet.take(*begun)
        elif form.filled_rows() and self._words.ends(begun[0].text):
            self._end(begun, form)
        elif self._begins_detail(begun) or position <= self._detail_to:
            self._detail([cell for cell in begun if not self._sheet.taken(cell)], form)
        elif not self.money.begin_measures(begun, form):
            for cell in begun:
                if not self._sheet.taken(cell) and id(cell) not in self._told:
                    self._cell(cell, form)

    def _end(self, begun: list[Cell], form: PrintedForm) -> None:
        """A row below the indicators: kept as a note, but for who signs and how to call him."""
        if self._words.label(begun[0].text) != "contact":
            rest = "；".join(less_layout(cell.text) for cell in begun[1:])
            form.project.notes.append((less_layout(begun[0].text).rstrip(":："), rest))
        self._sheet.take(*begun)

    def _begins_detail(self, begun: list[Cell]) -> bool:
        """支出明细预算 at the left of several rows: they are the same money by purpose."""
        label = next((cell for cell in begun if self._words.label(cell.text) == "detail"), None)
        if label is not None:
            self._sheet.take(label)
            self._block(label, "detail")
        return label is not None

    def _detail(self, begun: list[Cell], form: PrintedForm) -> None:
        """A line of the detail of expenditure: the same money by purpose, a remark."""
        texts = [less_layout(cell.text) for cell in begun] or [""]
        form.project.notes.append((texts[0], "；".join(texts[1:])))
        self._sheet.take(*begun)

    # -- one cell

    def _cell(self, cell: Cell, form: PrintedForm) -> None:
        words, text = self._words, cell.text
        if says_unit(cell):
            form.money_units |= concept_of_unit(cell)
            self._sheet.take(cell)
            return
        concept = words.label(text)
        money = words.axis(text) if form.is_departments() else None
        money = money or words.money(text) or (words.axis(text) if not concept else None)
        if words.meaning("form.axis_heading", text):
            form.marks.add("axis")
            self._sheet.take(cell)
        elif concept == "heading" and _MONEY_WORDS.search(text) and self._amount_beside(cell):
            self.money.line(cell, "total", form)
        elif money is not None and (concept is None or self._amount_beside(cell)):
            if "/" in money:
                form.marks.add("axis")
            self.money.line(cell, money, form)
        elif concept is not None:
            self._field(cell, concept, form)
        elif not self._inline(cell, form):
            self._unknown(cell, form)

    def _amount_beside(self, cell: Cell) -> bool:
        beside = self._sheet.beside(cell)
        return beside is not None and is_amount(beside.text)

    def _field(self, label: Cell, concept: str, form: PrintedForm) -> None:
        self._sheet.take(label)
        form.money_units |= concept_of_unit(label)
        if concept in ("heading", "detail", "tasks"):
            self._block(label, concept)
            return
        kind, _, horizon = concept.partition(".")
        value = self._value(label, over=kind == "goal", words=kind in ("note", "contact"))
        if last_month(label.text) and kind == "goal":
            form.marks.add("month")
        put(form, concept, Horizon(horizon) if horizon in ("annual", "cycle") else None, label.text, value)

    def _block(self, label: Cell, concept: str) -> None:
        """A label at the left of several rows says what they are about."""
        last = label.row + label.row_span - 1
        if concept == "detail":
            self._detail_to = max(self._detail_to, last)
        elif _MONEY_WORDS.search(label.text):
            self._money_to = max(self._money_to, last)

    def _value(self, label: Cell, *, over: bool, words: bool) -> Printed | None:
        """The cell right of a label, or below it where another label or nothing stands on its right.

        `over`: below it first, where the label heads a column beside others. `words`: a word of the form at the end of
        the row is what was filled in (资金性质 | 一般公共预算).
        """
        beside, under = self._sheet.beside(label), self._sheet.under(label)
        if beside is not None and _NUMBERED_GOAL.fullmatch(less_layout(beside.text)):
            self._sheet.take(beside)
            beside = self._sheet.beside(beside)
        over = over and self._heads_a_column(label, beside, under)
        if not over and self._sheet.blank_beside(label):
            return None
        for cell in (under, beside) if over else (beside, under):
            if cell is None or self._sheet.taken(cell) or cell.column < label.column or says_unit(cell):
                continue
            last = cell is beside and self._sheet.beside(cell) is None
            if not self._is_label(cell) or (words and last and self._words.label(cell.text) is None):
                self._sheet.take(cell)
                return printed_cell(cell)
        return None

    def _heads_a_column(self, label: Cell, beside: Cell | None, under: Cell | None) -> bool:
        """总体目标 | 完成情况综述 over two texts: each heading has a cell of its own width below it."""
        if beside is None or under is None or beside.row != label.row or len(fold(beside.text)) > _LONGEST_LABEL:
            return False
        below = self._sheet.under(beside)
        same = under.column == label.column and under.column_span == label.column_span
        return same and below is not None and (below.column, below.column_span) == (beside.column, beside.column_span)

    def _is_label(self, cell: Cell) -> bool:
        words, text = self._words, cell.text
        if _LABEL.fullmatch(less_layout(text)):  # of a label that is not known, no value
            return True
        if words.label(text) or words.money(text) or words.axis(text) or words.meaning("form.axis_heading", text):
            return True
        return words.column(text) in ("level1", "level2", "name", "name.weak")

    # -- several things in one cell, and what is not known

    def _inline(self, cell: Cell, form: PrintedForm) -> bool:
        """A label and its value in one cell: `其中：财政拨款：100.00`."""
        if not (read_list(cell, form, self._words) or read_inline(cell, form, self._words)):
            return False
        self._sheet.take(cell)
        return True

    def _unknown(self, cell: Cell, form: PrintedForm) -> None:
        """A text that no row of the vocabulary knows: judged by what it may hide."""
        beside = self._sheet.beside(cell)
        filled = beside is not None and bool(beside.text.strip()) and not self._sheet.taken(beside)
        value = beside if filled and beside is not None and not self._is_label(beside) else None
        if value is None and self._heading(cell.text):
            self._sheet.take(cell)
            return
        if self._hides_money(cell, value):
            label = less_layout(cell.text).rstrip(":：")
            message = f"an amount stands beside a label that is not known: add `form.money,<funding source>,{label}`"
            where = source_of(value or cell)
            self._told.add(id(value or cell))
            form.findings.append(finding_at("unknown_line", message, where))
            return
        self._sheet.take(cell)
        text = ""
        if value is not None:
            self._sheet.take(value)
            text = less_layout(value.text)
        if text and not says_nothing(text):
            form.project.notes.append((less_layout(cell.text).rstrip(":："), text))
            form.project.flags.add("unknown_label")
        elif value is None and not says_nothing(cell.text):
            form.project.notes.append(("", less_layout(cell.text)))
            form.project.flags.add("unknown_label")

    def _hides_money(self, cell: Cell, value: Cell | None) -> bool:
        text = less_layout(cell.text)
        if self.money.measures and any(self._is_money_at(cell.row, columns) for _, _, columns in self.money.measures):
            return True
        if value is None:
            lone = is_amount(text) and (cell.row <= self._money_to or "." in text)
            listed = len(_PAIR.findall(text)) > 1 and "。" not in text
            return lone or listed or (len(text) <= 60 and _DECIMAL.search(text) is not None)
        if not is_amount(value.text):
            return False
        return cell.row <= self._money_to or "." in value.text or _MONEY_WORDS.search(text) is not None

    def _is_money_at(self, row: int, columns: tuple[int, ...]) -> bool:
        cells = [self._sheet.at(row, column) for column in columns]
        return any(cell is not None and cell.row == row and is_amount(cell.text) for cell in cells)


def read_list(cell: Cell, form: PrintedForm, words: Words) -> bool:
    """Take a cell that lists sources with their amounts: 总额30万元 财政拨款：20万元（其中：上级资金：5万元）….

    Each must be known and nothing else may be a number; what is not so is no list.
    """
    text = less_layout(cell.text)
    pairs = list(_PAIR.finditer(text))
    if len(pairs) < 2 or any(character.isdigit() for character in _PAIR.sub("", text)):
        return False
    named = [(words.money(pair["label"]), pair) for pair in pairs]
    if any(concept is None or concept == "total.cycle" for concept, _ in named):
        return False
    form.asks_money = True
    for concept, pair in named:
        amount = Printed(text=pair["amount"], source=replace(source_of(cell), text=pair["amount"]))
        form.project.money.append(PrintedMoney(concept=concept or "", label=pair["label"], amount=amount))
    return True


def read_inline(cell: Cell, form: PrintedForm, words: Words) -> bool:
    """Take a label and its value that stand in one cell; False: the cell is not that."""
    text = less_layout(cell.text)
    glued = _GLUED.fullmatch(text)
    source = words.money(glued["label"]) if glued else None
    if glued is not None and source is not None:
        form.asks_money = True
        amount = Printed(text=glued["amount"], source=source_of(cell))
        form.project.money.append(PrintedMoney(concept=source, label=glued["label"], amount=amount))
        return True
    for colon in re.finditer(r"[:：]", text):
        label, rest = text[: colon.start()], text[colon.end() :].strip()
        concept, money = words.label(label), words.money(label) or words.axis(label)
        rest = less_next_label(rest, words)
        if not rest or (money is None and concept in (None, "heading", "detail", "tasks")):
            continue
        value = Printed(text=rest, source=source_of(cell))
        form.money_units |= concept_of_unit(cell)
        if money is not None and concept is None:
            form.asks_money = True
            form.project.money.append(PrintedMoney(concept=money, label=label, amount=value))
        elif concept is not None:
            horizon = concept.partition(".")[2]
            put(form, concept, Horizon(horizon) if horizon in ("annual", "cycle") else None, label, value)
        return True
    return False


def less_next_label(text: str, words: Words) -> str:
    """A value without the label that follows it in the same line: 某局 of 某局单位负责人：."""
    for colon in re.finditer(r"[:：]", text):
        for begin in range(max(0, colon.start() - 10), colon.start() - 1):
            concept = words.label(text[begin : colon.start()])
            if concept is not None or fold(text[begin : colon.start()]) in ("单位", "金额单位"):
                return text[:begin].strip(" ，,；;（(")
    return text


def put(form: PrintedForm, concept: str, horizon: Horizon | None, label: str, value: Printed | None) -> None:
    """Put a value where its label says that it belongs."""
    project = form.project
    name = less_layout(label).rstrip(":：")
    if concept == "project":
        project.name = value
        form.named = True
    elif value is None:
        return
    elif concept == "organisation":
        project.organisation = project.organisation or value
    elif concept == "department":
        project.department = value
    elif concept == "department.own":
        form.department = value
    elif concept in ("goal", "goal.annual", "goal.cycle"):
        project.goals.append((horizon, name, value))
    elif concept == "staff":
        form.staff = value
    elif concept == "subordinate_units":
        form.subordinate_units = value
    elif concept in ("execution_rate", "weight", "score"):
        project.execution.setdefault("rate" if concept == "execution_rate" else concept, value)
    elif concept != "contact":
        project.notes.append((name, value.text))
