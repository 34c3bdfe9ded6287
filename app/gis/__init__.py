"""The map without a window: layers, datum, tiles, search, selection (docs/decisions/0008)."""
