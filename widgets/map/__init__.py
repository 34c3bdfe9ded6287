"""The map's page and its windows: one scheme, one profile, a view per place where a map stands."""
