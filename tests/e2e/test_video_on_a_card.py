"""The presenter for graphics cards needs an OpenGL, which the offscreen platform has not: its tests
run once more in a process of their own on a real X server (Mesa in software)."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.contract.house import ROOT

TESTS = "tests/qt/video/test_rhi.py"


def test_what_a_card_draws_is_right() -> None:
    xvfb = shutil.which("xvfb-run")
    if xvfb is None:
        pytest.skip("no X server for tests (Debian: xvfb)")
    command = [
        xvfb, "-a", sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", TESTS
    ]  # fmt: skip
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "xcb", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout, done.stdout
    assert " passed" in done.stdout
