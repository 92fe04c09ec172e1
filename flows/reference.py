"""`python -m flows.reference`: writes the generated pages of docs/ from what the program itself declares."""

from __future__ import annotations

from pathlib import Path

import typer.main
from pydantic_settings import BaseSettings
from typer.cli import get_docs_for_click

from desk.settings import DeskSettings
from extract.settings import FetchSettings
from flows.cli import app
from flows.settings import RunSettings
from warehouse.schema.creation import creation_script
from warehouse.schema.dictionary import data_dictionary
from warehouse.server.settings import Settings

README = Path(__file__).parent.parent / "README.md"
DOCS = README.parent / "docs"
FIRST_REVISION = README.parent / "warehouse/migrations/versions/0001_star_schema.sql"
_GROUPS: tuple[tuple[str, type[BaseSettings]], ...] = (
    ("Warehouse", Settings),
    ("Runs", RunSettings),
    ("Fetching and archive", FetchSettings),
    ("Desk", DeskSettings),
)


def commands_page() -> str:
    """Every command with its arguments and options."""
    command = typer.main.get_command(app)
    page = get_docs_for_click(obj=command, ctx=typer.Context(command, info_name="yusuan"), name="yusuan")
    return f"<!-- written by `make docs` -->\n\n{page.strip()}\n"


def settings_page() -> str:
    """Every setting with its default and what it means."""
    lines = ["<!-- written by `make docs` -->", "", "# Settings", ""]
    lines += ["Environment variables, or lines of a file `.env` in the current folder.", ""]
    for title, settings in _GROUPS:
        lines += [
            f"## {title}",
            "",
            (settings.__doc__ or "").strip(),
            "",
            "| variable | default | meaning |",
            "|---|---|---|",
        ]
        for name, field in settings.model_fields.items():
            default = "" if field.default in (None, "") else f"`{field.default}`"
            meaning = " ".join((field.description or "").split()).replace("|", r"\|")
            prefix = settings.model_config["env_prefix"]
            lines.append(f"| `{prefix}{name.upper()}` | {default} | {meaning} |")
        lines.append("")
    lines += ["Prefect's own settings (`PREFECT_API_URL` …) are honoured; what is set is never overwritten."]
    return "\n".join(lines) + "\n"


def star_schema() -> str:
    """The two facts that carry measures and the dimensions around them, as a Mermaid diagram."""
    from warehouse.schema import METADATA

    facts = ("fact_budget", "fact_indicator")
    around = {
        fact: {key.column.table.name for key in METADATA.tables[f"dw.{fact}"].foreign_keys} - set(facts)
        for fact in facts
    }
    shared = sorted(set.intersection(*around.values()))
    lines = ["```mermaid", "flowchart LR", "  classDef fact fill:#fde68a,stroke:#b45309,color:#000"]
    lines += [f"  {fact}[({fact})]:::fact" for fact in facts]
    lines += [f"  {name} --- fact_budget" for name in sorted(around["fact_budget"] - set(shared))]
    lines += [f"  fact_budget --- {name} --- fact_indicator" for name in shared]
    lines += [f"  fact_indicator --- {name}" for name in sorted(around["fact_indicator"] - set(shared))]
    return "\n".join([*lines, "```"])


def readme() -> str:
    """README.md with the picture drawn anew between its two marks."""
    before, mark, rest = README.read_text(encoding="utf-8").partition("<!-- star schema, by `make docs` -->\n")
    after = rest.partition("<!-- end -->")[2]
    return f"{before}{mark}{star_schema()}\n<!-- end -->{after}"


PAGES = {"commands.md": commands_page, "settings.md": settings_page, "data-dictionary.md": data_dictionary}


def write() -> None:
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
    README.write_text(readme(), encoding="utf-8")
    FIRST_REVISION.write_text(creation_script(), encoding="utf-8")


if __name__ == "__main__":
    write()
