"""What bytes mean: one file per format, found by its name; files with a leading `_` are shared."""
