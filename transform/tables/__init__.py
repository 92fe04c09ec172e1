"""Project tables: one row per project, read from grids, from text between tabs and from text that lost its cells."""
