"""The two checksums of field protocols that share the polynomial A001 (CRC-16-IBM, reflected)."""

_START = 0xFFFF


def _eight_steps(register: int) -> int:
    for _ in range(8):
        register = (register >> 1) ^ 0xA001 if register & 1 else register >> 1
    return register


_TABLE = tuple(_eight_steps(byte) for byte in range(256))


def modbus(data: bytes | bytearray) -> int:
    """CRC-16/MODBUS: SL 651 sends its high byte first."""
    register = _START
    for byte in data:
        register = (register >> 8) ^ _TABLE[(register ^ byte) & 0xFF]
    return register


def hj212(data: bytes | bytearray) -> int:
    """The checksum of HJ 212 annex A: each byte meets the high half of the register, moved down,
    and not the low half as in MODBUS."""
    register = _START
    for byte in data:
        register = _TABLE[(register >> 8) ^ byte]
    return register
