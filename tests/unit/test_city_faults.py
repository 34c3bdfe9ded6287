"""Bad catalogues: each fault is found, all at once, with file, line and column or key."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.catalogue.faults import CityFaults
from app.city import load_city
from app.cli.check_city import command as check_city
from app.core.catalog import DAY, HOUR
from app.core.clock import SystemClock
from app.core.i18n import LANGUAGES, translator
from app.core.index import Across
from app.core.model import Reading, Segment
from app.core.privacy import Privacy
from app.store.store import Store
from tests.helpers.small_city import INDICATORS, edit, write_small_city

MEMBER = ("index[0].member[1].code", "index[1].member[0].code")
SECOND = "index[1].code"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small_city(tmp_path / "small")


def faults(folder: Path) -> list[tuple[str, object, object, object]]:
    """Id, file, line and column of each; every one is a sentence in both languages."""
    with pytest.raises(CityFaults) as caught:
        load_city(folder)
    for language in LANGUAGES:
        for item in caught.value.faults:
            assert "⟦" not in translator(language).render(item)
    said = caught.value.faults
    return [
        (
            item.id,
            item.args["file"],
            item.args["line"],
            item.args.get("column", item.args.get("key")),
        )
        for item in said
    ]


def test_the_small_city_is_in_order(folder: Path) -> None:
    catalog = load_city(folder).catalog
    plan = catalog.plan
    city = plan.specs["index.city"]
    assert city.across is Across.GEOMETRIC
    assert {item.code: item.weight for item in city.members} == {
        "index.pressure": 0.7,
        "index.theme.flood": 0.3,
    }
    order = list(plan.specs)
    assert order.index("index.theme.flood") < order.index("index.city")
    # weights.csv stands above weight_in_dimension, for the dimension it speaks of
    assert [item.weight for item in plan.specs["index.pressure"].members] == [0.5, 0.5]
    assert [item.weight for item in plan.specs["index.vitality"].members] == [1.0]
    assert catalog.quantities["lake.level"].secrecy is Privacy.INTERNAL
    assert catalog.quantities["road.speed"].secrecy is Privacy.PUBLIC
    assert "index.roads" in catalog.quantities


def test_targets_have_their_years(folder: Path) -> None:
    speed, lost = load_city(folder).catalog.targets
    assert (dict(speed.by_year), speed.binding) == ({2025: 28.0, 2026: 30.0}, True)
    assert (dict(lost.by_year), lost.indicator) == ({}, "")


def test_weights_and_limits_are_part_of_the_plans_version(folder: Path) -> None:
    before = load_city(folder).catalog.plan.version
    edit(folder / "bureaus.csv", "交通局", "交通运输局")
    assert load_city(folder).catalog.plan.version == before
    (folder / "weights.csv").write_text("code,weight\nroad.speed,0.6\nroad.jam,0.4\n", "utf-8")
    weighed = load_city(folder).catalog.plan.version
    assert weighed != before
    edit(folder / "indicators.csv", "40,30,25,20", "40,30,25,19")
    assert load_city(folder).catalog.plan.version not in (before, weighed)


@pytest.mark.parametrize(
    ("file", "old", "new", "wanted"),
    [
        # lists that name each other
        ("indicators.csv", "Speed,transport", "Speed,roads", ("cities.unknown", 2, "bureau_code")),
        ("indicators.csv", "vitality,flood", "vitality,lakes", ("cities.unknown", 4, "theme")),
        ("indicators.csv", "vitality,flood", "vigour,flood", ("cities.unknown", 4, "dimension")),
        ("bureaus.csv", "water,水利局", "transport,水利局", ("cities.twice", 3, "code")),
        ("themes.csv", "flood,", "traffic,", ("cities.twice", 3, "code")),
        ("indicators.csv", "road.jam", "road.speed", ("cities.twice", 3, "code")),
        ("indicators.csv", ",internal", ",hidden", ("city.cell", 4, "secrecy")),
        # limits: falling for positive, rising for negative, outwards for a band
        ("indicators.csv", "40,30,25,20", "40,30,25,26", ("cities.order", 2, "watch")),
        ("indicators.csv", "0,5,10,20", "0,5,20,10", ("cities.order", 3, "yellow")),
        ("indicators.csv", "0,5,10,20", "0,5,10,10", ("cities.order", 3, "yellow")),
        ("indicators.csv", "12,11.6", "11.6,12", ("cities.order", 4, "good_low")),
        ("indicators.csv", "14,12,11.6", "14,12.6,11.6", ("cities.order", 4, "best")),
        ("indicators.csv", "positive,0,120", "positive,0,39", ("cities.range", 2, "best")),
        ("indicators.csv", "positive,0,120", "positive,120,0", ("cities.order", 2, "valid_max")),
        # weights
        ("weights.csv", "0.5", "0.6", ("cities.sum", 2, "weight")),
        ("weights.csv", "0.5", "-0.5", ("cities.weight", 2, "weight")),
        ("weights.csv", "road.jam", "road.fog", ("cities.unknown", 3, "code")),
        ("indicators.csv", "flood,1,", "flood,0.9,", ("cities.sum", 4, "weight_in_dimension")),
        # indices
        ("indices.toml", "0.7", "0.6", ("cities.sum", 9, "index[0].member")),
        ("indices.toml", "theme.flood", "theme.fire", ("cities.member", 14, MEMBER[0])),
        ("indices.toml", '"road.speed"', '"town.area"', ("cities.no_score", 24, MEMBER[1])),
        ("indices.toml", '"index.pressure"', '"road.jam"', ("cities.mixed", 9, "index[0].member")),
        ("indices.toml", '"index.roads"', '"index.city"', ("cities.index_twice", 18, SECOND)),
        ("indices.toml", '"geometric"', '"median"', ("config.key", 7, "index[0].across")),
        ("indices.toml", '"index.roads"', '"roads"', ("config.key", 18, SECOND)),
        # targets
        ("targets.csv", "road.speed", "road.fog", ("cities.unknown", 2, "indicator")),
        ("targets.csv", "Speed,km/h", "Speed,m/s", ("cities.unit", 2, "unit")),
        ("targets.csv", "true,,", "true,7,", ("cities.figure", 3, "certainty")),
        ("targets.csv", "28,30", ",", ("cities.no_figure", 2, "certainty")),
        ("targets.csv", "28,30", "28,3o", ("city.cell", 2, "y2026")),
        ("targets.csv", "lost,交通", "speed,交通", ("cities.twice", 3, "id")),
    ],
)  # fmt: skip
def test_a_fault_names_file_line_and_key(
    folder: Path, file: str, old: str, new: str, wanted: tuple[str, int, str]
) -> None:
    edit(folder / file, old, new)
    id_, line, column = wanted
    assert (id_, file, line, column) in faults(folder)


def test_a_cycle_is_named_from_end_to_end(folder: Path) -> None:
    edit(folder / "indices.toml", '"road.speed"', '"index.city"')
    edit(folder / "indices.toml", '"index.theme.flood"', '"index.roads"')
    with pytest.raises(CityFaults) as caught:
        load_city(folder)
    (fault,) = caught.value.faults
    assert (fault.id, fault.args["line"]) == ("cities.cycle", 9)
    assert fault.args["path"] == "index.city → index.roads → index.city"


def test_no_leaf_above_a_fifth_where_there_are_more_than_five(folder: Path) -> None:
    (folder / "weights.csv").unlink()
    line = "road.{n},名,Name,transport,m,5min,positive,0,9,5,4,3,2,,,pressure,traffic,{weight},\n"
    text = INDICATORS.replace("traffic,0.6", "traffic,0.25").replace("traffic,0.4", "traffic,0.15")
    for n in range(4):
        text += line.format(n=n, weight=0.15)
    (folder / "indicators.csv").write_text(text, encoding="utf-8")
    assert faults(folder) == [("cities.leaf", "indicators.csv", 2, "weight_in_dimension")]


def test_a_district_that_is_not_there(folder: Path) -> None:
    (folder / "depots.csv").write_text(
        "code,name_zh,name_en,region_adcode\na,库,Depot,999901\nb,库,Depot,999902\nc,库,Depot,999900\n",
        encoding="utf-8",
    )
    assert faults(folder) == [("cities.unknown", "depots.csv", 3, "region_adcode")]


def test_a_feed_or_link_goes_through_a_link_that_is_nowhere(folder: Path) -> None:
    text = (folder / "city.toml").read_text("utf-8")
    text += '[[link]]\nid = "net"\nname_zh = "网"\ndepends = ["sky"]\n'
    text += '[[feed]]\nid = "a"\nkind = "mqtt"\nname_zh = "源"\ndepends = ["net", "sea"]\n'
    (folder / "city.toml").write_text(text, "utf-8")
    found = faults(folder)
    assert [(id_, key) for id_, _, _, key in found] == [
        ("cities.unknown", "feed[0].depends"),
        ("cities.unknown", "link[0].depends"),
    ]


def test_a_feed_of_an_unknown_bureau(folder: Path) -> None:
    feed = '[[feed]]\nid = "{id}"\nkind = "mqtt"\nname_zh = "源"\nbureau = "{bureau}"\n'
    text = (folder / "city.toml").read_text("utf-8")
    text += feed.format(id="a", bureau="water") + feed.format(id="b", bureau="roads")
    (folder / "city.toml").write_text(text, encoding="utf-8")
    assert faults(folder) == [("cities.unknown", "city.toml", 15, "feed[1].bureau")]


def test_a_video_platform_goes_through_a_link_that_is_nowhere(folder: Path) -> None:
    text = (folder / "city.toml").read_text("utf-8")
    platform = '[[platform]]\nid = "v"\nkind = "wvp"\nname_zh = "台"\n'
    (folder / "city.toml").write_text(f'{text}{platform}depends = ["sky"]\n{platform}', "utf-8")
    assert [(id_, key) for id_, _, _, key in faults(folder)] == [
        ("cities.unknown", "platform[0].depends"),
        ("cities.twice", "platform[1].id"),
    ]


def test_what_is_wrong_with_a_video_platform_is_said(folder: Path) -> None:
    text = (folder / "city.toml").read_text("utf-8")
    head = '[[platform]]\nname_zh = "台"\nurl = "https://10.0.0.1"\n'
    text += f'{head}id = "a"\nkind = "crystal-ball"\n'
    text += f'{head}id = "b"\nkind = "wvp"\n[platform.options]\npages = 3\n'
    text += f'{head}id = "c"\nkind = "wvp"\n'
    (folder / "city.toml").write_text(text, "utf-8")
    for language in LANGUAGES:
        result = CliRunner().invoke(check_city, [str(folder), "--lang", language])
        said = [line for line in result.output.splitlines() if line.startswith("×")]
        assert result.exit_code == 1 and len(said) == 2
        assert "crystal-ball" in said[0] and "options" in said[1] and "pages" in said[1]


def test_many_faults_at_once(folder: Path) -> None:
    edit(folder / "indicators.csv", "Speed,transport", "Speed,roads")
    edit(folder / "indicators.csv", "0,5,10,20", "0,5,20,10")
    edit(folder / "indices.toml", "0.7", "0.6")
    edit(folder / "targets.csv", "Speed,km/h", "Speed,m/s")
    assert len(faults(folder)) == 4
    for language in LANGUAGES:
        result = CliRunner().invoke(check_city, [str(folder), "--lang", language])
        assert result.exit_code == 1
        assert result.output.count("×") == 4
        assert "indices.toml" in result.output


def test_files_that_cannot_be_read_are_told_together(folder: Path) -> None:
    (folder / "bureaus.csv").unlink()
    (folder / "themes.csv").write_bytes("code\n淮".encode("gb18030"))
    edit(folder / "indices.toml", "0.7", "")
    with pytest.raises(CityFaults) as caught:
        load_city(folder)
    said = {(item.id, item.args["file"]) for item in caught.value.faults}
    assert said == {
        ("city.no_file", "bureaus.csv"),
        ("config.not_utf8", "themes.csv"),
        ("config.syntax", "indices.toml"),
    }


def test_a_good_city_passes_the_check(folder: Path) -> None:
    result = CliRunner().invoke(check_city, [str(folder)])
    assert (result.exit_code, result.output[:1]) == (0, "✓")
    assert CliRunner().invoke(check_city, ["atlantis"]).exit_code == 1


def test_a_limit_where_the_value_usually_is(folder: Path, tmp_path: Path) -> None:
    """Reported with the alarms a month that a seat's history would have given."""
    data = tmp_path / "data"
    clock = SystemClock()
    store = Store.open(data, clock, ballast_bytes=4096)
    begin = clock.now() // HOUR * HOUR - 20 * DAY
    jams = [
        Reading(key="reading/road.jam/999900", value=12.0 if hour % 24 < 12 else 3.0, observed=at)
        for hour, at in enumerate(range(begin, begin + 20 * DAY, HOUR))
    ]
    store.recorder.submit([Segment("roads", clock.now(), jams)], [])
    store.close()
    result = CliRunner().invoke(check_city, [str(folder), "--data", str(data), "--lang", "en"])
    assert result.exit_code == 1, result.output
    assert "indicators.csv line 3, column watch: the limit 10.0 of road.jam" in result.output
    assert "30 alarms a month" in result.output
    edit(folder / "indicators.csv", "0,5,10,20", "0,5,14,20")
    again = CliRunner().invoke(check_city, [str(folder), "--data", str(data)])
    assert again.exit_code == 0, again.output
