"""Bringing filings in: courtesy towards hosts, a confined connection, the archive, and visits that fill it.

courtesy, confinement → fetcher → visit (what an adapter sees) → collecting → listings, archive.
"""
