"""The `yusuan` command line: one module per group of commands.

Every module of this package holds `commands`, a Typer. One with a name is a group (`yusuan db …`), one without puts its
commands at the top level. A command module imports at its top only what is quick to import; what a command needs
(Prefect, SQLAlchemy, pdfplumber …) it imports within the function, so that `yusuan --help` answers at once.

Exit codes: 0 done, 1 something failed or an error explains itself on stderr, 2 the command line itself is wrong.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import typer

app = typer.Typer(
    name="yusuan",
    help="Budget and performance-target filings of Chinese governments, in a star schema an analyst can trust.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(help=app.info.help)
def _root() -> None:
    """Keeps `yusuan COMMAND` a group even while it has a single command."""


for _module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
    app.add_typer(importlib.import_module(f"{__name__}.{_module.name}").commands)


def main() -> None:
    """Run the command line; an error of ours is printed as one message, without a traceback."""
    from pydantic import ValidationError

    from extract.errors import YusuanError

    try:
        app(prog_name="yusuan")
    except YusuanError as error:
        typer.echo(f"yusuan: {error}", err=True)
    except ValidationError as error:  # of settings: whatever else is validated has an error of its own
        wrong = "; ".join(f"YUSUAN_{str(one['loc'][0]).upper()}: {one['msg']}" for one in error.errors())
        typer.echo(f"yusuan: wrong settings (environment or file .env): {wrong}", err=True)
    sys.exit(1)
