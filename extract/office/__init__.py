"""Readers of Office files: text documents and workbooks, old and new."""
