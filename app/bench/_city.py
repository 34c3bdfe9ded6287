"""A city folder for benchmarks: as many indicators as wanted, one feed, no simulator."""

from pathlib import Path

REGION = "320800"
_BUREAUS = 32


def key_of(number: int) -> str:
    """The key of the indicator of a number."""
    return f"reading/bench.i{number}/{REGION}"


def write_city(folder: Path, indicators: int, url: str = "", themes: int = 0) -> Path:
    """Write `city.toml` and its catalogues; gives the folder.

    With `themes` every indicator belongs to one of so many, and the last alone is of the vitality:
    that index moves with its value and with no other.
    """
    folder.mkdir(parents=True, exist_ok=True)
    feed = f"""
[[feed]]
id = "bench"
kind = "ws-json"
name_zh = "压测"
url = "{url}"
expected_period_s = 5
"""
    (folder / "city.toml").write_text(
        f'code = "{REGION}"\nname_zh = "压测市"\nname_en = "Bench"\n'
        'centre_name_zh = "压测中心"\ncentre_name_en = "Bench"\nworld = "demo"\n'
        + (feed if url else ""),
        encoding="utf-8",
    )
    bureaus = "".join(f"b{n},委办局{n},局{n},Bureau {n}\n" for n in range(_BUREAUS))
    (folder / "bureaus.csv").write_text("code,name_zh,short_zh,name_en\n" + bureaus, "utf-8")
    rows = "".join(_row(n, indicators, themes) for n in range(indicators))
    header = (
        "code,name_zh,name_en,bureau_code,unit,period,direction,"
        "dimension,theme,valid_min,valid_max,best,good,watch,yellow,orange,red,decimals\n"
    )
    (folder / "indicators.csv").write_text(header + rows, "utf-8")
    (folder / "regions.csv").write_text("adcode,name_zh,short_zh,name_en\n", "utf-8")
    named = "".join(f"t{n},主题 {n},Theme {n}\n" for n in range(themes))
    (folder / "themes.csv").write_text("code,name_zh,name_en\n" + named, "utf-8")
    return folder


def _row(number: int, indicators: int, themes: int) -> str:
    bureau = number * _BUREAUS // indicators
    dimension = "vitality" if themes and number == indicators - 1 else "pressure"
    theme, ends = (f"t{number % themes}", "0,90") if themes else ("", ",")
    return (
        f"bench.i{number},指标 {number},Indicator {number},b{bureau},件,realtime,negative,"
        f"{dimension},{theme},0,200,{ends},95,97,98,99,1\n"
    )
