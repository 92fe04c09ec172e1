"""The flags: what may be odd about a record or a reading, as layouts and the grammar of targets tell it.

A flag travels with its row to the mart; `warehouse.schema.flags` says each in Chinese.
"""

from __future__ import annotations

from typing import Literal

Flag = Literal[
    "approximate",
    "code_missing",
    "confused_characters",
    "contradictory_operators",
    "damaged",
    "damaged_characters",
    "empty",
    "funding_source_assumed",
    "garbled_operator",
    "grading_scale",
    "horizon_unclear",
    "inferred",
    "level1_missing",
    "level1_unknown",
    "money_unit_assumed",
    "name_missing",
    "no_fiscal_year",
    "no_stated_total",
    "no_such_day",
    "not_a_range",
    "number_gap",
    "number_not_own",
    "number_repeat",
    "number_restart",
    "operator_on_range",
    "operator_without_number",
    "other_stage",
    "other_unit",
    "rate_per_period",
    "repaired",
    "repeated",
    "rounded",
    "scale_without_unit",
    "source_missing",
    "stray_text",
    "template_residue",
    "two_readings",
    "unit_contradiction",
    "unknown_label",
]
