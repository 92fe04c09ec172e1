"""A form whose project's name and goal stand above its table as lines of the page, not in its cells:

    某某服务项目绩效目标 / （一）中长期绩效目标 / (the goal, in prose) / （二）中长期绩效指标 / the table

The goal is prose, which parts a heading from its table elsewhere; under the label of a goal it belongs to the form.
"""

from __future__ import annotations

from collections.abc import Sequence

from extract.document import Line
from transform.forms.words import Words
from transform.sections.heading_lines import heading_of
from transform.vocabulary import Vocabulary

_MOST_LINES = 40
"""A goal in prose is no longer, with the labels around it."""


def heading_with_goal(above: Sequence[Line], page: int | None, vocabulary: Vocabulary) -> list[Line]:
    """The heading of a form, with the goal in prose above it where a line labels one."""
    heading = heading_of(above, page)
    words = Words(vocabulary)
    first = len(above) - len(heading)
    if any(_labels_goal(line, words) for line in heading):
        return heading
    for at in range(first - 1, max(first - _MOST_LINES, 0) - 1, -1):
        if _labels_goal(above[at], words):
            return [*heading_of(above[:at], above[at].page), *above[at:]]
    return heading


def _labels_goal(line: Line, words: Words) -> bool:
    concept = words.label(line.text) or ""
    return concept in ("goal", "goal.annual", "goal.cycle")
