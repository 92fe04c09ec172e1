"""The `yusuan` command line: one module per group of commands."""
