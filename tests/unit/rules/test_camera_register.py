"""Which cameras' rows say all that somebody needs who looks for one."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.directory import Camera
from app.rules.camera_register import FIELDS, is_code, lacking, register_of

WHOLE = Camera(
    "v:32081200001320000005", "北京路口东", "", "320812", 119.02, 33.60, "bullet", 90.0,
    address="北京路 12 号",
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, ()),
        ({"heading": 0.0}, ()),  # north is a facing
        ({"heading": None}, ("facing",)),
        ({"heading": None, "form": "dome"}, ()),
        ({"heading": None, "form": "panorama"}, ("facing",)),
        ({"heading": None, "form": ""}, ("facing",)),
        ({"lon": 0.0, "lat": 0.0}, ("place",)),
        ({"lon": 0.0}, ()),  # on the meridian of Greenwich
        ({"address": " "}, ("address",)),
        ({"name_zh": ""}, ("name",)),
        ({"name_zh": "32081200001320000005"}, ("name",)),
        ({"id": "v:door"}, ("code",)),
        ({"id": "32081200001320000005"}, ("code",)),  # of no platform
        ({"id": "v:", "address": "", "name_zh": " "}, ("code", "name", "address")),
    ],
)
def test_what_a_row_lacks(change: dict[str, object], fields: tuple[str, ...]) -> None:
    assert lacking(msgspec.structs.replace(WHOLE, **change)) == fields


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("32081200001310000005", True),
        ("32081200001320000005", True),
        ("32081200001180000005", False),  # a recorder
        ("32081200002000000001", False),  # a platform
        ("3208120000132000000", False),
        ("320812000013200000050", False),
        ("３２０８１２０００01320000005", False),
        ("", False),
    ],
)
def test_a_code_is_that_of_a_camera(text: str, good: bool) -> None:
    assert is_code(text) is good


def test_of_no_cameras_there_is_no_share() -> None:
    assert register_of([]).share is None


@given(st.lists(st.sets(st.sampled_from(FIELDS))))
def test_the_share_is_of_those_that_lack_nothing(rows: list[set[str]]) -> None:
    spoilt: dict[str, dict[str, object]] = {
        "code": {"id": "v:1"},
        "name": {"name_zh": ""},
        "place": {"lon": 0.0, "lat": 0.0},
        "address": {"address": ""},
        "facing": {"heading": None},
    }
    cameras = []
    for row in rows:
        changes: dict[str, object] = {}
        for field in row:
            changes |= spoilt[field]
        cameras.append(msgspec.structs.replace(WHOLE, **changes))
    found = register_of(cameras)
    assert found.listed == len(rows) and found.whole == sum(not row for row in rows)
    assert found.lacking == {field: sum(field in row for row in rows) for field in FIELDS}
