"""Whose each filing of a listing is: the publisher's own, or that of a department of its region."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath

from extract.catalogue import Publisher
from extract.departments import UNKNOWN_PUBLISHER, Attributed, Department, DepartmentTable, attribute
from extract.document import Document, Finding, Grid, Medium
from extract.errors import ReadError
from extract.fetch.listings import DECLARED, Listed, Listing, Member
from extract.reading import read_document

_HEADING_PARTS, _HEADING_CHARACTERS = 12, 600
_NOTHING = "–"
"""Heading of a document that has none or cannot be read."""


class Attributing:
    """Attributes the filings of one publisher's portal by the table of its region's departments."""

    def __init__(self, publisher: Publisher, departments: Iterable[Department]) -> None:
        self._publisher = publisher
        self._asked = publisher.portal.departments if publisher.portal else None
        self._table = DepartmentTable(departments, publisher.region_code)

    def of(self, listed: Listed, member: Member) -> tuple[Publisher, Finding | None]:
        """The publisher of a document, and why its filing is to be held if it is."""
        if self._asked is None:
            return self._publisher, None
        found = self._found(listed, member)
        here = self._publisher
        if found.department is None:
            unknown = {"id": f"{UNKNOWN_PUBLISHER}-{here.region_code}", "name": "未知", "portal": None}
            return here.model_copy(update=unknown), found.finding
        department = {"id": found.department.id, "name": found.department.name, "portal": None}
        return here.model_copy(update={**department, "region": found.department.region}), found.finding

    def with_headings(self, listing: Listing, path_of: Callable[[str], Path]) -> Listing:
        """The listing with the headings of the documents that nothing else attributes."""
        if self._asked is None or "document" not in self._asked.sources:
            return listing
        return listing.model_copy(
            update={"documents": tuple(self._with_heading(each, path_of) for each in listing.documents)}
        )

    def _with_heading(self, listed: Listed, path_of: Callable[[str], Path]) -> Listed:
        if listed.key.startswith(DECLARED):
            return listed
        if listed.medium is Medium.ZIP:
            members = [
                member.model_copy(update={"heading": heading_of(path_of(member.sha256))})
                if not member.heading and self._found(listed, member).department is None
                else member
                for member in listed.members
            ]
            return listed.model_copy(update={"members": tuple(members)})
        if listed.sha256 is None or listed.medium is None or listed.heading:
            return listed
        whole = Member(path="", sha256=listed.sha256, filing_id=listed.filing_id)
        if self._found(listed, whole).department is not None:
            return listed
        return listed.model_copy(update={"heading": heading_of(path_of(listed.sha256))})

    def _found(self, listed: Listed, member: Member) -> Attributed:
        assert self._asked is not None
        folders = PurePosixPath(member.path.replace("!", "/")).parts[:-1]
        said: dict[str, Sequence[str]] = {
            "title": [listed.title, *([listed.name] if listed.name != listed.title else [])],
            "folder": [*folders, *([PurePosixPath(member.path).name] if member.path else [])],
            "document": [heading for heading in (member.heading or listed.heading,) if heading not in ("", _NOTHING)],
        }
        for source in ("field", "column", "article"):
            said[source] = [words for name, words in listed.said if name == source]
        return attribute(self._asked.sources, said, self._table)


def heading_of(path: Path) -> str:
    """The first lines and cells of a document."""
    try:
        parts = _parts(read_document(path))
    except ReadError:
        return _NOTHING
    return " ".join(parts)[:_HEADING_CHARACTERS] or _NOTHING


def _parts(document: Document) -> list[str]:
    parts: list[str] = []
    for page in document.pages:
        for block in page.blocks:
            texts = [cell.text for cell in block.cells] if isinstance(block, Grid) else [block.text]
            parts += ["".join(text.split()) for text in texts if text.strip()]
            if len(parts) >= _HEADING_PARTS:
                return parts[:_HEADING_PARTS]
    return parts
