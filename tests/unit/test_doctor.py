"""Doctor: each check by known answers, and the pair that is refused at start."""

from pathlib import Path

import msgspec
import pytest

from app.core.i18n import LANGUAGES, translator
from app.doctor import (
    Facts,
    Finding,
    breaks_python,
    examine,
    installed_version,
    numbers,
    refuse_bad_pairs,
)

GOOD = Facts(
    python=(3, 11, 2),
    pyside="6.11.3",
    sqlite="3.53.4",
    machine="x86_64",
    glibc="2.36",
    missing_libraries=(),
    namespaces=True,
    sm3=True,
    display=":0",
    missing_fonts=(),
    data="data",
    data_writable=True,
    free_mb=80_000,
    clock_synchronised=True,
    keyring="keyring.backends.SecretService",
    audio="PipeWire",
)


def found(**facts: object) -> dict[str, Finding]:
    return {finding.check: finding for finding in examine(msgspec.structs.replace(GOOD, **facts))}


def test_a_good_machine_has_nothing_to_do() -> None:
    assert [finding.check for finding in examine(GOOD) if not finding.ok] == []
    assert len(examine(GOOD)) == 15


@pytest.mark.parametrize(
    ("check", "facts", "sentence", "stops"),
    [
        ("python", {"python": (3, 10, 12)}, "doctor.python_old", True),
        ("pyside", {"pyside": ""}, "doctor.pyside_absent", True),
        ("pyside", {"pyside": "6.12.0"}, "doctor.pyside_pair", True),
        ("sqlite", {"sqlite": "3.51.2"}, "doctor.sqlite_old", True),
        ("sqlite", {"sqlite": "3.40.1"}, "doctor.sqlite_old", True),
        ("sqlite", {"sqlite": ""}, "doctor.sqlite_old", True),
        ("glibc", {"glibc": "2.31"}, "doctor.glibc_old", True),
        ("glibc", {"machine": "aarch64", "glibc": "2.36"}, "doctor.glibc_old", True),
        ("glibc", {"machine": "loongarch64"}, "doctor.machine_untested", False),
        ("libraries", {"missing_libraries": ("libEGL.so.1",)}, "doctor.libraries", True),
        (
            "map_libraries",
            {"missing_map_libraries": ("libgbm.so.1",)},
            "doctor.map_libraries",
            False,
        ),
        ("namespaces", {"namespaces": False}, "doctor.namespaces", False),
        ("sm3", {"sm3": False}, "doctor.sm3", True),
        ("display", {"display": ""}, "doctor.display", False),
        ("fonts", {"missing_fonts": ("a.otf",)}, "doctor.fonts", False),
        ("data", {"data_writable": False}, "doctor.data", True),
        ("disk", {"free_mb": 1_999}, "doctor.disk", False),
        ("clock", {"clock_synchronised": False}, "doctor.clock", False),
        ("keyring", {"keyring": ""}, "doctor.keyring", False),
        ("audio", {"audio": ""}, "doctor.audio", False),
    ],
)
def test_one_fault_is_one_finding(
    check: str, facts: dict[str, object], sentence: str, stops: bool
) -> None:
    report = found(**facts)
    bad = [name for name, finding in report.items() if not finding.ok]
    assert bad == [check]
    trouble = report[check].trouble
    assert trouble is not None and trouble.id == sentence
    assert report[check].stops is stops
    for language in LANGUAGES:
        said = translator(language).render(trouble)
        assert "⟦" not in said and "{" not in said


@pytest.mark.parametrize(
    "facts",
    [
        {"sqlite": "3.51.3"},
        {"glibc": "2.34"},
        {"machine": "aarch64", "glibc": "2.39"},
        {"free_mb": 2_000},
        {"clock_synchronised": None},
        {"python": (3, 12, 1), "pyside": "6.12.0"},
        {"python": (3, 14, 0)},
    ],
)
def test_what_is_just_good_enough(facts: dict[str, object]) -> None:
    assert all(finding.ok for finding in found(**facts).values())


def test_a_missing_library_names_its_package() -> None:
    trouble = found(missing_libraries=("libEGL.so.1", "libxcb-cursor.so.0"))["libraries"].trouble
    assert trouble is not None and trouble.args["packages"] == "libegl1 libxcb-cursor0"


@pytest.mark.parametrize(
    ("pyside", "python", "breaks"),
    [
        ("6.12.0", (3, 11, 2), True),
        ("6.13", (3, 11, 9), True),
        ("7.0", (3, 11, 0), True),
        ("6.11.3", (3, 11, 2), False),
        ("6.12.0", (3, 12, 1), False),
        ("", (3, 11, 2), False),
    ],
)
def test_the_pair_that_crashes(pyside: str, python: tuple[int, ...], breaks: bool) -> None:
    assert breaks_python(pyside, python) is breaks


@pytest.mark.parametrize(
    ("version", "parts"),
    [("6.11.3", (6, 11, 3)), ("2.36-9+deb12u13", (2, 36)), ("6.12.0a1", (6, 12, 0)), ("", ())],
)
def test_numbers(version: str, parts: tuple[int, ...]) -> None:
    assert numbers(version) == parts


def test_the_bad_pair_is_refused_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "PySide6_Essentials-6.12.0.dist-info").mkdir()
    said = refuse_bad_pairs((3, 11, 2), [str(tmp_path / "gone"), str(tmp_path)])
    assert "6.12.0" in said and len(said.splitlines()) == 2
    assert refuse_bad_pairs((3, 12, 0), [str(tmp_path)]) == ""


def test_this_machine_runs_a_good_pair() -> None:
    assert refuse_bad_pairs() == ""


def test_no_package_no_version(tmp_path: Path) -> None:
    (tmp_path / "pyside6_addons-6.11.3.dist-info").mkdir()
    assert installed_version("pyside6_essentials", [str(tmp_path)]) == ""
