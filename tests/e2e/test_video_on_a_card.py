"""What the offscreen platform has not, an OpenGL for the presenter of graphics cards and a pointer
that drags, is tested in a process of its own on a real X server (Mesa in software)."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.contract.house import ROOT

TESTS = (
    "tests/qt/video/test_rhi.py",
    "tests/qt/panels/test_video_drag.py::"
    "test_it_is_dragged_with_the_pointer_from_the_list_to_the_wall",
)


def test_what_needs_a_window_system_is_right() -> None:
    xvfb = shutil.which("xvfb-run")
    if xvfb is None:
        pytest.skip("no X server for tests (Debian: xvfb)")
    command = [
        xvfb, "-a", sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", *TESTS
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
