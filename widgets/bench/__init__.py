"""Benchmarks that need Qt: `python main.py bench NAME`."""
