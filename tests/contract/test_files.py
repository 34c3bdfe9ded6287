"""Files that are not Python: TOML loads, scripts parse, locks pin and agree, licences are named."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.contract.house import ROOT, text_files

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, set[str]]:
    """The versions of each package; one may differ by Python's version."""
    found: dict[str, set[str]] = {}
    for name, version in PIN.findall((ROOT / lock).read_text("utf-8")):
        found.setdefault(name.lower(), set()).add(version)
    return found


@pytest.mark.parametrize(
    "path", list(text_files("**/*.toml")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_every_toml_loads(path: Path) -> None:
    tomllib.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("name", ["run", "setup.sh", "packages.sh"])
def test_every_script_parses_and_may_be_run(name: str) -> None:
    path = ROOT / ".ci" / name
    assert os.access(path, os.X_OK)
    subprocess.run(["bash", "-n", str(path)], check=True)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_pin_has_its_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text and "--index" not in text
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        assert PIN.match(block) and "--hash=sha256:" in block, block[:80]


def test_the_development_lock_holds_the_other() -> None:
    development = pins("requirements-dev.lock")
    for name, versions in pins("requirements.lock").items():
        assert development.get(name) == versions, name


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    for lock, wanted in (
        ("requirements.lock", project["project"]["dependencies"]),
        ("requirements-dev.lock", project["dependency-groups"]["dev"]),
    ):
        locked = pins(lock)
        for requirement in wanted:
            name = re.split(r"[<>=~!;\[ ]", requirement)[0].lower().replace("_", "-")
            assert name in locked, f"{name}: run make lock"


def licence_rows() -> dict[str, list[str]]:
    """The rows of the tables of THIRD_PARTY.md by their first cell."""
    rows: dict[str, list[str]] = {}
    for line in (ROOT / "THIRD_PARTY.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) >= 3:
            rows[cells[0].strip("`").lower()] = cells
    return rows


def test_every_runtime_dependency_has_its_licence() -> None:
    rows = licence_rows()
    for name, versions in pins("requirements.lock").items():
        assert name in rows, f"THIRD_PARTY.md lacks {name}"
        version, licence = rows[name][1:3]
        assert set(re.split(r"[,\s]+", version)) == versions, f"{name}: {version}"
        assert licence not in ("", "-", "UNKNOWN"), name


def test_every_shipped_asset_has_its_licence() -> None:
    text = (ROOT / "THIRD_PARTY.md").read_text("utf-8")
    folders = [path for path in (ROOT / "assets").iterdir() if path.is_dir()]
    folders += [path for path in (ROOT / "assets" / "cities").iterdir() if path.is_dir()]
    for folder in folders:
        name = f"`{folder.relative_to(ROOT).as_posix()}`"
        if folder.name != "__pycache__" and any(path.is_file() for path in folder.rglob("*")):
            assert name in text, f"THIRD_PARTY.md lacks {name}"


def test_the_licence_is_apache() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in text and "Version 2.0, January 2004" in text
