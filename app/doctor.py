"""What must be true of a machine: each check is a pure function of facts and says what to do.

The facts are gathered by `app.facts`; `python main.py doctor` prints what comes out. The one pair
that makes the program die in mid-shift is refused at start, by `refuse_bad_pairs`.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable
from typing import ClassVar

import msgspec

from app.core.i18n import LANGUAGES, translator
from app.core.message import Message, message
from app.core.privacy import Privacy

OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 51, 3)
OLDEST_GLIBC = {"x86_64": (2, 34), "aarch64": (2, 39)}
"""What the wheels of PySide6 6.11 are built for."""
DISK_MB = 2_000
"""A month of the demonstration city and its backups stay below this."""
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxcb-cursor.so.0": "libxcb-cursor0",
}
"""The libraries without which Qt opens no window, and the Debian packages that hold them."""
MAP_PACKAGES = {
    "libnss3.so": "libnss3",
    "libgbm.so.1": "libgbm1",
    "libXcomposite.so.1": "libxcomposite1",
    "libXdamage.so.1": "libxdamage1",
    "libXrandr.so.2": "libxrandr2",
    "libXtst.so.6": "libxtst6",
    "libxkbfile.so.1": "libxkbfile1",
    "libexpat.so.1": "libexpat1",
}
"""Those without which Qt WebEngine, and with it the map, is not loaded."""
SANDBOX_QUESTION = ("unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "true")
"""Chromium's sandbox is a namespace of users, of the network and of processes in which it becomes
root. The kernel, a container or Ubuntu's AppArmor profile may forbid any of these steps."""


class Facts(msgspec.Struct, frozen=True):
    """What was found on the machine. Versions are texts, empty where the part is absent."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    python: tuple[int, ...]
    pyside: str
    sqlite: str
    machine: str  # x86_64, aarch64
    glibc: str
    missing_libraries: tuple[str, ...]
    namespaces: bool  # an ordinary process may make a user namespace
    sm3: bool
    display: str
    missing_fonts: tuple[str, ...]
    data: str
    data_writable: bool
    free_mb: int
    clock_synchronised: bool | None  # None: nobody here can say
    keyring: str
    audio: str
    missing_map_libraries: tuple[str, ...] = ()


class Finding(msgspec.Struct, frozen=True):
    """One line of the report. `stops` says that the windows cannot run while it is so."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    check: str
    fact: str
    trouble: Message | None = None
    stops: bool = False

    @property
    def ok(self) -> bool:
        """Whether there is nothing to do."""
        return self.trouble is None


def numbers(version: str) -> tuple[int, ...]:
    """`6.11.3` or `2.36-9+deb12u13` to the numbers at its head; () for none."""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def examine(facts: Facts) -> list[Finding]:
    """Every check on these facts, in the order of the report."""
    return [check(facts) for check in CHECKS]


def breaks_python(pyside: str, python: tuple[int, ...]) -> bool:
    """Whether this PySide6 aborts on this Python: 6.12 miscounts references of None on 3.11."""
    return numbers(pyside) >= (6, 12) and python[:2] == (3, 11)


def refuse_bad_pairs(
    python: tuple[int, ...] = tuple(sys.version_info[:3]), path: Iterable[str] | None = None
) -> str:
    """A sentence in both languages where the program must not start, or an empty text.

    Reads the names of the installed packages' folders: importlib.metadata alone would cost the
    start 30 ms, a look at the folders less than one.
    """
    version = installed_version("pyside6_essentials", sys.path if path is None else path)
    if not breaks_python(version, python):
        return ""
    trouble = message("doctor.pyside_pair", version=version)
    return "\n".join(translator(language).render(trouble) for language in LANGUAGES)


def installed_version(package: str, path: Iterable[str]) -> str:
    """The version in the name of a package's `.dist-info` folder; empty where there is none."""
    head, tail = f"{package}-", ".dist-info"
    for folder in path:
        if not os.path.isdir(folder):  # noqa: PTH112  # at start, without a Path for each
            continue
        for name in os.listdir(folder):  # noqa: PTH208
            lower = name.lower()
            if lower.startswith(head) and lower.endswith(tail):
                return lower[len(head) : -len(tail)]
    return ""


def _python(facts: Facts) -> Finding:
    version = ".".join(map(str, facts.python))
    good = facts.python[:2] >= OLDEST_PYTHON
    trouble = None if good else message("doctor.python_old", version=version)
    return Finding("python", version, trouble, stops=True)


def _pyside(facts: Facts) -> Finding:
    trouble = None
    if not facts.pyside:
        trouble = message("doctor.pyside_absent")
    elif breaks_python(facts.pyside, facts.python):
        trouble = message("doctor.pyside_pair", version=facts.pyside)
    return Finding("pyside", facts.pyside, trouble, stops=True)


def _sqlite(facts: Facts) -> Finding:
    good = numbers(facts.sqlite) >= OLDEST_SQLITE
    trouble = None if good else message("doctor.sqlite_old", version=facts.sqlite or "-")
    return Finding("sqlite", facts.sqlite, trouble, stops=True)


def _glibc(facts: Facts) -> Finding:
    oldest = OLDEST_GLIBC.get(facts.machine)
    fact = f"{facts.glibc or '-'} ({facts.machine})"
    if oldest is None:
        return Finding("glibc", fact, message("doctor.machine_untested", machine=facts.machine))
    good = numbers(facts.glibc) >= oldest
    wanted = ".".join(map(str, oldest))
    trouble = None if good else message("doctor.glibc_old", version=fact, wanted=wanted)
    return Finding("glibc", fact, trouble, stops=True)


def _libraries(facts: Facts) -> Finding:
    missing = facts.missing_libraries
    if not missing:
        return Finding("libraries", "EGL, GL, xcb")
    packages = " ".join(PACKAGES.get(name, name) for name in missing)
    trouble = message("doctor.libraries", libraries=", ".join(missing), packages=packages)
    return Finding("libraries", ", ".join(missing), trouble, stops=True)


def _map_libraries(facts: Facts) -> Finding:
    missing = facts.missing_map_libraries
    if not missing:
        return Finding("map_libraries", "NSS, GBM, X11")
    packages = " ".join(MAP_PACKAGES.get(name, name) for name in missing)
    trouble = message("doctor.map_libraries", libraries=", ".join(missing), packages=packages)
    return Finding("map_libraries", ", ".join(missing), trouble)


def _namespaces(facts: Facts) -> Finding:
    trouble = None if facts.namespaces else message("doctor.namespaces")
    return Finding("namespaces", "", trouble)


def _sm3(facts: Facts) -> Finding:
    trouble = None if facts.sm3 else message("doctor.sm3")
    return Finding("sm3", "", trouble, stops=True)


def _display(facts: Facts) -> Finding:
    trouble = None if facts.display else message("doctor.display")
    return Finding("display", facts.display, trouble)


def _fonts(facts: Facts) -> Finding:
    missing = ", ".join(facts.missing_fonts)
    trouble = message("doctor.fonts", files=missing) if missing else None
    return Finding("fonts", missing, trouble)


def _data(facts: Facts) -> Finding:
    trouble = None if facts.data_writable else message("doctor.data", folder=facts.data)
    return Finding("data", facts.data, trouble, stops=True)


def _disk(facts: Facts) -> Finding:
    low = facts.free_mb < DISK_MB
    trouble = message("doctor.disk", free=facts.free_mb, wanted=DISK_MB) if low else None
    return Finding("disk", f"{facts.free_mb} MB", trouble)


def _clock(facts: Facts) -> Finding:
    wrong = facts.clock_synchronised is False
    return Finding("clock", "", message("doctor.clock") if wrong else None)


def _keyring(facts: Facts) -> Finding:
    trouble = None if facts.keyring else message("doctor.keyring")
    return Finding("keyring", facts.keyring, trouble)


def _audio(facts: Facts) -> Finding:
    trouble = None if facts.audio else message("doctor.audio")
    return Finding("audio", facts.audio, trouble)


CHECKS: tuple[Callable[[Facts], Finding], ...] = (
    _python,
    _pyside,
    _sqlite,
    _glibc,
    _libraries,
    _map_libraries,
    _namespaces,
    _sm3,
    _display,
    _fonts,
    _data,
    _disk,
    _clock,
    _keyring,
    _audio,
)
