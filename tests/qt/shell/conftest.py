"""What tests of windows share."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import qasync

from tests.helpers.seat import TestSeat
from tests.qt.conftest import settle
from tests.qt.shell.operated import make
from widgets.shell import Shell


@pytest.fixture
def run_throughout(loop: qasync.QEventLoop) -> Iterator[Callable[[Awaitable[Any]], Any]]:
    """As `run`, where panels ask the store at any time: the loop is there for the whole test."""
    asyncio.set_event_loop(loop)
    yield loop.run_until_complete
    asyncio.set_event_loop(None)


@pytest.fixture
def shell(seat: TestSeat, application: object) -> Iterator[Shell]:
    """The windows of a desk, without commands."""
    shell = make(seat)
    shell.start()
    settle()
    yield shell
    shell.stop()
    shell.deleteLater()
    settle()
