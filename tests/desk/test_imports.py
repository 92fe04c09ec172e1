"""Imports point down: flows → desk → warehouse → transform → extract."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOUSE = ("extract", "transform", "warehouse", "desk", "flows")


@pytest.mark.parametrize("package", HOUSE)
def test_no_package_imports_one_above_it(package: str) -> None:
    above = HOUSE[HOUSE.index(package) + 1 :]
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _imported(node)
        if name.partition(".")[0] in above
    ]
    assert wrong == []


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
