"""What holds for every test of the map: a page that is over is gone before the next begins."""

from collections.abc import Iterator

import pytest

from tests.conftest import collect_all


@pytest.fixture(autouse=True)
def pages_go() -> Iterator[None]:
    """Pages of Chromium die in cycles, and each keeps its share of what draws for all of them."""
    yield
    collect_all()
