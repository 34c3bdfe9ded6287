"""Where there are no user namespaces, no network, or programs before died: the program lives."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.house import ROOT
from widgets.map.scheme import FLAGS, NO_COMPOSING, NO_GPU, tell_chromium
from widgets.map.trial import NAME, Trial

NEEDS_ROOT = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("unshare") is None, reason="namespaces are made as root"
)
ALONE = [sys.executable, "-m", "tests.helpers.map_alone"]


def alone(*before: str, folder: Path | None = None) -> dict[str, object]:
    """What a program with one map says that was started this way."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("QTWEBENGINE")
    }
    done = subprocess.run(
        [*before, *ALONE, *([str(folder)] if folder else [])],
        cwd=ROOT,
        env={**environment, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@NEEDS_ROOT
def test_without_user_namespaces_there_is_a_sentence_and_webengine_is_not_loaded():
    forbid = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"'
    user = ("--user", "--map-user=1000", "--map-group=1000", "--keep-caps")
    found = alone("unshare", *user, "bash", "-c", forbid, "bash")
    assert found["uid"] == 1000
    assert found["reason"] == "mapview.no_sandbox"
    assert not found["ready"] and not found["webengine"]
    assert found["colours"] > 2  # the sentence is painted


@NEEDS_ROOT
def test_an_ordinary_user_has_a_map_in_a_sandbox_and_needs_no_network(tmp_path):
    """Its own network namespace without any line, not even to itself."""
    user = ("--user", "--map-user=1000", "--map-group=1000", "--keep-caps", "--net")
    found = alone("unshare", *user, folder=tmp_path)
    assert found["uid"] == 1000 and found["sandbox_off"] == ""
    assert (found["ready"], found["moved"], found["reason"]) == (True, True, "")
    assert found["stopped"] == 0 and found["colours"] > 1
    assert not (tmp_path / NAME).exists()


@pytest.mark.full
def test_after_one_end_the_next_does_without_the_graphics_card(tmp_path):
    Trial(tmp_path).begin()  # a program that ended there
    found = alone(folder=tmp_path)
    assert found["ready"] and NO_GPU in str(found["flags"]).split()
    assert Trial(tmp_path).ends() == 0


def test_after_two_ends_a_person_is_asked(tmp_path):
    Trial(tmp_path).begin()
    Trial(tmp_path).begin()
    found = alone(folder=tmp_path)
    assert (found["reason"], found["webengine"]) == ("mapview.ended_before", False)


def test_a_trial_counts_and_forgets(tmp_path):
    trial = Trial(tmp_path / "new")
    assert trial.ends() == 0
    trial.begin()
    trial.begin()
    assert Trial(tmp_path / "new").ends() == 2
    trial.passed()
    assert trial.ends() == 0
    (tmp_path / NAME).write_bytes(b"\xff broken")
    assert Trial(tmp_path).ends() == 1
    nowhere = Trial(None)
    nowhere.begin()
    assert nowhere.ends() == 0


def test_chromium_is_told_what_it_needs_and_keeps_what_it_was_given():
    environ = {"QTWEBENGINE_CHROMIUM_FLAGS": "--no-pings --lang=zh"}
    tell_chromium(environ, root=False, composes=True, careful=False)
    flags = environ["QTWEBENGINE_CHROMIUM_FLAGS"]
    assert flags.count("--no-pings") == 1 and flags.endswith("--lang=zh")
    assert all(flag in flags for flag in FLAGS)
    assert "QTWEBENGINE_DISABLE_SANDBOX" not in environ
    tell_chromium(environ, root=True, composes=False, careful=True)
    assert environ["QTWEBENGINE_DISABLE_SANDBOX"] == "1"
    for flag in (NO_COMPOSING, NO_GPU, *FLAGS):
        assert environ["QTWEBENGINE_CHROMIUM_FLAGS"].count(flag) == 1 + (flag == NO_GPU)


def test_what_names_a_program_before_this_one_resolved_counts_no_more():
    environ: dict[str, str] = {}
    tell_chromium(environ, root=False, composes=True, careful=False)
    tell_chromium(environ, root=False, composes=True, careful=False, hosts=("page.example",))
    flags = environ["QTWEBENGINE_CHROMIUM_FLAGS"]
    assert flags.count("--host-resolver-rules") == 1 and "EXCLUDE page.example" in flags
    assert all(flags.count(flag) == 1 for flag in FLAGS)
