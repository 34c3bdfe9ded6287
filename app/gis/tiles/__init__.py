"""Bases of the map: where tiles come from, how they are kept, what a map owes to their makers."""
