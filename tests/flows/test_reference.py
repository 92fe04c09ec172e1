"""docs/commands.md and docs/settings.md say what the program does: every command, option and setting, up to date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from flows.cli import app
from flows.reference import DOCS, PAGES, README, readme, settings_page, star_schema


def _commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    yield name, command
    for child_name, child in getattr(command, "commands", {}).items():
        yield from _commands(child, f"{name} {child_name}")


COMMANDS = dict(_commands(typer.main.get_command(app), "yusuan"))


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_the_program_declares(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run `make docs`"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_each_of_its_options_is_explained(name: str) -> None:
    command = COMMANDS[name]
    assert command.help, f"{name} has no help"
    unexplained = [parameter.name for parameter in command.params if not getattr(parameter, "help", None)]
    assert not unexplained, f"{name}: no help for {unexplained}"


def test_every_setting_is_explained() -> None:
    unexplained = [
        line for line in settings_page().splitlines() if line.startswith("| `YUSUAN_") and line.endswith("|  |")
    ]
    assert not unexplained


def test_the_picture_in_the_readme_is_the_schema() -> None:
    assert star_schema() in README.read_text(encoding="utf-8")
    assert readme() == README.read_text(encoding="utf-8"), "run `make docs`"
