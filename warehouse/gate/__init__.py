"""The gate: what must hold of staged filings (`expectations`), how it is asked (`validation`) and what follows from it
(`verdicts`)."""
