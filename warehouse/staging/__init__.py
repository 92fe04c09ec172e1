"""Staging: the rows of filings that are being loaded (`rows`), whose they are and whose turn it is (`batch`), and where
they lie (`area`)."""
