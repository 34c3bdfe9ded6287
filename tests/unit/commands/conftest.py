"""A seat with its own ops.db on the disk, and the writer thread that owns it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.commands.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk seat of a real city, started at 2026-07-17 12:00 UTC."""
    made = Desk(tmp_path)
    yield made
    made.close()
