"""The command line as a whole: it answers at once, and it explains its errors."""

from __future__ import annotations

import subprocess
import sys

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
