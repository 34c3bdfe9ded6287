"""Benchmarks that need no Qt: `python main.py bench NAME`. Each file has one `run`."""
