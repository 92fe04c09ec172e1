"""Adapters to publishers' portals, each one screen; `AnyPortal` is what a catalogue may declare."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from extract.portals.addresses import Addresses
from extract.portals.columns import Columns
from extract.portals.folder import Folder
from extract.portals.gkmlpt import Gkmlpt
from extract.portals.portal import Portal
from extract.portals.records import Records

ADAPTERS: tuple[type[Portal], ...] = (Gkmlpt, Columns, Records, Addresses, Folder)

AnyPortal = Annotated[Gkmlpt | Columns | Records | Addresses | Folder, Field(discriminator="adapter")]
