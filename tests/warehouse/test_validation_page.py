"""The page of a load shows every expectation and every failing row, and needs nothing from anywhere."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import Engine

from tests.warehouse.builders import project, records, submission
from tests.warehouse.test_held import SHORT
from warehouse.errors import WarehouseError
from warehouse.gate.expectations import EXPECTATIONS
from warehouse.gate.validation_page import newest_load, validation_page
from warehouse.loading import load_filings
from warehouse.loads import start_load


def test_a_page_says_what_was_held_and_why(loader: Engine) -> None:
    hostile = records(projects=(project(1, "<script>alert(1)</script>"),), indicators=(), stated_totals=())
    filings = [submission(SHORT), submission(hostile, filing_id="hostile", sha256="b" * 64)]
    load_id = start_load(loader, "nightly")
    load_filings(loader, load_id, filings)
    with loader.connect() as connection:
        assert newest_load(connection) == load_id
        page = validation_page(connection, load_id)
    assert all(f"<td>{expectation.id}</td>" in page for expectation in EXPECTATIONS)
    assert "difference 7,240,000.00" in page
    assert "合计 739.00" in page
    assert not re.search(r"https?://|<script|<link|@import|url\(", page)


def test_a_load_that_is_not_there_is_an_error(loader: Engine) -> None:
    with loader.connect() as connection:
        with pytest.raises(WarehouseError, match="there is no load 99"):
            validation_page(connection, 99)
        with pytest.raises(WarehouseError, match="nothing has been validated yet"):
            newest_load(connection)
