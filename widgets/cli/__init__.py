"""Subcommands of `python main.py` that need Qt, one file each."""
