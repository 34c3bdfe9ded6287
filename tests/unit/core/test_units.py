"""Units of bureaus to units of the catalogue."""

import pytest

from app.core.units import UnitError, converter

KNOWN = [
    ("cm", "m", 1234.5, 12.345),
    ("万人", "人", 1.5, 15_000),
    ("人", "亿人", 1e8, 1),
    ("degF", "℃", 212, 100),
    ("K", "℃", 0, -273.15),
    ("km/h", "m/s", 36, 10),
    ("万千瓦时", "kWh", 2, 20_000),
    ("辆/5min", "辆/min", 10, 2),
    ("m³/h", "m³/s", 7200, 2),
    ("亩", "平方公里", 1500, 1),
    ("%", "无量纲", 50, 0.5),
    ("元/千克", "万元/吨", 10, 1),
    ("mg/m³", "µg/m³", 0.1, 100),
    ("MPa", "kPa", 0.3, 300),
    ("件", "件", 7, 7),
    ("m3/h", "m³/s", 7200, 2),
    ("ug/m3", "mg/m³", 100, 0.1),
    ("m2", "公顷", 10_000, 1),
    ("Cel", "℃", 7, 7),
    ("ºC", "degF", 100, 212),
    ("deg C", "℃", 7, 7),
    ("°F", "℃", 212, 100),
    ("1", "%", 0.5, 50),
]


@pytest.mark.parametrize(("given", "wanted", "value", "result"), KNOWN)
def test_known_answers(given: str, wanted: str, value: float, result: float) -> None:
    assert converter(given, wanted)(value) == pytest.approx(result)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [("件", "人"), ("m", "s"), ("furlongs!", "m"), ("__import__('os')", "m"), ("9**9**9", "m")],
)
def test_what_makes_no_sense_is_refused(given: str, wanted: str) -> None:
    with pytest.raises(UnitError):
        converter(given, wanted)
