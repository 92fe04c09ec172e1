"""A plain list of documents' addresses, for publishers without a list worth following."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from extract.declared import Declared
from extract.portals.pages.links import file_name_of
from extract.portals.portal import FilingRef, Portal, Visit


class Document(Declared):
    url: Annotated[str, Field(pattern=r"^https?://")]
    title: str = ""


class Addresses(Portal):
    """`documents` are taken as they stand; `address` is the page where the publisher shows them, for people."""

    adapter: Literal["addresses"]
    address: str = ""
    documents: Annotated[tuple[Document, ...], Field(min_length=1)]

    def addresses(self) -> tuple[str, ...]:
        return tuple(document.url for document in self.documents)

    def discover(self, visit: Visit) -> Iterator[tuple[FilingRef, ...]]:  # noqa: ARG002 (nothing to look up)
        for document in self.documents:
            title = document.title or file_name_of(document.url)
            yield (FilingRef(article=document.url, url=document.url, title=title, page_url=self.address or None),)
