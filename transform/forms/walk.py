"""All forms of a section, block by block: each begins with its title or project, and ends where the next begins."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from extract.document import Cell, Document, Grid, Line
from transform.amounts import read_money_unit
from transform.checks.coverage import characters
from transform.forms.fields import Fields, read_inline
from transform.forms.heads import Head, read_head, used
from transform.forms.indicators import IndicatorRows
from transform.forms.printed import PrintedForm
from transform.forms.sheet import Sheet, is_amount
from transform.forms.tasks import TaskRows
from transform.forms.words import Words
from transform.passages import less_layout
from transform.printed import Printed, finding_at, printed_cell, source_of
from transform.records import Horizon, Source
from transform.sections.headings import years_in
from transform.vocabulary import fold

_LONGEST_TITLE = 70
_UNIT_LINE = 16
"""Characters of a line that says the unit of money and a year."""
_YEAR_ALONE = re.compile(r"[（(]?\s*(?:20\d\d)\s*[)）]?\s*年?度?\s*[)）]?")
_FORM_NUMBER = re.compile(r"(?:附件|附表|表|公开)?[-\d一二三四五六七八九十.]*(?:表|号)?[:：]?")
_PRINTED_ON = re.compile(r"(?:发布|发文|生成|公开|更新|发表|成文|打印|填报|编制|申报)(?:时间|日期)")
_NAMED_BY_TITLE = re.compile(
    r"^(?:附[件表]\d*[:：]?)?(?:20\d\d年度?)?(?P<name>.{3,}?)(?:项目)?(?:支出)?(?:预算)?绩效(?:目标|自评|监控)"
)
_NO_NAME = re.compile(r"部门|单位|预算$|财政$|^项目|整体|年度$|政策和$|区域$|转移支付$")


@dataclass(slots=True)
class Walk:
    """The forms as they are found; a line or a row of headings waits for the form that begins below it."""

    words: Words
    forms: list[PrintedForm] = field(default_factory=list)
    title: str | None = None
    """Of the first form."""
    heading: list[str] = field(default_factory=list)
    """All lines outside the forms that name a year or a unit of money, and titles."""
    _waiting: PrintedForm = field(default_factory=PrintedForm)
    """The form whose headings are read and that has not begun."""
    _goal: tuple[Horizon | None, str] | None = None
    """A line that is a goal's label: the lines below it are the goal."""
    _goal_begun: bool = False
    _over: Horizon | None = None
    """The horizon of the indicators that a line names."""
    _rows: IndicatorRows | None = None
    _tasks: TaskRows | None = None

    def read(self, document: Document) -> None:
        for page in document.pages:
            for block in page.blocks:
                if isinstance(block, Grid):
                    self._grid(block)
                else:
                    self._line(block)
        self._leave_waiting()

    # -- forms

    def form(self) -> PrintedForm:
        """The form that goes on, or the one that begins here."""
        if not self.forms:
            self._begin()
        return self.forms[-1]

    def _begin(self) -> None:
        """A new form begins, under the headings that wait for it."""
        self.forms.append(self._waiting)
        self._waiting = PrintedForm()

    def _leave_waiting(self) -> None:
        """Headings that no form followed belong to the last one."""
        if self.forms:
            last, rest = self.forms[-1], self._waiting
            last.characters += rest.characters
            last.unconsumed += rest.unconsumed
            last.pages |= rest.pages

    def _heads_a_form(self, cell: Cell) -> bool:
        """Whether a label begins a new form: the head of one stands above its indicators, never below them."""
        concept = self.words.label(cell.text)
        if concept == "project":
            return not self.forms or (not self.forms[-1].empty() and self._has_name_or_rows())
        begins = concept in ("organisation", "department", "department.own", "goal", "goal.annual")
        return begins and bool(self.forms) and self.forms[-1].filled_rows() and bool(self._waiting.title)

    def _has_name_or_rows(self) -> bool:
        form = self.forms[-1]
        return form.named or form.filled_rows() or form.project.name is not None

    # -- text outside the grids

    def _line(self, line: Line) -> None:
        if not line.text.strip():
            return
        form = self._waiting
        form.characters += characters(line.text)
        form.pages |= {line.page} if line.page else set()
        cell = Cell(row=0, column=0, text=line.text, page=line.page, line=line.line, box=line.box)
        if self._goal_line(cell, form) or self._heading(line.text):
            return
        if not (self._labelled(line.text) and read_inline(cell, form, self.words)):
            form.unconsumed.append(source_of(cell))

    def _goal_line(self, cell: Cell, form: PrintedForm) -> bool:
        """A goal in prose: （一）中长期绩效目标 on a line, its text on the next; and labels of the indicators."""
        concept, _, horizon = (self.words.label(cell.text) or "").partition(".")
        named = Horizon(horizon) if horizon in ("annual", "cycle") else None
        if concept == "goal" and horizon != "done":
            self._goal = named, less_layout(cell.text)
            self._goal_begun = False
            return True
        over = self.words.horizon(cell.text) if "指标" in cell.text else None
        self._over = Horizon(over) if over else self._over
        if concept == "heading" or over is not None:
            self._goal = None
            return True
        return self._goal is not None and self._goal_text(cell, self._goal, form)

    def _goal_text(self, cell: Cell, goal: tuple[Horizon | None, str], form: PrintedForm) -> bool:
        """A line of a goal's text: the first below its label, and those on which it goes on."""
        plain = less_layout(cell.text)
        if not self._goal_begun and (
            _YEAR_ALONE.fullmatch(plain) or (len(plain) <= _UNIT_LINE and read_money_unit(plain))
        ):
            return self._heading(cell.text)
        printed = printed_cell(cell)
        if printed is None or (self._goal_begun and (self.words.kind_of_title(cell.text) or self._labelled(cell.text))):
            self._goal = None
            return False
        if self._goal_begun:
            former = form.project.goals.pop()[2]
            printed = replace(printed, text=former.text + printed.text, source=former.source)
        form.project.goals.append((*goal, printed))
        self._goal_begun = True
        return True

    def _labelled(self, text: str) -> bool:
        """A line of one label and its value: 填报单位：…, 项目名称：…."""
        label, colon, _ = less_layout(text).partition("：" if "：" in text else ":")
        concept = self.words.label(label) if colon else None
        return concept in ("organisation", "department.own", "department", "project", "contact")

    def _heading(self, text: str) -> bool:
        """Take a title, a year or a unit of money that stands above a form."""
        plain = less_layout(text)
        short = len(plain) <= _LONGEST_TITLE and not _PRINTED_ON.search(plain)
        title = short and self.words.kind_of_title(plain) is not None and not re.search(r"[。；;]", plain)
        if title and (self._waiting.title is None or len(plain) > len(self._waiting.title)):
            self._waiting.title = plain
            self.title = self.title or plain
        unit = read_money_unit(plain)
        dated = short and (years_in(plain) or _YEAR_ALONE.fullmatch(plain))
        if title or unit or dated:
            self._waiting.heading.append(plain)
            self.heading.append(plain)
            return True
        return short and _FORM_NUMBER.fullmatch(plain) is not None

    # -- grids

    def _grid(self, grid: Grid) -> None:
        sheet = Sheet(grid)
        self._goal = None
        if not self.forms and not self._belongs(sheet):
            self._waiting.unconsumed += [source_of(cell) for cell in sheet.left()]
            self._waiting.characters += sum(characters(cell.text) for cell in sheet.left())
            return
        fields = Fields(sheet, self.words, self._heading)
        goes_on = self._rows is not None and used(self._rows.head) < grid.n_columns
        self._rows = self._rows.on(sheet) if self._rows is not None and goes_on else None
        position = 0
        owners: dict[int, PrintedForm] = {}
        while position < grid.n_rows:
            position = self._row(sheet, fields, position, owners)
        self._account(sheet, fields, owners)

    def _belongs(self, sheet: Sheet) -> bool:
        """Whether a grid has any word of a form: the block of an index (索引号, 发布机构) above it has none."""
        words = self.words
        concepts = [words.label(cell.text) for cell in sheet.left()]
        known = sum(1 for concept in concepts if concept and concept not in ("note", "contact", "heading"))
        money = sum(1 for cell in sheet.left() if words.money(cell.text) or words.axis(cell.text))
        head = any(words.column(cell.text) in ("level1", "level2") for cell in sheet.left())
        return head or known + money >= 2

    def _row(self, sheet: Sheet, fields: Fields, position: int, owners: dict[int, PrintedForm]) -> int:
        """Read one row, or the rows of one head; the row that follows."""
        begun = sheet.begun(position)
        head = read_head(sheet, position, self.words, self._over)
        if head is None and any(self._heads_a_form(cell) for cell in begun):
            self._rows = self._tasks = None
            fields.money.forget()
            self._begin()
        if head is not None:
            self._begin_rows(head, sheet)
            following = head.last_row + 1
        elif (tasks := TaskRows.begin(sheet, position, self.words, self.form())) is not None:
            self._tasks, self._rows, following = tasks, None, position + 1
        elif self._tasks is not None and self._tasks.read(sheet, position, self.form()):
            following = position + 1
        elif self._rows is not None and self._rows.is_row(position):
            self._rows.read(position, self.form())
            following = position + 1
        else:
            self._tasks = None
            self._head_row(sheet, fields, position)
            following = position + 1
        for row in range(position, following):
            owners[row] = self.forms[-1] if self.forms else self._waiting
        return following

    def _begin_rows(self, head: Head, sheet: Sheet) -> None:
        fresh = bool(self.forms) and self.forms[-1].filled_rows() and self._waiting.title is not None
        many = bool(head.project) and (not self.forms or (self.forms[-1].filled_rows() and not self._same_table()))
        if many or (fresh and self._another_title()):
            self._begin()
        form = self.form()
        self._tasks, self._over = None, None
        form.named, form.many = form.named or bool(head.project), form.many or bool(head.project)
        self._name_by_title(form)
        self._rows = IndicatorRows(head, sheet, self.words)
        sheet.take(*(cell for cell in head.words if all(cell is not other for other in head.unknown)))
        form.marks |= head.roles & {"actual", "score", "deviation"}
        if head.month:
            form.marks.add("month")
        if head.project:
            form.named = True
            form.money_units |= self._rows.money_units()
        form.project.flags |= {"unknown_label"} if head.noted else set()
        for cell in head.unknown:
            label = less_layout(cell.text)
            message = f"this column is not known and may hold targets: add `form.column,<what it holds>,{label}`"
            form.findings.append(finding_at("unknown_column", message, source_of(cell)))

    def _name_by_title(self, form: PrintedForm) -> None:
        """A form without a label for its project's name has it in its title: 某某服务项目绩效目标."""
        found = [match for line in form.heading if (match := _NAMED_BY_TITLE.match(line))]
        names = [match["name"] for match in found if not _NO_NAME.search(match["name"])]
        if names and not (form.named or form.department or form.project.name):
            form.project.name = Printed(text=names[-1], source=Source(text=names[-1]))
            form.project.flags.add("inferred")

    def _same_table(self) -> bool:
        """Whether a table of many projects goes on under its head, and maybe its title, printed again."""
        return self.forms[-1].many and (self._waiting.title is None or not self._another_title())

    def _another_title(self) -> bool:
        """A page repeats its form's title; another title begins another form."""
        return fold(self._waiting.title or "") != fold(self.forms[-1].title or "")

    def _head_row(self, sheet: Sheet, fields: Fields, position: int) -> None:
        begun = sheet.begun(position)
        lone = len(begun) == 1 and self.words.label(begun[0].text) is None and not self._below(begun[0])
        if lone and self._heading(begun[0].text):
            sheet.take(begun[0])
            return
        fields.read(position, self.form())

    def _below(self, cell: Cell) -> bool:
        return bool(self.forms) and self.forms[-1].filled_rows() and self.words.ends(cell.text)

    def _account(self, sheet: Sheet, fields: Fields, owners: dict[int, PrintedForm]) -> None:
        """Enter every cell into the coverage of the form in whose rows it stands; an amount that is left holds it."""
        for cell in sheet.grid.cells:
            form = owners[cell.row]
            form.characters += characters(cell.text)
            form.pages |= {cell.page} if cell.page else set()
        for cell in sheet.left():
            form, where = owners[cell.row], source_of(cell)
            form.unconsumed.append(where)
            told = any(finding.evidence == where.text for finding in form.findings)
            if is_amount(cell.text) and "." in cell.text and cell.row in fields.rows and not told:
                message = "an amount stands beside no line that the form declares"
                form.findings.append(finding_at("unknown_line", message, where))


def read_walk(document: Document, words: Words) -> Walk:
    """Read every form of a section."""
    walk = Walk(words)
    walk.read(document)
    return walk
