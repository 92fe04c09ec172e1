"""Forms of labels and values with a table of indicators: project and department targets, self-evaluations, regions,
monitoring, in every province's print.

`walk` goes through the blocks and finds where each form begins; `fields`, `money`, `heads`, `indicators` and `tasks`
read its cells into what they print; `records` makes the records, one section per form. What the words mean is rows of
`transform/vocabulary/forms.csv`.
"""

from __future__ import annotations

from transform.forms.kinds import looks_like_form
from transform.forms.records import VERSION, read_forms
from transform.forms.text_grids import with_forms_as_grids

__all__ = ["VERSION", "looks_like_form", "read_forms", "with_forms_as_grids"]
