"""A city's catalogues as they stand in its files: rows, indices, targets, faults."""
