"""A disk that is really full, in a child process: the wall goes on, and nothing saved is lost."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.store import ask
from tests.helpers.store_full import SERIES

ROOT = Path(__file__).parents[2]
_OWN_MOUNTS = ["unshare", "--user", "--map-root-user", "--mount"]


def run(folder: Path, how: str) -> dict[str, Any]:
    before = _OWN_MOUNTS if how == "tmpfs" else []
    done = subprocess.run(
        [*before, sys.executable, "-m", "tests.helpers.store_full", str(folder), how],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def can_mount(folder: Path) -> bool:
    """Whether this system lets us have a small file system of our own."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(folder)]
    try:
        done = subprocess.run([*_OWN_MOUNTS, *mount], capture_output=True, timeout=20, check=False)
    except OSError:
        return False
    return done.returncode == 0


@pytest.mark.parametrize("how", ["limit", "tmpfs"])
def test_a_full_disk(tmp_path: Path, how: str) -> None:
    if how == "tmpfs" and not can_mount(tmp_path):
        pytest.skip("no user namespaces: a small file system cannot be mounted here")
    found = run(tmp_path, how)
    assert found["latest_while_full"] == SERIES  # what was saved can be read
    assert found["retries"] >= 2
    assert found["refused"] == "store.disk_full"
    assert found["reports"] == ["store.ballast_used", "store.disk_full", "store.saving_again"]
    assert any("请清理磁盘空间" in text for text in found["sentences"])
    assert not any("⟦" in text for text in found["sentences"])
    assert not found["ballast_while_full"]
    assert found["shed"] == 0
    assert found["written"] == found["submitted"]
    assert found["reports_after"] == []
    assert found["open_after"] == ["cma:7"]
    decisions = found["decisions_after"]
    assert decisions[0] == 1
    assert decisions[-1] == 9999
    assert decisions[:-1] == list(range(1, len(decisions)))  # whole or not at all, without a gap
    if how == "limit":  # the other file system went with its process
        assert ask(tmp_path, "SELECT count(*) FROM reading") == [(found["submitted"],)]
