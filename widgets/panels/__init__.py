"""Panels, one file each, found by their class line."""
