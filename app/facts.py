"""Gathers what `app.doctor` judges: looks at the machine, changes nothing on it."""

import ctypes
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import keyring
from keyring.backends import fail

from app.doctor import MAP_PACKAGES, PACKAGES, SANDBOX_QUESTION, Facts, installed_version
from app.store.driver import SQLITE_VERSION

FONTS = ("ChengmaiSans-Regular.otf", "ChengmaiSans-Bold.otf")
_PATIENCE_S = 5.0


def gather(data: Path, environment: Mapping[str, str]) -> Facts:
    """The facts of this machine, for a program that keeps its data in a folder."""
    return Facts(
        python=tuple(sys.version_info[:3]),
        pyside=installed_version("pyside6_essentials", sys.path),
        sqlite=SQLITE_VERSION,
        machine=platform.machine(),
        glibc=platform.libc_ver()[1],
        missing_libraries=tuple(name for name in PACKAGES if not _loads(name)),
        namespaces=_answers([*SANDBOX_QUESTION]) is not None,
        sm3="sm3" in hashlib.algorithms_available,
        display=environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY", ""),
        missing_fonts=_missing_fonts(),
        data=str(data),
        data_writable=_writable(data),
        free_mb=shutil.disk_usage(_existing(data)).free // 1_000_000,
        clock_synchronised=_clock_synchronised(),
        keyring=_keyring_name(),
        audio=_audio(environment, Path("/proc/asound/cards")),
        missing_map_libraries=tuple(name for name in MAP_PACKAGES if not _loads(name)),
    )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _answers(command: list[str]) -> str | None:
    """What a command prints, or None where it is absent, fails or does not end."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_PATIENCE_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _missing_fonts() -> tuple[str, ...]:
    folder = resources.files("assets") / "fonts"
    return tuple(name for name in FONTS if not (folder / name).is_file())


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(path for path in (folder, *folder.absolute().parents) if path.is_dir())


def _writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=_existing(folder)):
            return True
    except OSError:
        return False


def _clock_synchronised() -> bool | None:
    answer = _answers(["timedatectl", "show", "--property=NTPSynchronized", "--value"])
    return {"yes": True, "no": False}.get(answer or "")


def _keyring_name() -> str:
    backend = keyring.get_keyring()
    return "" if isinstance(backend, fail.Keyring) else type(backend).__module__


def _audio(environment: Mapping[str, str], cards: Path) -> str:
    """The sound server, or the kernel's cards; empty where neither is there."""
    runtime = Path(environment.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    for name, socket in (("PipeWire", "pipewire-0"), ("PulseAudio", "pulse/native")):
        if (runtime / socket).exists():
            return name
    try:
        listed = cards.read_text(encoding="utf-8")
    except OSError:
        return ""
    return "ALSA" if "]:" in listed else ""
