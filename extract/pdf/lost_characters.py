"""Characters that a page's content shows and PDFium's text page does not give: noticed, never published in silence.

A text object none of whose glyphs has an extent gives no character. Of a font that is embedded that is a blank: it
draws nothing. Of one that is not, or cannot be used, it may be a text that everybody sees; what it says, only another
parser knows, so such a page is read by plain pdfplumber too, and compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import repeat

from extract.pdf import foreign
from extract.pdf.characters import Characters

UNKNOWN = "?"
"""What is lost where the other parser cannot tell either."""


def count_silent(text_page: int, texts: Sequence[int]) -> int:
    """How many of a page's text objects, by their handles, have no character and a font that is not in the file."""
    if not texts:
        return 0
    count = max(0, int(foreign.count_characters(text_page)))
    heard = set(map(foreign.get_text_object, repeat(text_page), range(count)))
    return sum(1 for text in texts if text not in heard and not _is_embedded(text))


def missing_from(read: Characters, reference: Characters) -> str:
    """The characters of `reference`, blanks left out, that `read` has not, or not as often."""
    return "".join(sorted((_drawn(reference) - _drawn(read)).elements()))


def _is_embedded(text: int) -> bool:
    font = foreign.get_font(text)
    return bool(font) and foreign.is_embedded(font) == 1


def _drawn(characters: Characters) -> Counter[str]:
    codes: Iterable[int] = characters.codes[~characters.blank].tolist()
    return Counter(map(chr, codes))
