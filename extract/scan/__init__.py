"""Reading pictures of pages: deskew, ruling lines, cells, recognition of each line of a cell. Needs the extra `ocr`."""
