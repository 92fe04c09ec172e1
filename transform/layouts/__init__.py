"""The registry of layouts. A new layout is one module in this package and one line here (docs/layouts.md)."""

from __future__ import annotations

from transform.layouts.layout import Layout

LAYOUTS: tuple[Layout, ...] = ()
"""Every layout that is recognised; names are unique."""
