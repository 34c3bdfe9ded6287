"""Panels and the dashboard as files, on the clipboard and on paper."""
