"""What holds for every test of the map: a page that is over is gone before the next begins."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def pages_go() -> Iterator[None]:
    """Pages of Chromium die in cycles, and each keeps its share of what draws for all of them."""
    yield
    gc.collect()
