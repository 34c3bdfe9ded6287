"""Feeds: one file per transport, found by its name; files with a leading `_` are shared."""
