"""Feeds: one file per transport, the mapping of foreign records, and ingest."""
