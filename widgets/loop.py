"""The main loop of a program with windows: asyncio upon Qt, and who goes first in it."""

from asyncio import Handle
from collections.abc import Callable
from contextvars import Context
from typing import Any

import qasync


class Loop(qasync.QEventLoop):  # type: ignore[misc]
    """Every callback of asyncio is work of the thread that goes first: `begins` is called before
    each of them (see `widgets.windows_first`), also before those that say nothing of themselves."""

    begins: Callable[[], object] = staticmethod(lambda: None)

    def call_later(
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> Handle:
        """The one way of qasync into the loop: `call_soon` and `call_at` come through it too. What
        qasync asks of each callback before is left out: it would be asked of `_run`."""
        handle = Handle(self._run, (callback, *args), self, context=context)
        return self._add_callback(handle, delay)  # type: ignore[no-any-return]

    def _run(self, callback: Callable[..., object], *args: Any) -> None:
        self.begins()
        callback(*args)
