"""`python main.py gather`: what the ingest accepted, served to many seats; the hot standby."""
