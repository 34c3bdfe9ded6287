"""The cities that come with the program: each is whole, and its simulator serves all of it."""

import csv
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.city import City, city_folder, load_city
from app.core.index import Across, IndexKind
from app.core.keys import reading_key
from app.core.model import World
from app.core.privacy import Privacy
from app.core.target import Certainty
from app.sim.__main__ import build, moment
from app.sim.generate import main as generate
from app.sim.systems import main as write_feeds
from app.sim.weather import Scenario

SIMULATED = ("huaian", "dezhou", "yiyuan", "suqian", "shanxi")
NOON = moment("2026-11-21T12:30:00+08:00", "Asia/Shanghai")
CODES = {
    "huaian": "320800",
    "dezhou": "371400",
    "yiyuan": "370323",
    "suqian": "321300",
    "shanxi": "140000",
}
# The panels, scenarios and columns that each place is known for.
THEMES = {
    "huaian": {"economy", "flood", "digital_base"},
    "dezhou": {
        *("s_epidemic", "s_parking", "s_civility", "s_projects", "s_finance", "s_food"),
        *("s_elderly", "s_medical", "s_econ_watch", "s_policy", "s_ecology", "s_relief"),
    },
    "yiyuan": {"economy", "agri", "flood"},
    "suqian": {"governance", "urban_ops", "safety", "traffic"},
    "shanxi": {"p_region", "p_population", "p_housing", "p_economy", "p_environment", "p_energy"},
}


@pytest.fixture(scope="module", params=SIMULATED)
def city(request: pytest.FixtureRequest) -> City:
    return load_city(request.param)


def raw(city: City, file: str) -> list[dict[str, str]]:
    path = Path(str(city_folder(city.name) / file))
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_it_is_a_demonstration_and_says_so(city: City) -> None:
    assert (city.config.code, city.config.world) == (CODES[city.name], World.DEMO)
    assert city.config.simulator is not None
    assert all(feed.world is World.DEMO for feed in city.config.feed)
    assert "演示" in city.config.centre_name_zh
    assert "demonstration" in (city_folder(city.name) / "PROVENANCE.md").read_text("utf-8")


def test_everything_has_a_name_in_both_languages(city: City) -> None:
    named = [
        *city.catalog.quantities.values(),
        *city.catalog.bureaus.values(),
        *city.catalog.regions.values(),
        *city.catalog.targets,
        *(city.themes + city.points + city.cameras + city.devices),
        *(city.duty_roles + city.warning_models + city.depots),
    ]
    for item in named:
        assert item.name_zh and item.name_en, item
        assert any("一" <= sign <= "龥" for sign in item.name_zh), item.name_zh
        assert not any("一" <= sign <= "龥" for sign in item.name_en), item.name_en


def test_units_have_an_english_form_of_the_same_size(city: City) -> None:
    for item in (*city.catalog.quantities.values(), *city.catalog.targets):
        chinese = any("一" <= sign <= "龥" for sign in item.unit)
        assert not any("一" <= sign <= "龥" for sign in item.unit_en), item
        assert item.unit_en.startswith("10k ") == item.unit.startswith("万"), item
        assert item.unit_en.startswith("100M ") == item.unit.startswith("亿"), item
        assert chinese or not item.unit_en, item


def test_models_and_posts_refer_to_what_is_there(city: City) -> None:
    assert {item.event_type for item in city.warning_models} <= {
        item.code for item in city.event_types
    }
    posts = {item.code for item in city.duty_roles}
    assert {item.backup_role for item in city.duty_roles} - {""} <= posts
    systems = {row["bureau"] for row in raw(city, "systems.csv")}
    assert {item.bureau for item in city.catalog.indicators} <= systems <= set(city.catalog.bureaus)


def test_its_themes_are_those_it_is_known_for(city: City) -> None:
    assert THEMES[city.name] <= {item.code for item in city.themes}
    used = {item.theme for item in city.catalog.indicators}
    assert used <= {item.code for item in city.themes}
    plan = city.catalog.plan
    for theme in THEMES[city.name]:
        assert f"index.theme.{theme}" in plan.specs, theme
    for spec in plan.specs.values():
        assert abs(sum(member.weight for member in spec.members) - 1.0) < 1e-6, spec.code
    for dimension in ("attribute", "drive", "pressure", "vitality"):
        assert plan.specs[f"index.{dimension}"].kind is IndexKind.DIMENSION


def test_the_simulator_serves_every_indicator(city: City) -> None:
    served = build(city.name, None, Scenario.AUTO, NOON)
    told = list(served.now(NOON, 500))
    readings = {item.key: item for part in told for item in part.readings}
    for item in city.catalog.indicators:
        reading = readings[reading_key(item.code, city.config.code)]
        assert item.in_range(reading.value), item.code
    districts = {key.split("/")[2] for key in readings} - {city.config.code}
    assert districts <= set(city.catalog.regions)
    assert len(districts) >= 5
    types, regions = {item.code for item in city.event_types}, set(city.catalog.regions)
    events = [event for part in told for event in part.events]
    assert events
    assert {item.type for item in events} <= types
    assert {item.region for item in events} <= regions
    assert served.between(NOON, NOON + 5000).readings


def test_a_fair_day_is_calm(city: City) -> None:
    """Most values stand within their limits: a place of its size, not the thresholds of another."""
    served = build(city.name, None, Scenario.CALM, NOON)
    readings = {item.key: item for part in served.now(NOON, 500) for item in part.readings}
    over = [
        item.code
        for item in city.catalog.indicators
        if item.level(readings[reading_key(item.code, city.config.code)].value).rank >= 2
    ]
    assert len(over) <= 4, over


def test_the_county_is_smaller_than_the_city_and_the_province_larger() -> None:
    cities = [load_city(name) for name in ("yiyuan", "huaian", "shanxi")]
    for code in ("pop.resident", "econ.gdp", "power.load", "edu.students"):
        highest = [
            item.catalog.quantities[code].valid_max
            for item in cities
            if code in item.catalog.quantities
        ]
        assert highest == sorted(highest, key=float), code


def test_dezhous_lost_digits_are_not_made_up() -> None:
    targets = load_city("dezhou").catalog.targets
    assert len(targets) == 31
    for item in targets:
        certain = item.certainty not in (Certainty.UNCERTAIN, Certainty.LOST)
        assert bool(item.by_year) is certain, item.id
    by_id = {item.id: item for item in targets}
    assert dict(by_id["dz01"].by_year) == {2021: 70.0, 2022: 80.0, 2023: 90.0}
    assert dict(by_id["dz04"].by_year) == {2021: 80.0, 2022: 100.0}
    assert by_id["dz02"].by_year == {}  # 25, 30, 35 or 125, 130, 135: nobody knows
    assert [item.id for item in targets if item.binding] == ["dz10", "dz11", "dz15"]
    assert by_id["dz07"].indicator == "service.licence_use"
    assert not by_id["dz31"].at_least


@pytest.mark.parametrize("name", ["huaian", "suqian", "yiyuan", "shanxi"])
def test_demonstration_targets_are_bound_and_have_this_year(name: str) -> None:
    city = load_city(name)
    assert len(city.catalog.targets) >= 5
    for item in city.catalog.targets:
        assert item.indicator in city.catalog.quantities
        assert set(item.by_year) == {2025, 2026, 2027}
    assert {item.binding for item in city.catalog.targets} == {True, False}


def test_shanxi_is_made_of_its_six_panels() -> None:
    city = load_city("shanxi")
    whole = city.catalog.plan.specs["index.city"]
    assert {item.code for item in whole.members} == {
        f"index.theme.{theme}" for theme in THEMES["shanxi"]
    }
    assert whole.across is Across.GEOMETRIC
    energy = {item.code for item in city.catalog.indicators if item.theme == "p_energy"}
    assert {
        *("energy.coal_output", "energy.coal_transport", "energy.coal_power"),
        *("energy.clean_power", "energy.coal_use", "energy.power_use"),
    } <= energy
    assert len(city.catalog.regions) == 12  # the province and its eleven cities
    # Sensitive: a count for officers, not for the wall.
    assert city.catalog.quantities["grid.special"].secrecy is Privacy.INTERNAL
    assert not [item for item in city.points if "special" in item.kind]


def test_suqians_figures() -> None:
    city = load_city("suqian")
    assert len(city.warning_models) == 12
    rows = {row["code"]: row for row in raw(city, "warning_models.csv")}
    named = {code for code, row in rows.items() if row["origin"] == "种子（宿迁）"}
    assert named == {"ponding", "surge", "group_rental"}
    systems = {row["code"]: row["typical"] for row in raw(city, "indicators.csv")}
    assert systems["data.systems"] == "345"


def test_yiyuans_reservoir_has_its_published_levels() -> None:
    level = load_city("yiyuan").catalog.quantities["hydro.tianzhuang_level"]
    limits = level.thresholds
    assert (limits.watch, limits.orange, limits.red) == (308.0, 310.64, 312.51)


@pytest.mark.parametrize(
    ("name", "seed", "scale"),
    [
        ("dezhou", 71400, 0.12),
        ("suqian", 21300, 0.12),
        ("yiyuan", 70323, 0.08),
        ("shanxi", 14000, 0.15),
    ],
)
def test_what_is_generated_is_what_is_committed(
    name: str, seed: int, scale: float, tmp_path: Path
) -> None:
    folder = tmp_path / name
    shutil.copytree(str(city_folder(name)), folder)
    files = ("points.csv", "cameras.csv", "devices.csv", "city.toml")
    before = {file: (folder / file).read_bytes() for file in files}
    drawn = [str(folder), "--seed", str(seed), "--scale", str(scale)]
    assert CliRunner().invoke(generate, drawn).exit_code == 0
    assert CliRunner().invoke(write_feeds, [str(folder)]).exit_code == 0
    assert {file: (folder / file).read_bytes() for file in files} == before
    provenance = (folder / "PROVENANCE.md").read_text("utf-8")
    assert f"--seed {seed} --scale {scale}" in provenance


@pytest.mark.parametrize("missing", [".csv", ".geojson"])
def test_a_city_of_its_four_files_alone_is_served(missing: str, tmp_path: Path) -> None:
    """Whatever is optional may be absent: the simulator starts and serves every indicator."""
    folder = tmp_path / "bare"
    shutil.copytree(str(city_folder("shanxi")), folder)
    needed = {"city.toml", "indicators.csv", "bureaus.csv", "regions.csv", "themes.csv"}
    for path in folder.iterdir():
        if path.name not in needed and path.name.endswith((missing, ".toml")):
            path.unlink()
    served = build(str(folder), None, Scenario.STORM, NOON)
    told = list(served.now(NOON, 500))
    readings = {item.key for part in told for item in part.readings}
    city = load_city(folder)
    assert {reading_key(item.code, "140000") for item in city.catalog.indicators} <= readings
    assert served.between(NOON, NOON + 5000).readings
