"""Painters that know no data source: (painter, rect, data, theme)."""
