"""What is shipped for graphics cards was made from the sources beside it."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QShader

from tests.contract.house import ROOT

FOLDER = ROOT / "assets" / "shaders"
TARGETS = ("--glsl", "300 es,150,330", "--hlsl", "50", "--msl", "12")


@pytest.mark.parametrize("stage", ["vert", "frag"])
def test_the_compiled_shader_is_of_its_source(stage: str, tmp_path: Path) -> None:
    tool, made = Path(sys.executable).parent / "pyside6-qsb", tmp_path / "made.qsb"
    source = FOLDER / f"video.{stage}"
    command = [str(tool), *TARGETS, "-o", str(made), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    shipped = QShader.fromSerialized(QByteArray((FOLDER / f"video.{stage}.qsb").read_bytes()))
    again = QShader.fromSerialized(QByteArray(made.read_bytes()))
    assert shipped.isValid()
    assert shipped == again
