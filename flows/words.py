"""The vocabulary that a run reads by: the bundled rows, those of the deployment and those that persons added."""

from __future__ import annotations

import functools
from pathlib import Path

from sqlalchemy import Engine

from flows.errors import FlowError
from flows.settings import RunSettings
from transform.vocabulary import Spelling, Vocabulary, VocabularyError, read_rows
from warehouse.decide.vocabulary import in_force


@functools.lru_cache(maxsize=2)
def vocabulary_in_force(engine: Engine, load_id: int) -> Vocabulary:  # noqa: ARG001 - once a load
    """The vocabulary of a load; what is added while it runs counts from the next on.

    Raises FlowError naming the file and the line if YUSUAN_VOCABULARY cannot be used.
    """
    return current_vocabulary(engine)


def current_vocabulary(engine: Engine) -> Vocabulary:
    """The vocabulary as it is now. Raises FlowError if YUSUAN_VOCABULARY cannot be used."""
    try:
        with engine.connect() as connection:
            return in_force(connection, deployment_rows(RunSettings().vocabulary))
    except VocabularyError as error:
        raise FlowError(str(error)) from error


def deployment_rows(path: Path | None) -> tuple[Spelling, ...]:
    """The rows of the deployment's CSV. Raises FlowError if it cannot be read, VocabularyError naming its line."""
    if path is None:
        return ()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FlowError(f"YUSUAN_VOCABULARY: cannot read {path}: {error}") from error
    return read_rows(text, str(path))
