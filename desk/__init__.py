"""The desk: a web page where a person looks at a filing, sees the cell behind a figure, and decides."""
