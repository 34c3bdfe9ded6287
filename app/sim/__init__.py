"""The demonstration city: a feed server in a process of its own, no back door."""
