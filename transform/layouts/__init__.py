"""The registry of layouts. A new layout is one module in this package and one line here (docs/layouts.md)."""

from __future__ import annotations

from transform.layouts.budget_statement import BUDGET_STATEMENT
from transform.layouts.forms import FORMS
from transform.layouts.layout import Layout
from transform.layouts.project_target_table import PROJECT_TARGET_TABLE

LAYOUTS: tuple[Layout, ...] = (PROJECT_TARGET_TABLE, *FORMS, BUDGET_STATEMENT)
"""Every layout that is recognised; names are unique."""
