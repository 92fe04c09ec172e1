"""Who published a document that a portal of many departments lists: a table of names, and what each source says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from extract.declared import Declared
from extract.document import Finding, Severity

Source = Literal["field", "column", "title", "article", "folder", "document"]
"""A field of the interface, a column of the list, the title, the article, the folder in a package, the document."""
UNKNOWN_PUBLISHER = "publisher-unknown"
"""Begins the id under which a document stands that nobody named a department for."""
_SHOWN = 200


class Attribution(Declared):
    """Who is asked for the department, the first that names one decides; another that names another one holds."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    sources: Annotated[tuple[Source, ...], Field(alias="from", min_length=1)]


class Department(Declared):
    """A department of a region: what it is called, was called, and is called for short."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,63}$")]
    name: str
    """Full official name; becomes `department` in the mart."""
    region_code: Annotated[str, Field(pattern=r"^\d{6}$")]
    region: str
    former: tuple[str, ...] = ()
    short: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attributed:
    """The department, or (None) why there is none; a department may come with a doubt that holds the filing."""

    department: Department | None
    finding: Finding | None = None


class DepartmentTable:
    """The departments of one region by every name that they have."""

    def __init__(self, departments: Iterable[Department], region_code: str) -> None:
        self._names: dict[str, Department] = {}
        """By folded name, the longest first."""
        own = [each for each in departments if each.region_code == region_code]
        named = [(_fold(name), each) for each in own for name in (each.name, *each.former, *each.short)]
        bare = [(_bare(_fold(each.name), _fold(each.region)), each) for each in own]
        self._regions = {end for each in own for end in _endings(_fold(each.region))}
        ambiguous: set[str] = set()
        for name, each in [*named, *bare]:
            if self._names.setdefault(name, each).id != each.id:
                ambiguous.add(name)
        for name in ambiguous:
            del self._names[name]
        self._full = {_fold(name) for each in own for name in (each.name, *each.former)}

    def named_in(self, words: str) -> tuple[Department, ...]:
        """The departments that a text names, each once; a name within a longer one does not count."""
        text = _fold(words)
        taken: list[tuple[int, int]] = []
        found: dict[str, Department] = {}
        for name in sorted(filter(None, self._names), key=lambda each: (-len(each), each)):
            for match in re.finditer(re.escape(name), text):
                start, end = match.span()
                if any(start < after and before < end for before, after in taken):
                    continue
                if name in self._full or self._is_of_region(text[:start]):
                    taken.append((start, end))
                    found.setdefault(self._names[name].id, self._names[name])
        return tuple(found.values())

    def _is_of_region(self, before: str) -> bool:
        """Whether a name without its region is not another region's (广州市教育局 on a district's page)."""
        if not before or before[-1] not in "省市区县州旗镇乡盟":
            return True
        return (
            any(before.endswith(end) for end in self._regions)
            or re.search(r"(^|[^\u4e00-\u9fff])[本我]?[省市区县]$", before) is not None
        )


def attribute(sources: Sequence[Source], said: Mapping[str, Sequence[str]], table: DepartmentTable) -> Attributed:
    """Who published a document by what each source says of it."""
    named: list[tuple[Source, Department]] = []
    for source in sources:
        departments = {each.id: each for words in said.get(source, ()) for each in table.named_in(words)}
        if len(departments) == 1:
            named += [(source, each) for each in departments.values()]
    seen = "; ".join(f"{source}: {words[:_SHOWN]}" for source in sources for words in said.get(source, ()) if words)
    if not named:
        message = f"nobody names a department of the table (yusuan departments add); seen: {seen or 'nothing'}"
        return Attributed(
            None, Finding(code="publisher_unknown", severity=Severity.CRITICAL, message=message, evidence=seen)
        )
    first, department = named[0]
    others = [f"{source} names {each.name}" for source, each in named[1:] if each.id != department.id]
    if others:
        message = f"{first} names {department.name}, {', '.join(others)}"
        doubt = Finding(code="publisher_disagrees", severity=Severity.CRITICAL, message=message, evidence=seen)
        return Attributed(department, doubt)
    return Attributed(department)


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _bare(name: str, region: str) -> str:
    """A department's name without its region: 广州市花都区教育局 → 教育局; '' if that is too short to name one."""
    for end in sorted(_endings(region), key=len, reverse=True):
        if name.startswith(end) and len(name) - len(end) >= 3:
            return name[len(end) :]
    return ""


def _endings(region: str) -> list[str]:
    """广州市花都区 → 广州市花都区, 花都区, 花都."""
    last = re.split(r"(?<=[省市州盟])(?=.)", region)[-1]
    return list(dict.fromkeys(each for each in (region, last, last[:-1] if len(last) > 2 else last) if each))
