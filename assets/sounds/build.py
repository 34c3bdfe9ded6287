"""Makes red.wav and orange.wav: `python -m assets.sounds.build`. Committed so that they can change.

Both are one turn of a loop. Red is four quick falling pairs and a pause, orange two slow single
tones and a longer pause: told apart by rhythm before pitch, audible through talk (600 to 1000 Hz).
"""

import math
import struct
import wave
from pathlib import Path

RATE = 22_050
EDGE_S = 0.012  # ramps, so that no pulse clicks
LOUD = 0.6

RED = [(988.0, 0.16), (740.0, 0.16), (0.0, 0.06)] * 4 + [(0.0, 0.5)]
ORANGE = [(659.0, 0.35), (0.0, 0.25)] * 2 + [(0.0, 1.3)]


def pulse(hertz: float, seconds: float) -> list[int]:
    """One tone with its third overtone, or silence for 0 Hz."""
    count = int(RATE * seconds)
    if not hertz:
        return [0] * count
    samples = []
    for number in range(count):
        at = number / RATE
        ramp = min(1.0, at / EDGE_S, (seconds - at) / EDGE_S)
        turn = 2 * math.pi * hertz * at
        samples.append(int(32767 * LOUD * ramp * (0.8 * math.sin(turn) + 0.2 * math.sin(3 * turn))))
    return samples


def write(path: Path, score: list[tuple[float, float]]) -> None:
    """A mono 16 bit file of a score of (hertz, seconds)."""
    samples = [sample for hertz, seconds in score for sample in pulse(hertz, seconds)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


if __name__ == "__main__":
    folder = Path(__file__).parent
    write(folder / "red.wav", RED)
    write(folder / "orange.wav", ORANGE)
