"""QAbstractItemModel adapters over the picture."""
