"""The reader of web pages."""
