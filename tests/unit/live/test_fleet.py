"""Devices counted by hand."""

from app.core.condition import Condition, DeviceCondition
from app.core.directory import Device, DeviceKind
from app.core.message import message
from app.live.fleet import By, code_of, fleet

KINDS = [
    DeviceKind("rain", "气象", "", "", bureau_code="water"),
    DeviceKind("gas", "管线", "", "", bureau_code="urban"),
]


def device(number: int, kind: str, region: str = "320812") -> Device:
    return Device(f"iot:{kind}-{number}", kind, "", "", region, 119.0, 33.5)


def conditions(**found: Condition) -> dict[str, DeviceCondition]:
    return {
        f"iot:{name.replace('_', '-')}": DeviceCondition(condition, 0, message("x"))
        for name, condition in found.items()
    }


def test_the_share_is_of_what_is_fitted_and_the_worst_kind_comes_first() -> None:
    fitted = [device(n, "rain") for n in range(4)] + [device(n, "gas") for n in range(2)]
    found = fleet(
        fitted,
        conditions(
            rain_0=Condition.ONLINE,
            rain_1=Condition.BATTERY,  # it still measures
            rain_2=Condition.FAULT,
            gas_0=Condition.LOST,
            other_9=Condition.ONLINE,  # in no list
        ),
        code_of(By.KIND, KINDS),
    )
    gas, rain = found.groups
    assert (gas.code, gas.rate, gas.of(Condition.LOST), gas.silent) == ("gas", 0.0, 1, 1)
    assert (rain.rate, rain.usable, rain.of(Condition.FAULT), rain.silent) == (0.5, 2, 1, 1)
    assert (found.whole.fitted, found.whole.rate) == (6, 2 / 6)


def test_what_stands_behind_a_cut_line_is_counted_apart() -> None:
    fitted = [device(n, "rain") for n in range(4)]
    cut = Condition.UNREACHABLE
    table = conditions(rain_0=cut, rain_1=cut, rain_2=Condition.ONLINE, rain_3=Condition.FLAT)
    whole = fleet(fitted, table, code_of(By.KIND, KINDS)).whole
    assert (whole.fitted, whole.of(cut), whole.rate) == (4, 2, 0.5)
    gone = fleet(fitted[:2], table, code_of(By.KIND, KINDS)).whole
    assert gone.rate is None and gone.heard


def test_they_are_counted_by_bureau_district_and_domain_too() -> None:
    fitted = [device(0, "rain"), device(1, "gas", "320803"), device(2, "gas")]
    table = conditions(rain_0=Condition.ONLINE)
    for by, codes in (
        (By.BUREAU, {"water": 1, "urban": 2}),
        (By.REGION, {"320812": 2, "320803": 1}),
        (By.DOMAIN, {"气象": 1, "管线": 2}),
    ):
        groups = fleet(fitted, table, code_of(by, KINDS)).groups
        assert {group.code: group.fitted for group in groups} == codes


def test_no_devices_have_no_share() -> None:
    found = fleet([], {}, code_of(By.KIND, KINDS))
    assert found.whole.rate is None and found.groups == ()
