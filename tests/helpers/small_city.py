"""A city of a few lines, to be broken."""

from pathlib import Path

CITY = """code = "999900"
name_zh = "小城"
name_en = "Small"
centre_name_zh = "小城中心"
centre_name_en = "Small centre"
"""
HEAD = (
    "code,name_zh,name_en,bureau_code,unit,period,direction,valid_min,valid_max,best,good,watch,"
    "yellow,good_low,watch_low,dimension,theme,weight_in_dimension,secrecy\n"
)
INDICATORS = (
    HEAD
    + """\
road.speed,车速,Speed,transport,km/h,5min,positive,0,120,40,30,25,20,,,pressure,traffic,0.6,
road.jam,拥堵,Jams,transport,处,5min,negative,0,90,0,5,10,20,,,pressure,traffic,0.4,
lake.level,水位,Level,water,m,hour,band,8,17,12.5,13,13.5,14,12,11.6,vitality,flood,1,internal
town.area,面积,Area,water,km²,year,positive,1,900,,,,,,,attribute,,0,
"""
)
FILES = {
    "city.toml": CITY,
    "indicators.csv": INDICATORS,
    "bureaus.csv": "code,name_zh,short_zh,name_en\n"
    "transport,交通局,交通,Transport\nwater,水利局,水利,Water\n",
    "regions.csv": "adcode,name_zh,short_zh,name_en\n999901,东区,东,East\n",
    "themes.csv": "code,name_zh,name_en\ntraffic,交通,Traffic\nflood,防汛,Flood\n",
    "indices.toml": """
[[index]]
code = "index.city"
kind = "city"
name_zh = "综合"
name_en = "City"
across = "geometric"

[[index.member]]
code = "index.pressure"
weight = 0.7

[[index.member]]
code = "index.theme.flood"
weight = 0.3

[[index]]
code = "index.roads"
kind = "theme"
name_zh = "道路"
name_en = "Roads"

[[index.member]]
code = "road.speed"
weight = 1.0
""",
    "duty_roles.csv": "code,name_zh,name_en,seat,access\n"
    "ops_engineer,运维,Operations engineer,desk,view;ops\nvisitor,来宾,Visitor,desk,view\n",
    "targets.csv": "id,section_zh,section_en,name_zh,name_en,unit,binding,certainty,indicator,"
    "at_least,y2025,y2026\n"
    "speed,交通,Traffic,车速,Speed,km/h,true,certain,road.speed,true,28,30\n"
    "lost,交通,Traffic,缺字,Lost,%,false,lost,,true,,\n",
    "weights.csv": "code,weight\nroad.speed,0.5\nroad.jam,0.5\n",
}


def write_small_city(folder: Path) -> Path:
    """The files of the small city in a new folder."""
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    """Put `new` in the place of the first `old`."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
