"""What becomes of each section of a filing: from what the gate found and what persons have accepted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from transform.records import Part


class SectionName(NamedTuple):
    """By what a section is known again in another version of its filing."""

    layout: str | None
    title: str | None
    unit: str | None
    ordinal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRead:
    """One section as it was staged."""

    seq: int
    part: Part
    name: SectionName
    kind: str | None
    amounts: int


@dataclass(frozen=True, slots=True)
class Reason:
    """One failure that holds something: the sections it holds, None: all of the filing."""

    expectation: str
    message: str
    sections: tuple[int, ...] | None

    def __str__(self) -> str:
        return f"{self.expectation}: {self.message}"

    def holds(self, section: int) -> bool:
        return self.sections is None or section in self.sections


Accepted = Callable[[Reason, int | None], bool]
"""Whether a person has accepted that the reason holds this section (None: the filing)."""

_UNPUBLISHED = {Part.NARRATIVE: "text", Part.FURNITURE: "text", Part.UNREAD: "unread", Part.MISSING: "missing"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What may be published of a filing."""

    statuses: Mapping[int, str]
    """`published`, `held`, `missing`, `unread` or `text` by section."""
    reasons: Mapping[int, tuple[str, ...]]
    """Why a section is held, one line each, by section."""
    of_filing: tuple[str, ...]
    """Why all of the filing is held; empty if it is not."""
    status: str
    """`published`, `partial` or `held`."""

    def lines(self) -> tuple[str, ...]:
        """Every reason once, those of the whole filing first."""
        said = (line for seq in sorted(self.reasons) for line in self.reasons[seq])
        return tuple(dict.fromkeys((*self.of_filing, *said)))

    def held_for(self, why: Iterable[str]) -> Ruling:
        """The same, but that the whole filing waits."""
        of_filing = (*self.of_filing, *why)
        return Ruling(statuses=self.statuses, reasons=self.reasons, of_filing=of_filing, status="held")


def _nothing(_reason: Reason, _section: int | None) -> bool:
    return False


def rule(sections: Sequence[SectionRead], reasons: Sequence[Reason], accepted: Accepted = _nothing) -> Ruling:
    """What holds one section holds no other; a filing is published in part when sections are held, missing or unread.

    A section that is unread and prints no amount of money is missed by nobody.
    """
    of_filing = tuple(str(one) for one in reasons if one.sections is None and not accepted(one, None))
    statuses: dict[int, str] = {}
    of_sections: dict[int, tuple[str, ...]] = {}
    for section in sections:
        own = [one for one in reasons if one.sections is not None and section.seq in one.sections]
        held = tuple(str(one) for one in own if not accepted(one, section.seq))
        if section.part in (Part.UNREAD, Part.MISSING):
            statuses[section.seq] = _UNPUBLISHED[section.part]
        elif held or (of_filing and section.part is Part.RECORDS):
            statuses[section.seq] = "held"
        else:
            statuses[section.seq] = _UNPUBLISHED.get(section.part, "published")
        of_sections[section.seq] = held
    return Ruling(
        statuses=statuses, reasons=of_sections, of_filing=of_filing, status=_status(sections, statuses, of_filing)
    )


def _status(sections: Sequence[SectionRead], statuses: Mapping[int, str], of_filing: Sequence[str]) -> str:
    lacking = any(
        statuses[one.seq] in ("held", "missing") or (statuses[one.seq] == "unread" and one.amounts > 0)
        for one in sections
    )
    passed = "published" in statuses.values()
    if of_filing or (lacking and not passed) or (any(one.part is Part.RECORDS for one in sections) and not passed):
        return "held"
    return "partial" if lacking else "published"


@dataclass(frozen=True, slots=True)
class SectionShown:
    """One section that the current version of a filing shows."""

    seq: int
    name: SectionName
    kind: str | None


def lost(shown: Collection[SectionShown], sections: Sequence[SectionRead], ruling: Ruling) -> list[SectionShown]:
    """The sections that the current version shows and the new one would not.

    One that is called otherwise now is found again among those of its kind that nothing else stands for.
    """
    passed = {one.name: one for one in sections if ruling.statuses[one.seq] == "published"}
    gone = [one for one in shown if one.name not in passed]
    named = {one.name for one in sections}
    free = [one.kind for name, one in passed.items() if name not in {each.name for each in shown}]
    missed = []
    for one in gone:
        if one.name not in named and one.kind in free:
            free.remove(one.kind)
        else:
            missed.append(one)
    return missed
