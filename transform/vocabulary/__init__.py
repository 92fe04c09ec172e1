"""What filings print, as rows of CSV: how a concept is spelled, where that spelling counts, where it was seen.

A spelling counts in one place: `statement.measure` is the head of a column of money, `form.label` a label of a form,
and so on; the file of each room lists its places. Engines ask `Vocabulary.meaning(place, text)`; they know no spelling
and no publisher. The bundled rows are loaded once, at import; what a deployment or a person adds lies over them and
reaches an engine as a value (`Declaration.vocabulary`).
"""

from __future__ import annotations

from transform.vocabulary.folding import fold
from transform.vocabulary.met import ROW_TO_ADD, Words, words_met
from transform.vocabulary.rows import Spelling, VocabularyError, bundled_rows, read_rows
from transform.vocabulary.vocabulary import BUNDLED, Vocabulary

__all__ = [
    "BUNDLED",
    "ROW_TO_ADD",
    "Spelling",
    "Vocabulary",
    "VocabularyError",
    "Words",
    "bundled_rows",
    "fold",
    "read_rows",
    "words_met",
]
