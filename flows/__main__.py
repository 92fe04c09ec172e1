"""`python -m flows` is `yusuan`."""

from flows.cli import main

main()
