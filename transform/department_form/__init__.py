"""部门整体预算绩效目标申报表: one form per department, with its budget on several axes, its tasks and its indicators.

The form reaches us as lines (`text`) or as grids (`grid`); both give the same `FormCells`, from which `read` makes the
records. What the form prints is declared once, in `declared`.

Controls: the axes of the budget divide the same money, so each pair of axes is a control. Each printed axis is stated
by the sum of the next printed one, in a circle: `StatedTotal(scope=STATEMENT, statement="dept_expenditure")` carries
Σ `dept_income`, `dept_income` carries Σ `dept_level`, `dept_level` carries Σ `dept_expenditure`. So the filing's stated
total is the one at `dept_expenditure`, and what was loaded is the sum of that statement's lines.
"""

from __future__ import annotations

from transform.department_form.declared import GUANGZHOU
from transform.department_form.records import read

__all__ = ["GUANGZHOU", "read"]
