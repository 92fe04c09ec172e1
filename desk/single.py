"""A filing as one HTML file, for a mail: what the desk shows of it, each cell a link to its row and back."""

from __future__ import annotations

import base64
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from desk.app import STATIC, environment
from desk.look import PICTURED, page_texts, sheet
from desk.marks import Texts
from desk.pictures import Pictures
from desk.seen import lay_rows, seen_blocks
from desk.words import Words
from extract.errors import ArchiveError, ReadError
from warehouse.read.filing_page import FilingPage, filing_page, rows_of

MOST = 60
"""Pages that one file shows."""


def single_page(connection: sa.Connection, pictures: Pictures, filing_id: str, language: str = "zh") -> str:
    """The newest version of a filing: its sections, and each page that rows were read from with its picture.

    Raises WarehouseError if there is no such filing.
    """
    filing = filing_page(connection, filing_id)
    numbers = _numbers(filing)
    leaves = [_leaf(connection, pictures, filing, number) for number in numbers[:MOST]]
    css = Markup((STATIC / "desk.css").read_text(encoding="utf-8"))
    return environment().get_template("single.html").render(
        t=Words(language), head=filing.head, sections=filing.sections, whole=filing.reasons(None), css=css,
        leaves=[leaf for leaf in leaves if leaf["rows"]], left_out=max(0, len(numbers) - MOST),
    )  # fmt: skip


def _numbers(filing: FilingPage) -> list[int | None]:
    """The pages of sections with records, those that wait first; [None] without pages."""
    if not filing.head.pages:
        return [None]
    ranked = sorted(filing.sections, key=lambda one: one.status != "held")
    numbers = [
        number
        for one in ranked
        if one.part == "records" and one.first_page
        for number in range(one.first_page, (one.last_page or one.first_page) + 1)
    ]
    return list(dict.fromkeys(numbers))


def _leaf(connection: sa.Connection, pictures: Pictures, filing: FilingPage, number: int | None) -> dict[str, Any]:
    rows = rows_of(connection, filing, page=number)
    texts = page_texts(connection, filing, number)
    leaf: dict[str, Any] = {"number": number, "rows": rows, "picture": "", "blocks": []}
    try:
        if filing.head.medium in PICTURED and number is not None:
            leaf |= sheet(pictures, filing, number, rows, texts)
            leaf["picture"] = base64.b64encode(pictures.page(filing.head.sha256, number)).decode()
        else:
            document = pictures.document(filing.head.sha256)
            paged = number if any(page.number == number for page in document.pages) else None
            leaf["blocks"], _ = seen_blocks(document, paged)
            lay_rows(leaf["blocks"], rows, Texts((), ()))
    except (ReadError, ArchiveError):
        return leaf
    return leaf
