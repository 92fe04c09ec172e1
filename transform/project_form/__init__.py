"""项目支出绩效目标申报表 and 绩效自评表: one form per project, several forms in a document.

What the forms print, and what each word means, is data (`declared`); one engine reads them (`header`, `grid`), one
makes the
records (`records`). A province's variant is a name in a table, not a function.
"""

from __future__ import annotations

from transform.project_form.declared import PROJECT_TARGET_FORM, SELF_EVALUATION
from transform.project_form.records import read_project_forms

__all__ = ["PROJECT_TARGET_FORM", "SELF_EVALUATION", "read_project_forms"]
