"""`python main.py simulate`: the demonstration city alone, for other programs and for trials."""

from app.sim.__main__ import main as command

__all__ = ["command"]
