"""The store: two SQLite databases, one writer thread. All SQL of the product stands here."""
