"""Asking whether a sandbox can be made: an answer always comes, and comes once."""

import pytest

from tests.qt.conftest import until
from widgets.map import sandbox
from widgets.map.sandbox import Sandbox


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (("true",), True),
        (("false",), False),
        (("/nonexistent/unshare",), False),
        (("sh", "-c", "kill -9 $$"), False),
        (("sleep", "60"), False),
    ],
    ids=lambda one: str(one),
)
def test_an_answer_comes(run, application, monkeypatch, ask, answer):
    monkeypatch.setattr(sandbox, "WITHIN_MS", 200)
    told: list[bool] = []
    asking = Sandbox(application, ask)
    asking.told.connect(told.append)
    asking.ask()
    run(until(lambda: bool(told)))
    asking.deleteLater()
    assert told == [answer]
