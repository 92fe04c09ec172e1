"""A document cut into sections: runs of blocks under one heading, each read by the layout that it shows.

`cutting` finds the runs, `families` says what a table shows itself to be, `headings` which lines above a table are
its heading, `prose` what lines outside all tables are; `reading` has each run read, and `assembly` joins what was
read into the records of the filing.
"""

from __future__ import annotations

from transform.sections.cutting import Cut, cut
from transform.sections.families import Family

__all__ = ["Cut", "Family", "cut"]
