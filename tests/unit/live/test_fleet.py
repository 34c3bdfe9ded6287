"""Devices counted by hand."""

from app.core.directory import Device
from app.core.model import DeviceState, DeviceStatus, Sourced
from app.live.fleet import fleet


def device(number, kind):
    return Device(f"iot:{kind}-{number}", kind, "", "", "320812", 119.0, 33.5)


def states(**said):
    return {
        id_.replace("_", ":", 1).replace("_", "-"): Sourced("s", 0, DeviceStatus(id_, 0, *state))
        for id_, state in said.items()
    }


def test_the_share_is_of_what_is_fitted_and_the_worst_kind_comes_first():
    fitted = [device(n, "rain") for n in range(4)] + [device(n, "gas") for n in range(2)]
    found = fleet(
        fitted,
        states(
            iot_rain_0=(DeviceState.ONLINE,),
            iot_rain_1=(DeviceState.ONLINE,),
            iot_rain_2=(DeviceState.FAULT, "断线"),
            iot_gas_0=(DeviceState.OFFLINE,),
            iot_other_9=(DeviceState.ONLINE,),
        ),
    )
    gas, rain = found.kinds
    assert (gas.kind, gas.rate, gas.offline, gas.silent) == ("gas", 0.0, 1, 1)
    assert (rain.rate, rain.fault, rain.faults, rain.silent) == (0.5, 1, (("断线", 1),), 1)
    assert found.rate == 2 / 6


def test_no_devices_have_no_share():
    assert fleet([], {}).rate == 0.0
