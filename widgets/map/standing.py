"""Who runs the program, as far as the sandbox is concerned."""

import os


def is_root() -> bool:
    """Whether this process runs as root, where there is one."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
