"""The tests; a package, because one of their parts installs another of that name."""
