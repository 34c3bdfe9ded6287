"""Web pages of other systems in a panel: real servers, a real Chromium, in a process of their own
because what Chromium may reach is said once per process."""

from pathlib import Path

import pytest

from tests.helpers.alone import seen_in

pytestmark = pytest.mark.e2e


def test_nothing_gets_out_and_nothing_is_asked(tmp_path: Path) -> None:
    seen = seen_in("web_desk", tmp_path, "walls", within_s=250)
    assert (seen["tcp"], seen["udp"]) == (0, 0)  # also where its own server sends it
    assert seen["off the record"] is True
    refused = {"no place", "no camera", "no write", "no read", "no full screen", "notify denied"}
    assert refused <= set(seen["done"])
    assert not {"place", "camera", "wrote", "read"} & set(seen["done"])
    assert seen["done"][:2] == [True, True]  # no dialog: confirm and prompt said no at once
    assert seen["service worker"] == 0
    assert seen["by"] == ["page", "permission"]
    assert seen["state"] == ["live", ""]  # it was led away and did not go
    assert seen["clipboard"] == "the officer's"
    assert seen["windows"] == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["map"]  # no download
    assert not any("127.0.0.1" in item for item in seen["said"])


def test_keys_come_to_a_page_only_by_enter_and_leave_it_by_esc(tmp_path: Path) -> None:
    seen = seen_in("web_desk", tmp_path, "hands", within_s=250)
    assert seen["focus"] is True  # it asked for the focus and did not get it
    assert seen["before"] == ["t", "abc"]
    assert seen["inside"] and seen["typed"] == "txy"
    assert seen["left"] and seen["left for another"]


def test_each_state_is_said_and_a_page_comes_back(tmp_path: Path) -> None:
    seen = seen_in("web_desk", tmp_path, "states", within_s=250)
    said = {
        "gone": ["no_signal", "fault.not_found"],
        "error": ["no_signal", "fault.refused"],
        "closed": ["forbidden", "fault.forbidden"],
        "right": ["live", ""],
        "wrong": ["credentials", "fault.credentials"],
        "none": ["credentials", "fault.credentials"],
        "lost": ["credentials", "fault.not_given"],
        "bearer": ["live", ""],
        "led": ["forbidden", "fault.abroad"],
        "let": ["live", ""],
        "open": ["forbidden", "fault.plain"],
        "name": ["no_signal", "fault.name"],
        "silent": ["offline", "silent"],
        "unreachable": ["offline", "fault.unreachable"],
        "again": ["live", ""],
        "stuck": ["frozen", "no_answer"],
        "died": ["connecting", "fault.died"],
        "reopened": ["live", ""],
    }
    assert {name: seen[name] for name in said} == said
    # printf u:wrong | base64; a refused password is sent once
    assert seen["wrong sent"] == ["Basic dTp3cm9uZw=="]
    assert seen["none sent"] == seen["lost sent"] == []
    assert seen["open opened"] == 0 and seen["name opened"] >= 1  # not even asked
    assert seen["colour"] == "#24507a"  # the picture that is kept is the page's
    assert seen["covered"] == [True, True, True]  # darkened, with its time
    assert seen["by itself"] and seen["opened again"]
    assert seen["asks when hidden"] is False


def test_a_certificate_is_good_or_the_page_is_not_opened(tmp_path: Path) -> None:
    seen = seen_in("web_desk", tmp_path, "secure", within_s=250)
    assert seen["strange"] == ["forbidden", "fault.certificate"]
    assert seen["asked"] == 0
    assert seen["known"] == ["live", ""]
