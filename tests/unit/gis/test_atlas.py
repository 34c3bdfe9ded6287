"""The atlas: every kind of layer of the catalogue, cities that change some, wrong files."""

import csv
import shutil
from pathlib import Path

import msgspec
import pytest

from app.city import city_folder, city_names, load_city
from app.core.clock import ManualClock
from app.core.i18n import LANGUAGES, translator
from app.core.model import World
from app.core.visit import VisitRules
from app.gis.atlas import KINDS, Atlas, UnknownLayer
from app.gis.icons import icon_ids
from app.gis.layer import Ask, Ground, LayerConfig
from app.live.picture import Picture
from app.live.visit import Veil
from tests.contract.house import ROOT
from tests.helpers.map_city import NOW, atlas_of, city_of, content, simulated
from tests.helpers.small_city import write_small_city

with (ROOT / "assets/layers/kinds.csv").open(encoding="utf-8") as file:
    CATALOGUE = [row["code"] for row in csv.DictReader(file)]
OF = 'of = { kind = "events" }'


def atlas_in(folder: Path, own: Path | None = None) -> Atlas:
    return Atlas(Ground(load_city(folder), ManualClock(NOW)), own)


def small(tmp_path: Path, **files: str) -> Path:
    folder = write_small_city(tmp_path / "small")
    for name, text in files.items():
        (folder / name.replace("_toml", ".toml").replace("_csv", ".csv")).write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize("name", city_names())
def test_every_layer_of_every_city_can_be_made_and_shown_empty(name: str) -> None:
    atlas = atlas_of(name)
    assert atlas.check() == ()
    assert set(CATALOGUE) <= set(atlas.configs)
    picture = Picture({}, World.DEMO)
    for id_, config in atlas.configs.items():
        shown = content(atlas, id_, picture)
        # Nothing is invented: what nobody brings is not there, and says so.
        live = config.kind in ("positions", "tracks", "choropleth", "rain", "absent")
        assert shown.connected is False or not live, id_
        assert shown.count == 0 or shown.marks or shown.shapes, id_


def test_every_layer_of_the_catalogue_has_both_names_and_a_group() -> None:
    for config in atlas_of("huaian").configs.values():
        assert config.name_zh and config.name_en and config.group, config.id


def test_pictograms_are_there() -> None:
    known = set(icon_ids())
    icons = {str(config.options.get("icon", "")) for config in atlas_of("huaian").configs.values()}
    assert icons - known == {""}


def test_what_the_demonstration_city_has_is_shown() -> None:
    atlas, picture = atlas_of("huaian"), simulated("huaian")
    shown = {id_: content(atlas, id_, picture) for id_ in CATALOGUE}
    connected = {id_ for id_, one in shown.items() if one.connected}
    assert len(connected) >= 45
    for id_ in ("event_point", "bus_vehicle", "rain_gauge", "camera", "warning_area", "choropleth"):
        assert shown[id_].sources == ("sim",), id_
        assert 0 < shown[id_].oldest <= shown[id_].newest <= NOW, id_
    for id_ in ("gas_pipe", "typhoon", "isochrone", "population_heat", "ship", "radar"):
        assert shown[id_].connected is False, id_


def test_a_later_table_changes_only_what_it_states(tmp_path: Path) -> None:
    city = small(tmp_path, layers_toml='[[layer]]\nid = "hospital"\nname_zh = "三甲医院"\n')
    (own := tmp_path / "own").mkdir()
    (own / "a.toml").write_text('[[layer]]\nid = "hospital"\nopacity = 0.5\n', "utf-8")
    config = atlas_in(city, own).configs["hospital"]
    assert (config.name_zh, config.name_en, config.kind) == ("三甲医院", "Hospital", "points")
    assert config.opacity == 0.5
    assert config.options["icon"] == "hospital"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[[layer]]\nid = "x"\nkind = "points"\nname_zh = "甲"\n',
            "layers.toml:2 layer[0].name_en",
        ),
        ('[[layer]]\nid = "x"\ncolour = 1\n', "layers.toml:3 layer[0].colour"),
        ('[[layer]]\nid = "X!"\n', "layers.toml:2 layer[0].id"),
        ('[[layer]]\nid = "x"\nopacity = 2.0\n', "layers.toml:3 layer[0].opacity"),
        ("[[layer\n", "layers.toml:1 -"),
    ],
)
def test_a_wrong_file_is_said_with_line_and_key(tmp_path: Path, text: str, expected: str) -> None:
    atlas = atlas_in(small(tmp_path, layers_toml=text))
    assert set(CATALOGUE) <= set(atlas.configs)  # the others are there
    (fault,) = atlas.faults
    told = f"{fault.args['file']}:{fault.args['line']} {fault.args.get('key', '-')}"
    assert told == expected


@pytest.mark.parametrize(
    ("options", "line", "key"),
    [
        ('kind = "points"', 1, "options.kinds"),
        ('kind = "points"\noptions = { kinds = 3 }', 6, "options.kinds"),
        ('kind = "points"\n[layer.options]\nkinds = ["a"]\ncolur = "x"', 8, "options.colur"),
        ('kind = "nothing"', 5, "kind"),
        ('kind = "heat"\noptions = { of = { kind = "nothing" } }', 6, "options.of.kind"),
        ('kind = "heat"\noptions = { of = { kind = "heat" } }', 6, "options.of"),
        (f'kind = "rings"\noptions = {{ {OF}, radii_m = [-1.0] }}', 6, "options.radii_m"),
        ('kind = "choropleth"\n[layer.options]\nbreaks = [3.0, 2.0]', 7, "options.breaks"),
        ('kind = "file"\noptions = { file = "a.geojson" }', 1, "crs"),
        ('kind = "file"\ncrs = "wgs84"\n[layer.options]\nfile = "../a"', 8, "options.file"),
    ],
)
def test_a_layer_that_cannot_be_made_says_why_and_stops_no_other(
    tmp_path: Path, options: str, line: int, key: str
) -> None:
    table = f'[[layer]]\nid = "x"\nname_zh = "甲"\nname_en = "A"\n{options}\n'
    atlas = atlas_in(small(tmp_path, layers_toml=table))
    assert atlas.faults == ()
    (fault,) = atlas.check()
    told = (fault.args["file"], fault.args["line"], fault.args["key"])
    assert told == ("layers.toml", line, f"layer[0].{key}")
    shown = atlas.layer("x").make(None, Ask(NOW))
    assert (shown.connected, len(shown.faults)) == (False, 1)
    for language in LANGUAGES:
        words = translator(language)
        assert "⟦" not in words.render(shown.faults[0]) + words.render(fault)


def test_a_layer_that_is_nowhere() -> None:
    with pytest.raises(UnknownLayer):
        atlas_of("huaian").layer("nowhere")


def test_a_layer_comes_and_goes_while_the_program_runs(tmp_path: Path) -> None:
    atlas = atlas_in(small(tmp_path))
    config = LayerConfig(id="own-a", kind="absent", name_zh="甲", name_en="A")
    atlas.add(config, tmp_path)
    first = atlas.layer("own-a")
    assert atlas.layer("own-a") is first
    atlas.add(config)
    assert atlas.layer("own-a") is not first
    atlas.remove("own-a")
    with pytest.raises(UnknownLayer):
        atlas.layer("own-a")


def test_an_audience(tmp_path: Path) -> None:
    text = '[[layer]]\nid = "camera"\naudience = ["desk"]\n'
    atlas = atlas_in(small(tmp_path, layers_toml=text))
    assert "camera" in atlas.for_seat("desk")
    assert "camera" not in atlas.for_seat("hall")
    assert "school" in atlas.for_seat("hall")


def test_kinds_are_found_by_their_file() -> None:
    for kind in KINDS.names():
        assert KINDS.load(kind).kind == kind


def test_check_city_tells_of_layers_and_plates(tmp_path: Path) -> None:
    folder = tmp_path / "city"
    shutil.copytree(str(city_folder("shanxi")), folder)
    rows = (folder / "plates.csv").read_text("utf-8").splitlines()
    rows.append("x,甲,A,总览,nowhere;mine,40,desk;roof,nothing,mine=a;camera=b")
    (folder / "plates.csv").write_text("\n".join(rows) + "\n", "utf-8")
    line = len(rows)
    found = [
        (fault.args["file"], fault.args["line"], fault.args["column"], fault.args.get("code", ""))
        for fault in atlas_in(folder).check()
    ]
    assert found == [
        ("plates.csv", line, "layers", "nowhere"),
        ("plates.csv", line, "audience", "roof"),
        ("plates.csv", line, "theme", "nothing"),
        ("plates.csv", line, "zoom", ""),
        ("plates.csv", line, "filters", "camera=b"),
    ]


def test_the_layers_that_visitors_see_hide_listed_cameras() -> None:
    """The wall's picture stands behind a veil while visitors are in the room."""
    city = city_of("huaian")
    hidden = city.cameras[0].id
    rules = VisitRules(hidden_cameras=(hidden,))
    catalog = msgspec.structs.replace(city.catalog, visit=rules)
    atlas = Atlas(Ground(msgspec.structs.replace(city, catalog=catalog), ManualClock(NOW)))
    picture = simulated("huaian")
    for id_ in ("camera", "camera_fov"):
        open_ = content(atlas, id_, picture)
        veiled = content(atlas, id_, Veil(picture, catalog).picture)
        assert open_.count - veiled.count == 1
    shown = content(atlas, "camera", Veil(picture, catalog).picture).marks
    assert shown is not None and hidden not in shown.ids.tolist()
