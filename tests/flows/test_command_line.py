"""The command line as a whole: it answers at once, and it explains its errors."""

from __future__ import annotations

import subprocess
import sys
from typing import get_args

import pytest
from typer.testing import CliRunner

from extract.catalogue import FilingKind, FilingScope
from flows.cli import app
from transform.records import Kind, Scope

SLOW_TO_IMPORT = ("prefect", "great_expectations", "pandas", "sqlalchemy", "pdfplumber")


def test_help_imports_nothing_slow() -> None:
    program = "import sys; import flows.cli; print([name for name in sys.argv[1:] if name in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", program, *SLOW_TO_IMPORT], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


def test_help_lists_the_commands() -> None:
    answer = subprocess.run([sys.executable, "-m", "flows", "--help"], capture_output=True, text=True, check=True)
    assert "version" in answer.stdout


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--kind", "nosuch"),
        ("--scope", "bureau"),
        ("--money-unit", "角"),
        ("--year", "20255"),
        ("--region", "44"),
        ("--id", "An Id"),
        ("--publisher", "某局"),
    ],
)
def test_a_value_that_an_option_does_not_know_is_refused_before_anything_is_read(option: str, value: str) -> None:
    given = {"--id": "ours-2024", "--publisher": "ours", "--region": "440103"} | {option: value}
    answer = CliRunner().invoke(app, ["load", __file__, *(word for pair in given.items() for word in pair)])
    assert answer.exit_code == 2, answer.output


def test_a_year_cannot_be_an_assumption_that_nobody_made() -> None:
    given = ["--id", "ours-2024", "--publisher", "ours", "--region", "440103", "--assumed"]
    answer = CliRunner().invoke(app, ["load", __file__, *given])
    assert (answer.exit_code, "--year" in answer.output) == (2, True)


def test_the_catalogue_knows_the_kinds_and_scopes_that_filings_have() -> None:
    assert set(get_args(FilingKind)) == set(Kind) - {Kind.MIXED}
    assert set(get_args(FilingScope)) == set(Scope)
