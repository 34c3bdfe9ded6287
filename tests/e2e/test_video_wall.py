"""The video wall as it is seen at a desk: the whole program with the demonstration's platform, real
streams over RTSP, real workers; one of them is killed."""

import pytest

from tests.helpers.alone import seen_in

pytestmark = pytest.mark.e2e


def test_somebody_watches_the_wall(tmp_path):
    seen = seen_in("video_wall", tmp_path, within_s=200)
    assert seen["cells"] == seen["cameras"] == 9
    assert seen["words"] == ["实时"]
    assert seen["colours"] > 20
    assert seen["large"]
    assert seen["divided"] == [6, True]
    assert seen["without a reason"] == ["请写明事由，否则不保存。", True]
    assert seen["saved"] == [True, "0002", "flooded culvert"]
    assert seen["film"] and seen["traced"]
    assert seen["turning after release"] == []
    assert seen["audit"] == [1, 1]
    assert seen["minutes ago"] == 10
    assert seen["past says"] == "回放"
    assert seen["pictures"] == 0
    assert seen["without a recording"] == "该时刻录像取不到"
    assert seen["stands still"] == "回放，暂停"
    assert seen["strip"] and not seen["strip when live"]
    assert seen["presets"] == ["1  正面", "2  入口", "3  全景"]
    assert seen["reviewed"] == seen["kept"] == 9 and seen["each tells"]
    assert seen["another worker"]
    assert seen["streams when nobody looks"] == 0
    assert seen["segments left"] == []
    assert seen["processes left"] == []
