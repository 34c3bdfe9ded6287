"""Operator commands: one file each, found by its class line."""
