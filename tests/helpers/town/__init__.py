"""A small town with one source of every kind, each on a real server, for the end-to-end tests."""
