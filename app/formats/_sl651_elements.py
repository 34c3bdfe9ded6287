"""The text of an SL 651 frame to elements: identifier, value, moment, period.

Identifiers and units are those of table C.1 of the standard; rules of numbers and of what is
missing 6.6.3.3 and 6.6.4.4. A number's definition byte says its bytes (upper five bits) and
decimals (lower three).
"""

import re
from collections.abc import Iterator
from typing import ClassVar, NamedTuple

import msgspec

from app.core.catalog import DAY, HOUR, MINUTE
from app.core.model import Ms
from app.core.privacy import Privacy
from app.formats._sl651_frame import Frame, moment

STATUS = "ZT"
VOLTAGE = "VT"
_SERIES = 12
_SERIES_STEP = 5 * MINUTE
_NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{0,6})?")
_STEP = re.compile(r"DR([DHN])([0-9]{2})")


class Known(NamedTuple):
    """What an identifier means: its ASCII form, its unit, and the period that it sums up."""

    name: str
    unit: str = ""
    period: Ms = 0


ELEMENTS: dict[int, Known] = {
    0x01: Known("AC", "m²"),
    0x02: Known("AI", "℃"),
    0x03: Known("C", "℃"),
    0x06: Known("ED", "mm", DAY),
    0x07: Known("EJ", "mm"),
    0x08: Known("FL", "hPa"),
    0x09: Known("GH", "m"),
    0x0C: Known("GT"),
    0x0D: Known("GTP", "℃"),
    0x0E: Known("H", "m"),
    0x0F: Known("HW", "m"),
    0x10: Known("M10", "%"),
    0x11: Known("M20", "%"),
    0x12: Known("M30", "%"),
    0x13: Known("M40", "%"),
    0x14: Known("M50", "%"),
    0x15: Known("M60", "%"),
    0x16: Known("M80", "%"),
    0x17: Known("M100", "%"),
    0x18: Known("MST", "%"),
    0x19: Known("NS"),
    0x1A: Known("P1", "mm", HOUR),
    0x1B: Known("P2", "mm", 2 * HOUR),
    0x1C: Known("P3", "mm", 3 * HOUR),
    0x1D: Known("P6", "mm", 6 * HOUR),
    0x1E: Known("P12", "mm", 12 * HOUR),
    0x1F: Known("PD", "mm", DAY),
    0x20: Known("PJ", "mm"),
    0x21: Known("PN01", "mm", MINUTE),
    0x22: Known("PN05", "mm", 5 * MINUTE),
    0x23: Known("PN10", "mm", 10 * MINUTE),
    0x24: Known("PN30", "mm", 30 * MINUTE),
    0x25: Known("PR", "mm"),
    0x26: Known("PT", "mm"),
    0x27: Known("Q", "m³/s"),
    **{0x27 + index: Known(f"Q{index}", "m³/s") for index in range(1, 9)},
    0x30: Known("QA", "m³/s"),
    0x31: Known("QZ", "m³/s"),
    0x32: Known("SW", "万吨"),
    0x33: Known("UC"),
    0x34: Known("UE"),
    0x35: Known("US", "m/s"),
    0x36: Known("VA", "m/s"),
    0x37: Known("VJ", "m/s"),
    0x38: Known(VOLTAGE, "V"),
    0x39: Known("Z", "m"),
    0x3A: Known("ZB", "m"),
    0x3B: Known("ZU", "m"),
    **{0x3B + index: Known(f"Z{index}", "m") for index in range(1, 9)},
    0x44: Known("SQ", "kg/m³"),
    0x45: Known(STATUS),
    0x46: Known("PH"),
    0x47: Known("DO", "mg/L"),
    0x48: Known("COND", "uS/cm"),
    0x49: Known("TURB", "NTU"),
    0x4A: Known("CODMN", "mg/L"),
    0x4B: Known("REDOX", "mV"),
    **{
        0x4C + index: Known(name, "mg/L")
        for index, name in enumerate(
            ("NH4N", "TP", "TN", "TOC", "CU", "ZN", "SE", "AS", "THG", "CD", "PB", "CHLA")
        )
    },
    **{0x57 + index: Known(f"WP{index}", "kPa") for index in range(1, 9)},
    **{0x5F + index: Known(f"SYL{index}", "m³") for index in range(1, 9)},
    **{0x67 + index: Known(f"SBL{index}", "m³/h") for index in range(1, 9)},
    **{0x70 + index: Known(name, "V") for index, name in enumerate(("VTA", "VTB", "VTC"))},
    **{0x73 + index: Known(name, "A") for index, name in enumerate(("VIA", "VIB", "VIC"))},
    0xF4: Known("DRP", "mm", _SERIES_STEP),
    **{0xF5 + index: Known(f"DRZ{index + 1}", "m") for index in range(8)},
}
BY_NAME = {known.name: known for known in ELEMENTS.values()}


class Element(msgspec.Struct, frozen=True):
    """One value: `name` is its ASCII form, or its four hexadecimal digits (FF03) for a maker's own;
    `value` None for one that is missing or no number. `observed` is the moment or the period's
    end."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    name: str
    value: float | None
    observed: Ms
    period: Ms = 0
    bits: int = 0  # of the status element


class BadBody(ValueError):
    """A text that cannot be read; the argument is the reason's word."""


class Body(NamedTuple):
    """A frame's text: when it was sent, its elements in order, and where it ended too early."""

    sent: Ms
    elements: list[Element]
    fault: str


def body_of(frame: Frame) -> Body:
    """The elements of a frame; raises BadBody where not even the time of sending can be read."""
    if frame.ascii:
        sent = moment(frame.body[4:16].decode("latin-1"))
    else:
        sent = moment(frame.body[2:8].hex())
    if sent is None:
        raise BadBody("bad_time")
    elements: list[Element] = []
    walk = _ascii(frame.body[16:], sent) if frame.ascii else _binary(frame.body[8:], sent)
    try:
        elements.extend(walk)
    except BadBody as error:
        return Body(sent, elements, str(error))
    return Body(sent, elements, "")


def _binary(data: bytes, sent: Ms) -> Iterator[Element]:
    observed, step, at = sent, 0, 0
    while at < len(data):
        code = data[at]
        at += 1
        if code == 0xF1 and data[at : at + 1] == b"\xf1":
            at += 7  # the station again, and its kind
        elif code == 0xF0 and data[at : at + 1] == b"\xf0":
            found = moment(data[at + 1 : at + 6].hex())
            if found is None:
                raise BadBody("bad_time")
            observed, at = found, at + 6
        elif code in (0xF2, 0xF3, 0xFD):
            return  # free text put in by hand, a picture, a batch of flows: to the end
        elif 0xF4 <= code <= 0xFC:
            wide = 1 if code == 0xF4 else 2
            end = at + 1 + wide * _SERIES  # whatever its definition byte says
            yield from _series(code, _all(data, at + 1, end), observed, sent)
            at = end
        else:
            known = ELEMENTS.get(code, Known(f"{code:02x}"))
            if code == 0xFF:
                known = Known(f"FF{_all(data, at, at + 1).hex().upper()}")
                at += 1
            wide, decimals = divmod(_all(data, at, at + 1)[0], 8)
            at += 1
            if code == 0x04:
                step, at = _duration(_all(data, at, at + wide)), at + wide
            elif step:
                yield from _repeated(known, data[at:], wide, decimals, observed, step)
                return
            else:
                yield _element(known, _all(data, at, at + wide), decimals, observed)
                at += wide


def _all(data: bytes, start: int, end: int) -> bytes:
    if end > len(data) or start == end:
        raise BadBody("truncated")
    return data[start:end]


def _element(known: Known, raw: bytes, decimals: int, observed: Ms) -> Element:
    if known.name == STATUS:
        return Element(STATUS, None, observed, bits=int.from_bytes(raw, "big"))
    return Element(known.name, _bcd(raw, decimals), observed, known.period)


def _bcd(raw: bytes, decimals: int) -> float | None:
    """A BCD number, FF before it for a negative one; None for all FF and for what is none."""
    sign, digits = 1, raw.hex()
    if raw[:1] == b"\xff" and len(raw) > 1:
        sign, digits = -1, digits[2:]
    if not digits.isdigit():
        return None
    return float(sign * int(digits) / 10**decimals)


def _duration(raw: bytes) -> Ms:
    """Days, hours and minutes of a time step."""
    digits = raw.hex()
    if len(raw) != 3 or not digits.isdigit():
        raise BadBody("bad_time")
    days, hours, minutes = (int(digits[at : at + 2]) for at in (0, 2, 4))
    return days * DAY + hours * HOUR + minutes * MINUTE


def _repeated(
    known: Known, data: bytes, wide: int, decimals: int, observed: Ms, step: Ms
) -> Iterator[Element]:
    """Values at even steps, the first at the time of observation."""
    if not wide or len(data) % wide:
        raise BadBody("truncated")
    for index in range(len(data) // wide):
        raw = data[index * wide : (index + 1) * wide]
        yield _element(known, raw, decimals, observed + index * step)


def _series(code: int, raw: bytes, observed: Ms, sent: Ms) -> Iterator[Element]:
    """The twelve five-minute values of an hour: rain in 0.1 mm, or levels in centimetres.

    The time of observation is that of the first (6.6.4.7). Some makers state the last: it is that
    where the last would otherwise lie after the sending, for nothing is sent before it is measured.
    """
    length = (_SERIES - 1) * _SERIES_STEP
    first = observed if observed + length <= sent + MINUTE else observed - length
    wide = len(raw) // _SERIES
    known = ELEMENTS[code]
    for index in range(_SERIES):
        number = int.from_bytes(raw[index * wide : (index + 1) * wide], "big")
        missing = number == 256**wide - 1
        value = None if missing else number / (10 if wide == 1 else 100)
        at = first + index * _SERIES_STEP
        yield Element(known.name, value, at, known.period)


def _ascii(data: bytes, sent: Ms) -> Iterator[Element]:
    """`ST <address> <kind> TT <time> Z 12.345 VT 11.2 ...`. After a `DRxnn` come the names of one
    or several elements, then their values at even steps, one after the other; M is missing."""
    words = data.decode("latin-1").upper().split()
    observed, at = sent, 0
    while at < len(words):
        name, at = words[at], at + 1
        pace = _STEP.fullmatch(name)
        if name == "ST":
            at += 2  # the address, and the station's kind
        elif pace:
            step = {"D": DAY, "H": HOUR, "N": MINUTE}[pace.group(1)] * int(pace.group(2))
            yield from _ascii_series(words[at:], observed, step)
            return
        elif at == len(words):
            raise BadBody("truncated")
        elif name == "TT":
            found = moment(words[at])
            if found is None:
                raise BadBody("bad_time")
            observed, at = found, at + 1
        else:
            yield _ascii_element(name, words[at], observed)
            at += 1


def _ascii_series(words: list[str], observed: Ms, step: Ms) -> Iterator[Element]:
    """What follows a `DRxnn`; some makers write its number once more behind it."""
    is_value = [word == "M" or _NUMBER.fullmatch(word) is not None for word in words]
    start = 1 if is_value[:1] == [True] else 0
    try:
        first = is_value.index(True, start)
    except ValueError as error:
        raise BadBody("truncated") from error
    names = words[start:first]
    for index, word in enumerate(words[first:]):
        if not is_value[first + index]:
            return
        group, place = divmod(index, len(names))
        yield _ascii_element(names[place], word, observed + group * step)


def _ascii_element(name: str, text: str, observed: Ms) -> Element:
    known = BY_NAME.get(name)
    if name == STATUS:
        bits = int(text, 16) if re.fullmatch("[0-9A-F]{1,8}", text) else 0
        return Element(name, None, observed, bits=bits)
    value = float(text) if _NUMBER.fullmatch(text) else None
    return Element(name, value, observed, known.period if known else 0)
