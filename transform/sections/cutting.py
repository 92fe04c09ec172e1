"""The runs of a document: which blocks belong together, and which engine reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extract.document import Block, Document, Grid, Line, Page
from transform.sections.families import Family, family_of
from transform.sections.furniture import is_furniture
from transform.sections.goal_lines import heading_with_goal
from transform.sections.heading_lines import heading_of, is_foot, may_be_heading
from transform.tables.columns import Column, declared_columns
from transform.vocabulary import Vocabulary

Place = tuple[int, int]
"""Where a block stands: (position of its page, position in the page)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A run of blocks that one engine reads; statements are one run, wherever they stand, since they check each other.

    `family` None: lines and tables that no family claimed.
    """

    family: Family | None
    places: tuple[Place, ...]

    def slice_of(self, document: Document) -> Document:
        """The document with nothing but the run's blocks; pages without one are left out."""
        kept = set(self.places)
        pages: list[Page] = []
        for at, page in enumerate(document.pages):
            blocks = tuple(block for position, block in enumerate(page.blocks) if (at, position) in kept)
            if blocks:
                pages.append(replace(page, blocks=blocks))
        return replace(document, pages=tuple(pages), findings=())


def cut(document: Document, vocabulary: Vocabulary) -> tuple[Cut, ...]:
    """The document's runs in printed order; each block is in exactly one."""
    runs = sorted(_runs(document, declared_columns(vocabulary), vocabulary), key=lambda run: run.places[0])
    statements = [run for run in runs if run.family is Family.STATEMENT]
    if not statements:
        return tuple(_joined_rest(runs))
    # Statements, and with them what no other family claimed: cover, list of contents and prose say what they must hold.
    whole = [run for run in runs if run.family in (Family.STATEMENT, None)]
    places = tuple(sorted(place for run in whole for place in run.places))
    others = [run for run in runs if run.family not in (Family.STATEMENT, None)]
    return tuple(sorted([Cut(family=Family.STATEMENT, places=places), *others], key=lambda run: run.places[0]))


def _joined_rest(runs: Sequence[Cut]) -> Iterator[Cut]:
    """Runs that nobody claimed and that follow each other are one."""
    rest: list[Place] = []
    for run in runs:
        if run.family is None:
            rest += run.places
            continue
        if rest:
            yield Cut(family=None, places=tuple(rest))
            rest = []
        yield run
    if rest:
        yield Cut(family=None, places=tuple(rest))


def _runs(document: Document, columns: Sequence[Column], vocabulary: Vocabulary) -> Iterator[Cut]:
    """Walk the blocks: a table of a family begins a run or goes on with one, lines wait until it is known whose."""
    family: Family | None = None
    run: list[Place] = []
    last: Grid | None = None
    waiting: list[tuple[Place, Line]] = []
    for place, block in _blocks(document):
        if isinstance(block, Line):
            if is_furniture(block.text, vocabulary):
                yield Cut(family=None, places=(place,))
            else:
                waiting.append((place, block))
            continue
        lines = [line for _, line in waiting]
        heading = heading_of(lines, block.page)
        found = family_of(block, [line.text for line in heading], columns, vocabulary)
        if found is Family.FORM:
            heading = heading_with_goal(lines, block.page, vocabulary)
        if last is not None and _goes_on(family, last, lines, found, block):
            run += [*(each for each, _ in waiting), place]
        else:
            foot = _foot(lines) if family is not None else 0
            own = max(len(lines) - len(heading), foot) if found is not None else len(lines)
            yield from _ended(family, [*run, *(each for each, _ in waiting[:foot])])
            yield from _ended(None, [each for each, _ in waiting[foot:own]])
            family, run = found, [*(each for each, _ in waiting[own:]), place]
        last, waiting = block, []
    foot = _foot([line for _, line in waiting]) if family is not None else 0
    yield from _ended(family, [*run, *(each for each, _ in waiting[:foot])])
    yield from _ended(None, [each for each, _ in waiting[foot:]])


def _ended(family: Family | None, places: Sequence[Place]) -> Iterator[Cut]:
    if places:
        yield Cut(family=None if family is Family.FURNITURE else family, places=tuple(places))


def _goes_on(family: Family | None, last: Grid, lines: Sequence[Line], found: Family | None, grid: Grid) -> bool:
    """Whether the table belongs to the run before it.

    One of the same family does, unless prose parts them: the forms of a run follow each other. One that shows no
    family goes on with what stands before it if nothing but page numbers is between them, or if its columns are the
    same; under a title of its own it is another table.
    """
    if family is Family.FURNITURE:
        return False
    between = [line for line in lines if not is_foot(line.text)]
    if found is None:
        return not between or (last.n_columns == grid.n_columns and len(between) <= 1)
    return found is family and all(may_be_heading(line.text) for line in between)


def _foot(lines: Sequence[Line]) -> int:
    """How many of the lines below a table are its notes and who filled it in."""
    return next((at for at, line in enumerate(lines) if not is_foot(line.text)), len(lines))


def _blocks(document: Document) -> Iterator[tuple[Place, Block]]:
    for at, page in enumerate(document.pages):
        for position, block in enumerate(page.blocks):
            yield (at, position), block
