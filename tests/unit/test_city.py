"""A city from its folder: what is in it, and what is said when it cannot be read."""

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from app.catalogue.outline import load_outlines
from app.catalogue.rows import parse_lag
from app.city import City, city_folder, city_names, load_city
from app.config import ConfigError
from app.core.catalog import Direction, Period
from app.core.i18n import LANGUAGES, translator
from app.core.keys import reading_key
from app.core.model import Level, World
from app.core.outline import inside
from app.sim.generate import main as generate


@pytest.fixture(scope="module")
def huaian() -> City:
    return load_city("huaian")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    shutil.copytree(str(city_folder("huaian")), folder)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refusal(folder: Path) -> dict[str, object]:
    with pytest.raises(ConfigError) as caught:
        load_city(folder)
    for language in LANGUAGES:
        if caught.value.reason.id.startswith(("city.", "cities.")):
            assert "⟦" not in translator(language).render(caught.value.reason)
    return {"id": caught.value.reason.id, **caught.value.reason.args}


def test_counts_of_the_demonstration_city(huaian: City) -> None:
    assert len(huaian.catalog.indicators) == 197
    assert len(huaian.catalog.bureaus) == 32
    assert len(huaian.catalog.regions) == 9  # the city, seven districts, the development zone
    assert len(huaian.points) >= 3000
    assert len(huaian.cameras) == 236
    assert 300 <= len(huaian.devices) <= 2000
    assert len(huaian.event_types) == 148
    assert len(huaian.warning_models) == 12
    assert len(huaian.duty_roles) == 29
    assert huaian.config.world is World.DEMO
    assert Counter(item.dimension for item in huaian.catalog.indicators) == {
        "attribute": 38,
        "drive": 40,
        "pressure": 84,
        "vitality": 35,
    }


def test_an_indicator_as_it_stands_in_the_file(huaian: City) -> None:
    level = huaian.catalog.quantity(reading_key("hydro.hongze_level", "320800"))
    assert level is not None
    assert (level.bureau, level.unit, level.decimals) == ("water", "m", 2)
    assert (level.period, level.direction) == (Period.FIVE_MINUTES, Direction.BAND)
    assert (level.period_ms, level.lag_ms) == (300_000, 300_000)
    assert level.level(13.4) is Level.NONE
    assert level.level(13.5) is Level.BLUE
    assert level.level(15.6) is Level.RED
    assert level.level(11.2) is Level.ORANGE


def test_a_chinese_unit_has_an_english_one_of_the_same_size() -> None:
    for city in map(load_city, ("huaian", "recorded")):
        for item in city.catalog.quantities.values():
            chinese = any("一" <= sign <= "龥" for sign in item.unit)
            assert bool(item.unit_en) == chinese, item.code
            assert not any("一" <= sign <= "龥" for sign in item.unit_en), item.code
            assert item.unit_en.startswith("10k ") == item.unit.startswith("万"), item.code
            assert item.unit_en.startswith("100M ") == item.unit.startswith("亿"), item.code


def test_everything_refers_to_something(huaian: City) -> None:
    bureaus, regions = huaian.catalog.bureaus, huaian.catalog.regions
    assert {item.bureau for item in huaian.catalog.indicators} <= set(bureaus)
    assert {item.theme for item in huaian.catalog.indicators} <= {t.code for t in huaian.themes}
    kinds = {item.code for item in huaian.point_kinds}
    assert {item.kind for item in huaian.points} <= kinds
    assert {item.region for item in (*huaian.points, *huaian.cameras)} <= set(regions)
    points = {item.id for item in huaian.points}
    assert {item.point for item in huaian.cameras} <= points
    assert {item.point for item in huaian.devices} - {""} <= points
    device_kinds = {item.code: item for item in huaian.device_kinds}
    metrics = {device_kinds[item.kind].quantity for item in huaian.devices} - {""}
    assert metrics <= set(huaian.catalog.quantities)
    assert {item.responsible_bureau for item in huaian.event_types} <= set(bureaus)
    types = {item.code for item in huaian.event_types}
    assert {item.event_type for item in huaian.warning_models} <= types


def test_ids_are_unique_and_name_their_authority(huaian: City) -> None:
    ids = [item.id for item in (*huaian.points, *huaian.cameras, *huaian.devices)]
    assert len(set(ids)) == len(ids)
    assert all(":" in item for item in ids)
    keys = [reading_key("x", item.region, item.foreign_id) for item in huaian.devices]
    assert len(set(keys)) == len(keys)


def test_places_lie_in_their_district(huaian: City) -> None:
    outlines = load_outlines(city_folder("huaian"))
    assert len(outlines) == 7
    for code, rings in outlines.items():
        mine = [item for item in huaian.points if item.region == code]
        lon = np.array([item.lon for item in mine])
        lat = np.array([item.lat for item in mine])
        assert inside(rings, lon, lat).all(), code


def test_inside_a_square_with_a_hole() -> None:
    square = np.array([(0, 0), (4, 0), (4, 4), (0, 4), (0, 0)], dtype=float)
    hole = np.array([(1, 1), (3, 1), (3, 3), (1, 3), (1, 1)], dtype=float)
    lon, lat = np.array([0.5, 2.0, 5.0, 3.5]), np.array([0.5, 2.0, 2.0, 3.5])
    assert inside([square, hole], lon, lat).tolist() == [True, False, False, True]


def test_the_generator_gives_the_committed_files(copy: Path) -> None:
    before = {
        name: (copy / name).read_bytes() for name in ("points.csv", "cameras.csv", "devices.csv")
    }
    result = CliRunner().invoke(generate, [str(copy)])
    assert result.exit_code == 0, result.output
    assert {name: (copy / name).read_bytes() for name in before} == before


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("60d", 5_184_000_000),
        ("15min", 900_000),
        ("1h", 3_600_000),
        ("30s", 30_000),
        ("0.5h", 1_800_000),
        ("", None),
        ("5", None),
        ("5 weeks", None),
        ("-5d", None),
    ],
)
def test_lag(text: str, wanted: int | None) -> None:
    assert parse_lag(text) == wanted


def test_version_changes_with_any_byte(copy: Path, huaian: City) -> None:
    assert load_city(copy).version == huaian.version
    edit(copy / "bureaus.csv", "市统计局", "市统计局二")
    assert load_city(copy).version != huaian.version


def test_unknown_city() -> None:
    with pytest.raises(ConfigError) as caught:
        load_city("atlantis")
    assert caught.value.reason.id == "city.unknown"
    assert "huaian" in str(caught.value.reason.args["known"])
    assert "huaian" in city_names()


def test_bad_number_names_file_line_and_column(copy: Path) -> None:
    edit(copy / "indicators.csv", "positive,400,500,455", "positive,400,5oo,455")
    said = refusal(copy)
    assert (said["id"], said["file"], said["line"], said["column"]) == (
        "city.cell",
        "indicators.csv",
        2,
        "valid_max",
    )


def test_missing_cell_names_the_column(copy: Path) -> None:
    edit(copy / "indicators.csv", "pop.registered,户籍人口", "pop.registered,")
    said = refusal(copy)
    assert (said["line"], said["column"]) == (3, "name_zh")


def test_bad_lag_names_the_line(copy: Path) -> None:
    edit(copy / "indicators.csv", "0.0235,45d,1", "0.0235,soon,1")
    said = refusal(copy)
    assert (said["line"], said["column"]) == (3, "usual_lag")


def test_a_code_that_stands_twice(copy: Path) -> None:
    edit(copy / "indicators.csv", "pop.registered,", "pop.resident,")
    said = refusal(copy)
    assert (said["line"], said["column"]) == (3, "code")


def test_too_many_cells(copy: Path) -> None:
    edit(copy / "bureaus.csv", "education,", "education,,")
    said = refusal(copy)
    assert (said["id"], said["line"], said["found"], said["wanted"]) == ("city.cells", 5, 7, 6)


def test_an_open_quote(copy: Path) -> None:
    edit(copy / "bureaus.csv", "education,", '"education,')
    assert refusal(copy)["id"] == "city.csv"


def test_not_utf8(copy: Path) -> None:
    (copy / "regions.csv").write_bytes("adcode,name_zh\n1,淮".encode("gb18030"))
    assert refusal(copy)["id"] == "config.not_utf8"


def test_empty_file(copy: Path) -> None:
    (copy / "regions.csv").write_bytes(b"")
    assert refusal(copy)["id"] == "city.no_header"


def test_missing_file(copy: Path) -> None:
    (copy / "bureaus.csv").unlink()
    assert refusal(copy)["id"] == "city.no_file"


def test_a_quoted_line_break_keeps_the_line_numbers_right(copy: Path) -> None:
    edit(copy / "bureaus.csv", "市政府总值班室设于此", '"两\n行"')
    edit(copy / "bureaus.csv", "dev_reform,市发展和改革委员会", "dev_reform,")
    said = refusal(copy)
    assert (said["line"], said["column"]) == (5, "name_zh")


def test_optional_lists_may_be_absent(copy: Path) -> None:
    for name in ("points.csv", "cameras.csv", "devices.csv", "metrics.csv", "depots.csv"):
        (copy / name).unlink()
    city = load_city(copy)
    assert (city.points, city.cameras, city.devices, city.depots) == ([], [], [], [])
    assert len(city.catalog.indicators) == 197
