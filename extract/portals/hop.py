"""One request of an interface, declared: how it is asked, and where in the answer things are."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from extract.declared import Declared

PLACE = re.compile(r"\{([a-z_]\w*)\}", re.IGNORECASE)
"""A place in an address or a body that a field fills."""


class Hop(Declared):
    """Places as `{id}` are filled with the fields of the hops before, `{n}` with the page's number.

    `{from}` and `{to}` are the first and last entry of a page of `size`, counted from 1.
    """

    url: Annotated[str, Field(pattern=r"^https?://[^/{}]+")]
    method: Literal["GET", "POST"] = "GET"
    form: dict[str, str] | None = None
    """Body of a POST as a form."""
    json_body: Annotated[dict[str, Any] | None, Field(alias="json")] = None
    """Body of a POST as JSON."""
    first: int = 1
    """Number of the first page."""
    size: int = 15
    """Entries of a page, for `{from}` and `{to}`."""
    format: Literal["json", "xml"] = "json"
    items: str = ""
    """Path to the entries, as `data.list` or `pages[0].rows`; '' is the whole answer."""
    fields: dict[str, str] = Field(default_factory=dict)
    """Name → path within an entry. `title`, `date`, `department`, `url` and `id` mean what they say."""
    html: bool = False
    """What `items` leads to is HTML; `item`, `link`, `date` are CSS selectors within it."""
    item: str | None = None
    link: str = "a[href]"
    date: str | None = None
    total: str = ""
    """Path to how many entries there are."""
    pages: str = ""
    """Path to how many pages there are."""

    model_config = Declared.model_config | {"populate_by_name": True}

    @model_validator(mode="after")
    def _bodies_are_posted(self) -> Hop:
        if (self.form is not None or self.json_body is not None) and self.method != "POST":
            raise ValueError("a body needs method: POST")
        return self

    @property
    def is_paged(self) -> bool:
        return bool({"n", "from", "to"} & set(self.names()))

    def names(self) -> list[str]:
        """Names of the places in its address and body."""
        return PLACE.findall(self.url) + PLACE.findall(str(self.form or "")) + PLACE.findall(str(self.json_body or ""))


class Document(Declared):
    """Where a file is, from the fields of the hops."""

    url: str
    name: str = ""
