"""The PDF reader: the one place that knows pypdfium2 and pdfplumber.

characters → (paths → tables, gutters) → page → continuation over page breaks; `reader.read_pdf` is the door.
"""
