"""城脉 Chengmai without its windows: everything here runs in a process that has no Qt."""

__version__ = "0.1.0"
