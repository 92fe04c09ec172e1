"""What the gate asks of the registered layouts: their names with versions, and the floors their filings must reach."""

from __future__ import annotations

from transform import layouts
from transform.layouts.layout import Layout


def layout_versions() -> frozenset[str]:
    """Name and version of each registered layout, e.g. `project_target_table-3`."""
    return frozenset(f"{layout.name}-{layout.version}" for layout in layouts.LAYOUTS)


def layout_named(name: str) -> Layout:
    """The registered layout of that name. Raises KeyError if records come from a layout that is not registered."""
    return {layout.name: layout for layout in layouts.LAYOUTS}[name]
