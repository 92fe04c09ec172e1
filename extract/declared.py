"""What a catalogue file declares: frozen, and nothing in it that is not known."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
