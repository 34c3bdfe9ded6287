"""An imported file as a layer, and what speaks against importing it."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from click.testing import CliRunner

from app.city import City, load_city
from app.cli import map_import
from app.config import ConfigError
from app.core.clock import SystemClock
from app.core.message import Refusal
from app.gis.atlas import Atlas
from app.gis.content import Content
from app.gis.intake import Plan, Terms, accept, imported, plan, remove
from app.gis.layer import Ask, Ground, LayerConfig
from app.gis.layers.file import File
from app.gis.reference import of_city
from tests.helpers.mapfiles import districts, duty_areas, moved, shapefile

NOW = 1_795_003_200_000
ASK = Ask(now=NOW)


@pytest.fixture(scope="module")
def city() -> City:
    return load_city("huaian")


@pytest.fixture(scope="module")
def duty(tmp_path_factory: pytest.TempPathFactory, city: City) -> Plan:
    return plan(duty_areas(tmp_path_factory.mktemp("duty")), of_city(city))


def ground(city: City, folder: Path) -> Ground:
    return Ground(city, SystemClock(), folder)


def layer(city: City, folder: Path, crs: str = "wgs84", **options: object) -> File:
    config = LayerConfig("a", "file", "名", "name", crs=crs, options=options)
    return File(config, ground(city, folder))


def test_a_plan_says_what_the_file_is(duty: Plan) -> None:
    assert (duty.name, duty.counts, duty.stated) == ("duty.shp", (0, 0, 7), "")
    assert (duty.verdict.crs, duty.verdict.certainty) == ("gcj02", "certain")
    assert duty.rows[0]["名称"] == "清江浦区"
    assert duty.text.args["areas"] == 7


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        (Terms("", "名"), "mapfile.crs_undeclared"),
        (Terms("file", "名"), "mapfile.crs_not_in_file"),
        (Terms("mars", "名"), "mapfile.crs_unknown"),
        (Terms("wgs84", "名"), "mapfile.against_datum"),
        (Terms("bd09", "名"), "mapfile.against_datum"),
        (Terms("gcj02", "名", swap=True), "mapfile.against_swapped"),
        (Terms("gcj02", "名", label="没有"), "mapfile.no_such_column"),
        (Terms("gcj02", "名", id="../x"), "mapfile.bad_id"),
    ],
)
def test_what_is_refused_leaves_nothing(
    duty: Plan, tmp_path: Path, terms: Terms, reason: str
) -> None:
    with pytest.raises(Refusal) as refused:
        accept(duty, terms, tmp_path, NOW)
    assert refused.value.reason.id == reason
    assert list(tmp_path.rglob("*.npz")) == []


def test_a_displaced_file_is_refused(tmp_path: Path, city: City) -> None:
    codes, _, areas = districts("huaian")
    off = [shapely.transform(area, lambda pairs: pairs + np.array([0.1, 0.12])) for area in areas]
    path = shapefile(tmp_path / "off.shp", off, {"code": codes})
    with pytest.raises(Refusal) as refused:
        accept(plan(path, of_city(city)), Terms("wgs84", "名"), tmp_path, NOW)
    assert refused.value.reason.id == "mapfile.against_displaced"


def test_against_the_boundaries_it_carries_the_doubt(
    duty: Plan, tmp_path: Path, city: City
) -> None:
    accept(duty, Terms("wgs84", "名", anyway=True), tmp_path, NOW)
    content = made(city, tmp_path, "own-duty")
    assert [fault.id for fault in content.faults] == ["mapfile.fault.anyway"]


def made(city: City, folder: Path, id_: str, ask: Ask = ASK) -> Content:
    atlas = Atlas(Ground(city, SystemClock()), folder)
    assert atlas.faults == ()
    return atlas.layer(id_).make(None, ask)


def test_imported_listed_shown_removed(duty: Plan, tmp_path: Path, city: City) -> None:
    name = 'Duty "A" \\ 防汛\n'
    terms = Terms("gcj02", name, label="名称", by="名称", source="水利局", who="张三")
    config, _ = accept(duty, terms, tmp_path, NOW)
    again, _ = accept(duty, terms, tmp_path, NOW)
    assert (config.id, again.id) == ("own-duty", "own-duty-2")
    listed = list(imported(tmp_path))
    assert [item.id for item in listed] == ["own-duty", "own-duty-2"]
    assert (listed[0].name_zh, listed[0].crs) == ('Duty "A" \\ 防汛', "gcj02")
    assert listed[0].options["imported"]["who"] == "张三"
    assert listed[0].options["imported"]["at"] == NOW
    (shapes,) = made(city, tmp_path, "own-duty").shapes
    _, _, areas = districts("huaian")
    truth = np.concatenate([shapely.get_coordinates(area) for area in areas])
    assert np.abs(shapes.lon - truth[:, 0]).max() < 1e-9
    assert np.abs(shapes.lat - truth[:, 1]).max() < 1e-9
    remove(tmp_path, "own-duty")
    assert [item.id for item in imported(tmp_path)] == ["own-duty-2"]
    with pytest.raises(ConfigError):
        remove(tmp_path, "own-duty")
    with pytest.raises(ConfigError):
        remove(tmp_path, "../own-duty-2")


TABLE = "名称,lon,lat,类,数\n" + "".join(
    f"泵{n},{118.9 + n / 100},{33.5 + n / 100},{'甲乙'[n % 2]},{n * 10}\n" for n in range(12)
)


@pytest.fixture
def pumps(tmp_path: Path) -> Path:
    (tmp_path / "pumps.csv").write_text(TABLE, encoding="gb18030")
    return tmp_path


def test_points_of_a_foreign_file_in_its_own_datum(pumps: Path, city: City) -> None:
    options = {"file": "pumps.csv", "label": "名称", "form": "diamond", "icon": "pump"}
    content = layer(city, pumps, "gcj02", **options).make(None, ASK)
    marks = content.marks
    assert marks is not None
    assert marks.labels is not None
    assert (content.count, marks.labels[3], marks.ids[3]) == (12, "泵3", "4")
    back = moved(np.column_stack([marks.lon, marks.lat]), "gcj02")
    assert back[3] == pytest.approx([118.93, 33.53], abs=1e-9)


def test_filter_and_only_and_card(pumps: Path, city: City) -> None:
    one = layer(city, pumps, file="pumps.csv", only={"类": "甲"})
    assert one.make(None, ASK).count == 6
    content = one.make(None, Ask(now=NOW, filter="泵1 甲"))
    assert content.marks is not None
    assert list(content.marks.ids) == ["11"]
    assert one.properties("11") == (
        ("名称", "泵10"),
        ("lon", "119.0"),
        ("lat", "33.6"),
        ("类", "甲"),
        ("数", "100"),
    )
    for wrong in ("0", "13", "x", "", "-1", "9" * 40, "²"):
        assert one.properties(wrong) == ()


def test_colours_by_value_by_class_and_by_shade(pumps: Path, city: City) -> None:
    by_value = layer(city, pumps, file="pumps.csv", by="类").make(None, ASK)
    assert by_value.marks is not None
    assert {style.name_zh for style in by_value.marks.styles} == {"甲", "乙", "其他"}
    classes = [{"value": "甲", "colour": "warning.red", "name_zh": "一", "name_en": "one"}]
    named = layer(city, pumps, file="pumps.csv", by="类", classes=classes).make(None, ASK)
    assert named.marks is not None
    assert named.marks.styles[0].colour == "warning.red"
    assert named.marks.style.tolist() == [0, 1] * 6
    shades = layer(city, pumps, file="pumps.csv", by="数", breaks=[0, 50, 200]).make(None, ASK)
    assert shades.marks is not None
    assert shades.marks.style.tolist() == [0] * 5 + [1] * 7
    assert [step.text for step in shades.steps] == ["0 – 50", "50 – 200"]
    auto = layer(city, pumps, file="pumps.csv", by="数").make(None, ASK)
    assert len(auto.steps) >= 3


@pytest.mark.parametrize(
    ("crs", "options", "key"),
    [
        ("", {"file": "pumps.csv"}, "crs"),
        ("mars", {"file": "pumps.csv"}, "crs"),
        ("wgs84", {}, "options.file"),
        ("wgs84", {"file": "../pumps.csv"}, "options.file"),
        ("wgs84", {"file": "/etc/hosts"}, "options.file"),
        ("wgs84", {"file": "pumps.csv", "breaks": [2, 1]}, "options.breaks"),
        ("wgs84", {"file": "pumps.csv", "colr": "x"}, "options.colr"),
    ],
)
def test_options_that_cannot_be_used(
    pumps: Path, city: City, crs: str, options: dict[str, object], key: str
) -> None:
    with pytest.raises(ConfigError) as error:
        layer(city, pumps, crs, **options)
    said = error.value.reason.args
    assert key in (str(said["key"]), _missing(str(said["error"])))


def _missing(error: str) -> str:
    """`options.file` of an error that names a field only in its sentence."""
    return f"options.{error.split('`')[1]}" if "`" in error else ""


def test_data_that_is_gone_or_spoilt_is_said_and_the_map_stays(tmp_path: Path, city: City) -> None:
    (tmp_path / "a.npz").write_bytes(b"PK\x03\x04 no")
    for file in ("a.npz", "b.npz"):
        content = layer(city, tmp_path, file=file).make(None, ASK)
        assert (content.connected, content.count) == (False, 0)
        assert content.faults[0].id == "mapfile.layer_gone"
    (tmp_path / "a.kml").write_bytes(b"<kml")
    content = layer(city, tmp_path, file="a.kml").make(None, ASK)
    assert content.faults[0].id == "mapfile.bad.not_xml"


def test_the_command_says_what_is_missing(tmp_path: Path) -> None:
    duty_areas(tmp_path)
    common = [str(tmp_path / "duty.shp"), "--data", str(tmp_path / "data"), "--lang", "en"]
    undeclared = CliRunner().invoke(map_import.command, [*common, "--name", "x"])
    assert undeclared.exit_code == 1
    assert "Looks like GCJ-02" in undeclared.stdout
    assert "No coordinate system is declared" in undeclared.stderr
    wrong = CliRunner().invoke(map_import.command, [*common, "--name", "x", "--crs", "wgs84"])
    assert wrong.exit_code == 1
    assert "by the known boundaries it is GCJ-02" in wrong.stderr
    nameless = CliRunner().invoke(map_import.command, [*common, "--crs", "gcj02"])
    assert "Give the layer a name" in nameless.stderr
    assert not (tmp_path / "data").exists()
