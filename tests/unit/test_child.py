"""A child says when it is ready and ends with its pipe."""

import os

import pytest

from app.child import GENTLE, Child
from app.core.message import Refusal

READY = "import json,sys;print(json.dumps({'ws':'ws://127.0.0.1:1'}),flush=True);sys.stdin.read()"


@pytest.fixture
def module(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def write(code: str) -> str:
        (tmp_path / "a_child.py").write_text(code)
        return "a_child"

    return write


def test_ready_line_and_end(module):
    child = Child(module(READY))
    assert child.start() == {"ws": "ws://127.0.0.1:1"}
    pid = child.pid
    assert pid is not None
    child.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_gentle_child_gives_way_to_its_parent(module):
    child = Child(module(READY), gentle=True)
    child.start()
    mine = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, child.pid) == min(19, mine + GENTLE)
    child.stop()


def test_a_child_that_dies_is_refused(module):
    child = Child(module("raise SystemExit(3)"))
    with pytest.raises(Refusal) as refused:
        child.start()
    assert refused.value.reason.id == "child.not_ready"
    assert child.pid is None


def test_a_silent_child_is_ended(module):
    child = Child(module("import sys;sys.stdin.read()"))
    with pytest.raises(Refusal):
        child.start(timeout_s=0.3)
    assert child.pid is None
