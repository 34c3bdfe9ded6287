"""The whole program with a map when what is around it is wrong: no network, a feed that is cut or
lies, files and tile servers that are broken, a page that dies; and no text ever becomes HTML."""

import json
import os
import shutil
import subprocess
import sys
from typing import Any

import pytest

from tests.helpers.alone import seen_in
from tests.helpers.map_faults import BASES, BUSES, HURT
from tests.helpers.program import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What an officer saw whose neighbours are all wrong."""
    return seen_in("map_faults", tmp_path_factory.mktemp("faults"), within_s=170)


def test_places_that_are_none_are_counted_and_the_others_stand(seen):
    assert seen["live"] == [BUSES, 1, "live"]
    assert seen["rejected"] == 5  # out of range, turned, text; two events
    assert len(seen["nowhere"]) == 1 and seen["nowhere"][0].startswith("1 ")  # 0° 0°


def test_words_stay_words_on_the_page_and_in_the_panels(seen):
    assert seen["page"] == [None, 0, 0, 0]  # nothing ran, stands there as HTML, or was asked for
    assert all(seen["cards"].values()), seen["cards"]


def test_a_file_that_cannot_be_read_says_so_on_its_layer(seen):
    files = seen["files"]
    assert [files[name][0] for name in ("torn", "torn-kml", "entities", "gone", "swapped")] == [
        0
    ] * 5
    assert all(len(told) > 1 for told in files.values()), files
    assert "JSON" in files["torn"][1] and "XML" in files["torn-kml"][1]
    assert files["crossed"][0] == 1 and "自相交" in files["crossed"][1]
    assert "gone.geojson" in files["gone"][1]


def test_a_base_that_is_broken_says_so_and_the_map_stays(seen):
    bases = seen["bases"]
    assert tuple(bases) == BASES
    health = {name: told[0] for name, told in bases.items()}
    assert health == {
        "torn-mb": "refused",
        "no-mb": "refused",
        "torn-pm": "late",  # its directory is whole, its tiles are not
        "html": "late",
        "hangs": "lost",
        "lies": "late",
        "bomb": "late",
    }
    for base in ("torn-mb", "no-mb", "torn-pm"):
        assert ".mbtiles" in bases[base][1] or ".pmtiles" in bases[base][1]
    assert "网页" in bases["html"][1] and "100000x100000" in bases["bomb"][1]


def test_a_page_that_dies_says_so_and_comes_back_where_it_was(seen):
    assert seen["died"][0] == "mapview.died"
    assert seen["died"][-2:] == ["", 14.0]


def test_without_the_feed_everything_stays_with_its_age_and_lives_again(seen):
    count, forms, row, title = seen["cut"]
    assert (count, forms) == (BUSES, ["ring"])
    assert row.startswith("缓存 ") and title.startswith("缓存 ")
    assert HURT in row  # its source's name
    assert seen["again"] == [BUSES, "live"]


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("unshare") is None, reason="namespaces are made as root"
)
def test_without_any_network_every_layer_is_there(tmp_path):
    done = subprocess.run(
        ["unshare", "-n", sys.executable, "-m", "tests.helpers.map_unplugged", str(tmp_path)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert "Traceback" not in done.stderr, done.stderr[-4000:]
    seen = json.loads(done.stdout.strip().splitlines()[-1])
    assert seen["interfaces"] == ["lo"]
    base, health, colours = seen["base"]
    assert (base, health, seen["reason"]) == ("outline", "plain", False)
    assert colours > 50  # districts, marks and words, not a ground of one colour
    pulled, same_zoom = seen["pulled"]
    assert 118 <= pulled <= 400 and same_zoom  # a quick hand's map runs on a little
    assert seen["picked"] == ["bus_vehicle", True] and "速度" in seen["card"]
    form, counted, listed = seen["lasso"]
    assert (form, counted) == ("lasso", listed) and counted > 10 and seen["nearest first"]
    assert seen["layers"] > 70
    # What may hold nothing holds nothing in quiet weather too; the rest stands there.
    assert set(seen["empty"]) <= {
        "incident", "warning_practice", "ring", "markup", "geofence", "rain_grid", "earthquake",
        "track", "event_cluster",
    }  # fmt: skip
    assert set(seen["faults"]) <= {"rain_grid", "fire_risk"}  # the city has too few of these
    assert seen["asked"] == 0


@pytest.mark.full
def test_what_was_marked_is_there_after_a_kill_and_the_kept_tiles_are_whole(tmp_path):
    command = [sys.executable, "-m", "tests.helpers.map_killed", str(tmp_path)]
    settings = {
        "env": {**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        "cwd": ROOT,
        "text": True,
        "stdout": subprocess.PIPE,
    }
    with (tmp_path / "log").open("w") as log:
        program = subprocess.Popen([*command, "mark"], stderr=log, **settings)
        assert program.stdout is not None
        saved = [line.strip() for line, _ in zip(program.stdout, range(25), strict=False)]
        # By now the place was kept at least once: it is written two seconds after a move.
        saved += [line.strip() for line, _ in zip(program.stdout, range(275), strict=False)]
        program.kill()
        program.wait()
        program.stdout.close()
        assert len(saved) == 300, (tmp_path / "log").read_text()[-4000:]
        done = subprocess.run([*command, "read"], stderr=log, timeout=120, **settings)
    assert done.returncode == 0, (tmp_path / "log").read_text()[-4000:]
    seen = json.loads(done.stdout.strip().splitlines()[-1])
    assert set(saved) <= set(seen["labels"])
    assert seen["tiles"] > 0
    assert seen["lon"] > 118.18 and "markup" in seen["layers"], "the map stands where it stood"
