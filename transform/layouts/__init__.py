"""The registry of layouts. A new layout is one module in this package and one line here (docs/layouts.md)."""

from __future__ import annotations

from transform.layouts.budget_statement import BUDGET_STATEMENT
from transform.layouts.department_target_form import DEPARTMENT_TARGET_FORM
from transform.layouts.layout import Layout
from transform.layouts.project_forms import PROJECT_TARGET_FORM, SELF_EVALUATION
from transform.layouts.project_target_table import PROJECT_TARGET_TABLE

LAYOUTS: tuple[Layout, ...] = (
    PROJECT_TARGET_TABLE,
    PROJECT_TARGET_FORM,
    DEPARTMENT_TARGET_FORM,
    SELF_EVALUATION,
    BUDGET_STATEMENT,
)
"""Every layout that is recognised; names are unique."""
