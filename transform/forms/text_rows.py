"""Forms whose borders were lost, as rows of cells: cells between bars or tabs, a row a line, or one cell a line.

The vocabulary finds labels and the head of the indicators; below it the words of a row are given to the head's columns
by what each column may hold. Where two ways are as good, the row is not read: it holds the form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from extract.document import Line
from transform.forms.indicators import SYMBOL, less_points
from transform.forms.sheet import is_amount
from transform.forms.words import Words
from transform.targets.taxonomy import PARENTS, Levels

_BARS = re.compile(r"[|\t｜]")
_ROW_END = re.compile(r"\s*[|｜]{2,}\s*")
_BAR = ("|", "｜")
_FEWEST_CELLS = 8
_NUMBER = re.compile(r"\d+(?:\.\d+)?[%％分]?")
_LONGEST_UNIT = 8
_DIGITS = re.compile(r"\d")
_NAMED = 4
"""Characters of a second level that names its branch itself: 社会效益."""
_IN_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_WORD = re.compile(r"[\u4e00-\u9fff]+")
_SENTENCE = re.compile(r"[，。；,;]")
_LEVELS = ("level1", "level2")
_REMARKS = frozenset({"note", "deviation", "forecast"})
_SKIPPED = frozenset({*_REMARKS, "operator", "unit", "weight", "score", "actual", "ordinal", "value", ""})
"""Columns that a row may leave empty."""


def cells_of(line: str) -> tuple[list[str], bool]:
    """The words of a line, and whether bars or tabs part them (empty cells are kept then)."""
    if _BARS.search(line):
        cells = [cell.strip() for cell in _BARS.split(line)]
        while cells and not cells[-1]:
            cells.pop()
        return (cells[1:] if cells and not cells[0] and line.lstrip()[:1] in "|｜" else cells), True
    return _bracketed(line.split()), False


def _bracketed(cells: Sequence[str]) -> list[str]:
    """Words with what stands in brackets whole: 收益率( ≥**% ) is one."""
    whole: list[str] = []
    for cell in cells:
        if whole and (_opened(whole[-1]) > 0 or cell[0] in "(（"):
            whole[-1] += cell
        else:
            whole.append(cell)
    return whole


def _opened(text: str) -> int:
    return sum(text.count(bracket) for bracket in "(（") - sum(text.count(bracket) for bracket in ")）")


@dataclass(frozen=True, slots=True)
class RowHead:
    """The columns of a head of indicators that came as text."""

    roles: tuple[str, ...]

    @classmethod
    def of(cls, cells: Sequence[str], words: Words) -> RowHead | None:
        """The head that a row of words is; None: it is none."""
        concepts = [words.column(cell) or ("heading" if words.label(cell) else "") for cell in cells]
        roles = tuple(concept.partition(".")[0] for concept in concepts)
        found = set(roles)
        if "level2" not in found or not {"name", "value"} <= found or "" in found:
            return None
        return cls(roles)

    def last_level(self) -> int:
        return max(at for at, role in enumerate(self.roles) if role in _LEVELS)


def levels_of(cells: Sequence[str], current: str, levels: Levels) -> list[tuple[str, str]]:
    """The level words that a row begins with, each with its role; `current` is the level 1 above."""
    found: list[tuple[str, str]] = []
    for at, cell in enumerate(cells[:2]):
        plain = less_points(cell)
        following = less_points(cells[at + 1]) if at + 1 < len(cells) else ""
        first, second = levels.level1(plain), levels.level2(plain)
        worded = plain.endswith(("指标", "指标等")) or plain in ("产出", "效益", "满意度", "成本")
        worded = worded or (plain == second and (PARENTS.get(plain) == current or len(plain) >= _NAMED))
        if not found and first and worded and (levels.level2(following, first) or first not in ("成本", current)):
            found.append(("level1", cell))
        elif second and (worded or found) and not any(role == "level2" for role, _ in found):
            found.append(("level2", cell))
        else:
            break
    return found


def placed(
    head: RowHead, cells: Sequence[str], current: str, words: Words, *, barred: bool, single: bool = False
) -> dict[int, str] | None:
    """Column by column what a row says; None: not known, or in two ways alike.

    `single`: its cells came one a line, so that a name is one of them, a remark cannot be told from the next name, and
    a row of a self-evaluation must be whole.
    """
    if barred and len(cells) == len(head.roles):
        return dict(enumerate(cells))
    if head.roles.count("value") > 1 and head.roles.count("level2") > 1:  # what is long beside what is of the year
        return None
    begin = _level_at(head, cells, current, words.levels)
    if begin is None:
        return _sum(head, cells)
    levels = levels_of(cells[begin:], current, words.levels)
    start = head.last_level() + 1
    first = min(head.roles.index(role) for role in _LEVELS if role in head.roles)
    row = {first - begin + at: text for at, text in enumerate(cells[:begin])}
    row |= {head.roles.index(role): text for role, text in levels if role in head.roles}
    rest = list(cells[begin + len(levels) :])
    if barred:
        if len(rest) > len(head.roles) - start:
            return None
        return row | {start + at: text for at, text in enumerate(rest)}
    roles = [role if not single or role not in _REMARKS else "" for role in head.roles[start:]]
    ways = list(_ways(roles, rest, words, longest=1 if single else len(rest)))
    if single and "actual" in roles:
        ways = [(score, way) for score, way in ways if len(way) == sum(1 for role in roles if role)]
    if not ways or (len(rest) == 1 and _DIGITS.search(rest[0])):  # a name alone, to which its value may be glued
        return None
    best = max(score for score, _ in ways)
    finest = [way for score, way in ways if score == best]
    said = {tuple((head.roles[start + at], text) for at, text in sorted(way.items())) for way in finest}
    return row | {start + at: text for at, text in finest[-1].items()} if len(said) == 1 else None


def _level_at(head: RowHead, cells: Sequence[str], current: str, levels: Levels) -> int | None:
    """Where the level words of a row begin: after the cells of a project, in a table of many; None: there are none."""
    if "project" not in head.roles or levels_of(cells, current, levels):
        return 0
    most = min(head.roles.index(role) for role in _LEVELS if role in head.roles)
    found = next((at for at in range(1, min(most, len(cells) - 1) + 1) if levels_of(cells[at:], current, levels)), None)
    return 0 if found is None and not (len(cells) <= 2 and is_amount(cells[-1])) else found


def _sum(head: RowHead, cells: Sequence[str]) -> dict[int, str] | None:
    """A row of a department or 合计 in a table of many projects: a name and an amount."""
    if "total" not in head.roles or len(cells) != 2:
        return None
    return {0: cells[0], head.roles.index("total"): cells[1]}


def _ways(
    roles: Sequence[str], rest: Sequence[str], words: Words, *, longest: int
) -> Iterator[tuple[int, dict[int, str]]]:
    """Every way of giving the words to the columns in order, with how well it fits; a name may be of several words."""
    if not roles:
        if not rest:
            yield 0, {}
        return
    role = roles[0]
    if role in _SKIPPED:
        for score, way in _ways(roles[1:], rest, words, longest=longest):
            yield score - (role == "value"), {at + 1: text for at, text in way.items()}
    most = longest if role == "name" else 1 if role else 0
    for length in range(1, min(most, len(rest)) + 1):
        text = "".join(rest[:length])
        fits = _fits(role, text, words)
        if fits is None:
            continue
        for score, way in _ways(roles[1:], rest[length:], words, longest=longest):
            yield score + fits - (length - 1), {0: text} | {at + 1: other for at, other in way.items()}


@lru_cache(maxsize=8192)
def _fits(role: str, text: str, words: Words) -> int | None:
    """How well a word fits a column; None: it cannot stand there."""
    operator = SYMBOL.fullmatch(text) is not None or words.meaning("operator.words", text) is not None
    number = _NUMBER.fullmatch(text) is not None
    if role == "operator":
        return 2 if operator else None
    if role in ("weight", "score"):
        return 2 if number else None
    if role == "unit":
        unit = not number and len(text) <= _LONGEST_UNIT and not operator and not _SENTENCE.search(text)
        return 1 if unit else None
    if role == "name":
        return None if number or operator else 1
    if role == "value":
        return None if operator and not number else 1
    return int(role == "actual" and any(character.isdigit() for character in text))


@dataclass(frozen=True, slots=True)
class TextRow:
    """The words of a line, or of several that a line break parted within a word."""

    cells: list[str]
    barred: bool
    line: Line


def rows_of(lines: Iterable[Line], words: Words) -> list[TextRow]:
    """The lines as rows, with words that a line break parted put together: 一级 / 指标 is 一级指标."""
    rows: list[TextRow] = []
    for line, cells, barred in _cells_of_lines(list(lines)):
        last = rows[-1] if rows else None
        if last and cells and not barred and not last.barred and _one_word(last.cells[-1], cells[0], words):
            joined = [*last.cells[:-1], last.cells[-1] + cells[0], *cells[1:]]
            rows[-1] = TextRow(joined, False, last.line)
        elif cells:
            rows.append(TextRow(cells, barred, line))
    return rows


def _cells_of_lines(lines: Sequence[Line]) -> Iterator[tuple[Line, list[str], bool]]:
    """Each line's cells; where a bar ends each cell's line, those of a row, which bars alone on a line end.

    Without such ends the cells are those of a text of one cell a line: a bar then says nothing.
    """
    if not _is_cell_a_line(lines):
        yield from ((line, *cells_of(line.text)) for line in lines)
        return
    texts = [line.text.strip() for line in lines]
    if not any(map(_ROW_END.fullmatch, texts)):
        yield from ((line, cells_of(text.rstrip("|｜"))[0], False) for line, text in zip(lines, texts, strict=True))
        return
    begun = _rows_begin_with_bar(texts)
    row: list[str] = []
    first = lines[0]
    for at, (line, text) in enumerate(zip(lines, texts, strict=True)):
        first = first if row else line
        ends = _ROW_END.fullmatch(text) or text[-1:] not in _BAR
        if ends:
            row += [text] if text and not _ROW_END.fullmatch(text) else []
        elif begun and text in _BAR and row[-1:] == [""] and texts[at + 1 : at + 2] != [text]:
            row.pop()  # the bar before ended the row, this one begins the next
            ends = True
        elif not (begun and text in _BAR and not row):
            row.append(text[:-1].strip())
        if ends:
            yield first, row, len(row) > 1
            row = []
    yield first, row, len(row) > 1


def _rows_begin_with_bar(texts: Sequence[str]) -> bool:
    """Whether a bar alone begins most rows, below the bars that end the one before."""
    ends = [following for text, following in pairwise(texts) if _ROW_END.fullmatch(text)]
    return 2 * sum(1 for following in ends if following in _BAR) > len(ends)


def _is_cell_a_line(lines: Sequence[Line]) -> bool:
    """Whether most lines with bars hold one cell and the bar that ends it."""
    barred = [line.text.strip() for line in lines if _BARS.search(line.text) and not _ROW_END.fullmatch(line.text)]
    alone = sum(1 for text in barred if len(_BARS.findall(text)) == 1 and text[-1] in "|｜")
    return len(barred) > _FEWEST_CELLS and 4 * alone >= 3 * len(barred)


def _one_word(first: str, second: str, words: Words) -> bool:
    if words.is_label(first) and (_IN_BRACKETS.fullmatch(second) or second == "指标"):
        return True
    if not _WORD.fullmatch(first) or (words.is_label(first) and words.is_label(second)):
        return False
    whole = first + second
    parts = len(first) <= 8 and len(second) <= 8 and not words.is_label(first)
    return parts and (
        words.is_label(whole)
        or (whole.endswith("指标") and (words.levels.level1(whole) or words.levels.level2(whole)) is not None)
    )
