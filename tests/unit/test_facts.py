"""The facts of the machine the tests run on: gathered without a change to it."""

import sys
from pathlib import Path

from app.doctor import numbers
from app.facts import FONTS, gather


def test_what_is_known_of_this_machine(tmp_path: Path) -> None:
    facts = gather(tmp_path / "not" / "there", {})
    assert facts.python == tuple(sys.version_info[:3])
    assert numbers(facts.sqlite) >= (3, 51, 3)
    assert (
        facts.sm3
        and facts.missing_libraries == ()
        and facts.missing_map_libraries == ()
        and facts.missing_fonts == ()
    )
    assert facts.display == "" and facts.data_writable and facts.free_mb > 0
    assert not (tmp_path / "not").exists()


def test_the_display_of_the_environment(tmp_path: Path) -> None:
    assert gather(tmp_path, {"DISPLAY": ":7"}).display == ":7"
    assert gather(tmp_path, {"DISPLAY": ":7", "WAYLAND_DISPLAY": "w0"}).display == "w0"


def test_a_sound_server_is_found_by_its_socket(tmp_path: Path) -> None:
    (tmp_path / "pulse").mkdir()
    (tmp_path / "pulse" / "native").touch()
    assert gather(tmp_path, {"XDG_RUNTIME_DIR": str(tmp_path)}).audio == "PulseAudio"
    (tmp_path / "pipewire-0").touch()
    assert gather(tmp_path, {"XDG_RUNTIME_DIR": str(tmp_path)}).audio == "PipeWire"


def test_a_folder_nobody_may_write(tmp_path: Path) -> None:
    assert gather(Path("/proc/1"), {}).data_writable is False


def test_the_fonts_are_shipped() -> None:
    assert len(FONTS) == 2
