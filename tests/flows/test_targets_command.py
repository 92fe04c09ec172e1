"""`yusuan targets` shows how targets are read: of a file, of standard input, of the catalogue's filings."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def yusuan(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flows", "targets", *arguments]
    return subprocess.run(command, input=given, capture_output=True, text=True)


def test_one_target_from_standard_input() -> None:
    answer = yusuan("-", given="≥90%\n")
    assert answer.returncode == 0, answer.stderr
    assert "≥90% → ratio >= 90 %" in answer.stdout


def test_a_name_after_a_tab_gives_the_unit(tmp_path: Path) -> None:
    (tmp_path / "targets.txt").write_text("85\t满意度（%）\n12月底前\n", encoding="utf-8")
    rows = json.loads(yusuan(str(tmp_path / "targets.txt"), "--year", "2024", "--json").stdout)
    assert [row["reading"]["value_unit"] for row in rows] == ["%", None]
    assert rows[1]["reading"]["target_date"] == "2024-12-31"


def test_review_puts_unread_numbers_first() -> None:
    answer = yusuan("-", "--review", given="≥90%\n1/3的村集体收入达到15万\n")
    assert answer.stdout.splitlines()[0].endswith("UNREAD")


def test_without_a_file_the_catalogues_filings_are_read() -> None:
    answer = yusuan("--review")
    assert answer.returncode == 0, answer.stderr
    assert "企业满意率80%以上 → ratio >= 80 %" in answer.stdout


def test_a_file_that_is_no_text_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "targets.bin").write_bytes(b"\xff\xfe\x00")
    answer = yusuan(str(tmp_path / "targets.bin"))
    assert answer.returncode == 1
    assert "not a UTF-8 text file" in answer.stderr
    assert "Traceback" not in answer.stderr
