"""Where a Cursor-on-Target message ends: XML events and TAK protocol version 1, mixed as they come.

A stream of XML is cut at `</event>`; a protobuf message stands after 0xBF and its length as a
varint. A datagram has the header 0xBF, version, 0xBF instead (version 0: XML, 1: protobuf). Source:
the TAK protocol's published README (WIRE.md 2).
"""

MAGIC = 0xBF
_END = b"</event>"
_BLANKS = b" \t\r\n\0"
_VARINT_BYTES = 5  # 35 bits: more than any limit
_MESH_HEADER = 3


def cut(buffer: bytearray, max_bytes: int) -> list[bytes]:
    """The whole frames at the front of a stream, taken out of the buffer. What is neither is a
    frame of its own, up to where something may begin; an impossible length is no length."""
    frames: list[bytes] = []
    start = 0
    while True:
        while start < len(buffer) and buffer[start] in _BLANKS:
            start += 1
        end = _end(buffer, start, max_bytes)
        if end <= start:
            break
        frames.append(bytes(buffer[start:end]))
        start = end
    del buffer[:start]
    return frames


def message_of(frame: bytes) -> tuple[bool, bytes]:
    """Whether a frame is protobuf, and the message in it. Raises ValueError for a broken one."""
    if not frame or frame[0] != MAGIC:
        return False, frame
    if len(frame) > _MESH_HEADER and frame[1] in (0, 1) and frame[2] == MAGIC:
        return frame[1] == 1, frame[_MESH_HEADER:]
    head = _length(frame, 1)
    if head is None or len(frame) - head[1] != head[0]:
        raise ValueError("length")
    return True, frame[head[1] :]


def framed(message: bytes) -> bytes:
    """A protobuf message as it goes into a stream."""
    size, head = len(message), bytearray([MAGIC])
    while size > 0x7F:
        head.append(size & 0x7F | 0x80)
        size >>= 7
    head.append(size)
    return bytes(head) + message


def _end(buffer: bytearray, start: int, max_bytes: int) -> int:
    """Where the frame that begins at `start` ends; `start` itself while it is not whole."""
    if start >= len(buffer):
        return start
    first = buffer[start]
    if first == MAGIC:
        head = _length(buffer, start + 1)
        if head is None:
            return start + 1 if len(buffer) - start > _VARINT_BYTES else start
        size, at = head
        if size > max_bytes:
            return _next(buffer, start + 1)
        return at + size if at + size <= len(buffer) else start
    if first == ord("<"):
        found = buffer.find(_END, start)
        return found + len(_END) if found >= 0 else start
    return _next(buffer, start + 1)


def _next(buffer: bytearray, start: int) -> int:
    """Where something may begin again."""
    found = [at for at in (buffer.find(b"<", start), buffer.find(MAGIC, start)) if at >= 0]
    return min(found, default=len(buffer))


def _length(data: bytes | bytearray, at: int) -> tuple[int, int] | None:
    """A varint and where it ends; None where it does not."""
    value = 0
    for number in range(_VARINT_BYTES):
        if at + number >= len(data):
            return None
        byte = data[at + number]
        value |= (byte & 0x7F) << (7 * number)
        if byte < 0x80:
            return value, at + number + 1
    return None
