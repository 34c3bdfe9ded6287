"""Subcommands of `python main.py` that need no Qt, one file each."""
