"""What a person sees of a run: one line per filing, on stderr; the same lines stand on the run's page in Prefect.

Every line carries the load and the filing it is about. On a terminal they scroll above a progress bar; elsewhere they
are plain lines, or JSON objects with `YUSUAN_LOG_FORMAT=json` for a log collector.
"""

from __future__ import annotations

import datetime
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from extract.errors import YusuanError

logger = logging.getLogger("yusuan")
_console = Console(stderr=True, highlight=False)


def log(message: str, *, load_id: int | None = None, filing_id: str | None = None, level: int = logging.INFO) -> None:
    """Say one thing about one load and, if given, one of its filings."""
    about = " · ".join(filter(None, (f"load {load_id}" if load_id is not None else "", filing_id)))
    logger.log(
        level, "%s", f"{about} · {message}" if about else message, extra={"load_id": load_id, "filing_id": filing_id}
    )


class _OnTerminal(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        style = {logging.WARNING: "yellow", logging.ERROR: "red"}.get(record.levelno)
        _console.print(record.getMessage(), style=style, markup=False, soft_wrap=True)


class _AsJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "load_id": getattr(record, "load_id", None),
            "filing_id": getattr(record, "filing_id", None),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class _OursNeedNoTraceback(logging.Filter):
    """An error of ours explains itself: Prefect says it, but not where in the program it was raised."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], YusuanError):
            record.exc_info = None
        return True


def show_logs(log_format: str = "plain") -> None:
    """Print our lines in this process, once."""
    logger.setLevel(logging.INFO)
    if any(getattr(handler, "name", None) == "yusuan" for handler in logger.handlers):
        return
    handler: logging.Handler
    if log_format == "plain" and _console.is_terminal:
        handler = _OnTerminal()
    else:
        handler = logging.StreamHandler()
        handler.setFormatter(
            _AsJson() if log_format == "json" else logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S")
        )
    handler.name = "yusuan"
    logger.addHandler(handler)
    logger.propagate = False
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).addFilter(_OursNeedNoTraceback())


class FilingProgress:
    """How many filings were found and how many are decided."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task = bar.add_task("filings", total=0)
        self._found = 0

    def found(self, filings: int) -> None:
        self._found += filings
        self._bar.update(self._task, total=self._found)

    def decided(self) -> None:
        self._bar.advance(self._task)


@contextmanager
def progress() -> Iterator[FilingProgress]:
    """A bar while the block runs. Invisible where there is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=_console, transient=True, disable=not _console.is_terminal) as bar:
        yield FilingProgress(bar)
