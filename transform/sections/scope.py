"""口径: whose money a filing shows, as title and cover say it: a department's, one unit's, a government's.

A department and its own office publish the same statements under the same name; only a word on the cover tells which
(部门预算 or 单位预算, 汇总 or 本级). What they leave open stays open: money of unknown scope is added to no other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, takewhile

from extract.document import Document, Finding, Line, Medium, Severity
from transform.passages import less_layout
from transform.records import Records, Scope
from transform.sections.government import heading_texts, is_of_government

_ACCOUNT = r"(?:综合|收支|整体|财政|年度|财务|支出|预算|项目|绩效)*(?:预算|决算|支出绩效|绩效目标|绩效自评|绩效评价)"
_EITHER = re.compile(r"部门[（(/、和及与]?单位[）)]?|单位[（(/、和及与]?部门[）)]?|部门预算(?:支出)?经济(?:分类|科目)")
"""Words of a form that serves both."""
_SUMMED = re.compile(r"[（(](?:部门)?汇总[）)]|汇总(?:部门)?(?:预算|决算)|(?:预算|决算)[（(]?汇总")
_OWN = re.compile(
    r"(?<![省市县区州盟旗])[（(](?:部门|单位|机关|[局委办厅部])?本级[）)]|(?:[局委办厅部会院署]|机关|部门|单位)本级|[（(]机关[）)]"
)
"""本级 of an authority; 市本级 and 区本级 are the level of a government."""
_TOLD_BY = (
    (_SUMMED, _OWN),
    (re.compile(rf"部门{_ACCOUNT}|部门整体"), re.compile(rf"单位{_ACCOUNT}|单位整体")),
)
"""What tells a department's and what a unit's, the surest first."""
_END_OF_COVER = re.compile(r"目录|^第一部分|^一、|^[（(]一[）)]")
_COVER_LINES = 12


def scope_of(title: str | None, cover: Sequence[str] = ()) -> Scope | None:
    """The scope that the cover's lines, else the title say; None: they say none, or both.

    `title` is the document's own or the heading's, `cover` the lines before any contents and text.
    """
    lines = [_plain(line) for line in cover]
    found = _said([*lines, "".join(lines)])
    return found or (_said([_plain(title)]) if title else None)


def read_scope(
    document: Document, records: Records, declared: Scope | None
) -> tuple[Scope | None, tuple[Finding, ...]]:
    """What cover and title print, else what is declared; else lines of several units are a department's.

    A declaration that the page contradicts is a critical finding.
    """
    printed = scope_of(document.title) if document.medium is Medium.HTML else None
    printed = printed or scope_of(records.title, cover_of(document)) or scope_of(document.title)
    if printed and declared and printed is not declared:
        message = f"declared as of scope {declared}, cover and title say {printed}"
        evidence = " | ".join([*cover_of(document), records.title or ""])[:200]
        finding = Finding(
            code="scope_contradiction", severity=Severity.CRITICAL, message=message, page=1, evidence=evidence
        )
        return printed, (finding,)
    units = {line.unit for line in records.budget_lines} | {project.unit for project in records.projects}
    return printed or declared or (Scope.DEPARTMENT if len(units) > 1 else None), ()


def cover_of(document: Document) -> list[str]:
    """The lines before the contents, the first heading of text, or the first row of a table."""
    cover: list[str] = []
    for block in islice(document.blocks(), _COVER_LINES):
        texts = [block.text] if isinstance(block, Line) else heading_texts(block)
        lines = list(takewhile(lambda text: not _END_OF_COVER.search(_plain(text)), texts))
        cover += lines
        if len(lines) < len(texts) or not isinstance(block, Line):
            break
    return cover[:_COVER_LINES]


def _said(texts: Sequence[str]) -> Scope | None:
    """What the texts say together; where they say both, or neither, the less sure words decide."""
    plain = [_EITHER.sub("", text) for text in texts]
    for department, unit in _TOLD_BY:
        is_department = any(department.search(text) for text in plain)
        is_unit = any(unit.search(text) for text in plain)
        if is_department != is_unit:
            return Scope.DEPARTMENT if is_department else Scope.UNIT
    return Scope.GOVERNMENT if any(is_of_government(text) for text in texts) else None


def _plain(text: str) -> str:
    return less_layout(text).replace(" ", "")
