"""Kinds of base, one file each."""
