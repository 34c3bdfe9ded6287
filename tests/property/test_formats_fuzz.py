"""Every format against bytes that were good once: a record or a reason, and nothing raised.

The samples are ours (tests/corpus/<format>); each is cut, doubled, overwritten and spliced with
another; of one that is JSON every third input is JSON still, with other things in it. 10,000 inputs
a format with `--full`, as issue 4 asks; a share of them otherwise.
"""

import copy
import json
import random
import tomllib
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from app.city import load_city
from app.config import FeedConfig
from app.formats._base import BREATH, Format, Payload, format_of, formats
from tests.contract.house import ROOT

CORPUS = ROOT / "tests" / "corpus"
NOW = 1_795_003_200_000
FEW, ALL = 300, 10_000
WORDS = (
    b"\x00",
    b"\xff\xfe",
    b"NaN",
    b"1e999",
    b"-1",
    b"9" * 400,
    b"<",
    b"{",
    b"]",
    b'"',
    b"\r\n",
    b"&",
)


def made(name: str) -> Format:
    (feed,) = tomllib.loads(formats().load(name).example)["feed"]
    return format_of(
        msgspec.convert(feed, FeedConfig), load_city("huaian").catalog, "Asia/Shanghai"
    )


def samples(name: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((CORPUS / name).glob("*"))]


ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 1e308, 10**30, "", "x" * 300, "\x00", "1e999", "NaN", "-1", "\ud800"),
    *([], {}, [[[]]], {"": {}}, "2026-13-45T99:99:99Z", "9999-12-31T23:59:59+23:59", "<a/>"),
)


def twisted(data: bytes, rng: random.Random) -> bytes:
    """JSON in which one to four things are others, are missing, or stand twice."""
    tree = [json.loads(data)]
    for _ in range(rng.randint(1, 4)):
        inside: list[Any] = [tree]
        for one in inside:
            below = one.values() if isinstance(one, dict) else one
            inside += [item for item in below if isinstance(item, dict | list) and item]
        around = rng.choice(inside)
        at = rng.choice(list(around) if isinstance(around, dict) else range(len(around)))
        how = rng.randrange(4)
        if how == 0 and around is not tree:
            del around[at]
        elif how == 1 and isinstance(around, list):
            around.append(copy.deepcopy(around[at]))
        else:
            around[at] = copy.deepcopy(rng.choice(ODD))
    return json.dumps(tree[0]).encode()


def is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except ValueError:
        return False
    return True


def mutated(seeds: list[bytes], rng: random.Random) -> Iterator[bytes]:
    trees = [seed for seed in seeds if is_json(seed)]
    while True:
        if trees and rng.randrange(3) == 0:
            yield twisted(rng.choice(trees), rng)
            continue
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(data) + 1)
            how = rng.randrange(6)
            if how == 0:
                del data[at:]
            elif how == 1:
                del data[at : at + rng.randint(1, 40)]
            elif how == 2:
                data[at:at] = rng.choice(WORDS)
            elif how == 3 and data:
                data[at % len(data)] = rng.randrange(256)
            elif how == 4:
                other = rng.choice(seeds)
                data[at:] = other[rng.randrange(len(other) + 1) :]
            else:
                data[at:at] = data[at : at + rng.randint(1, 200)]
        yield bytes(data)


def check(format_: Format, data: bytes) -> None:
    for one in format_.read(Payload(data, NOW, name="sample")):
        assert one is BREATH or (one.record is None) == bool(one.reason), data
    stream = bytearray(data)
    frames = format_.cut(stream)
    assert sum(map(len, frames)) + len(stream) <= len(data)


@pytest.mark.parametrize("name", formats().names())
def test_the_samples_themselves_give_records(name: str) -> None:
    seeds = samples(name)
    assert seeds, f"no sample in tests/corpus/{name}"
    records = [one.record for data in seeds for one in made(name).read(Payload(data, NOW))]
    assert any(record is not None for record in records)


@pytest.mark.parametrize("name", formats().names())
def test_spoilt_samples_give_records_or_reasons(name: str) -> None:
    _fuzz(name, FEW)


@pytest.mark.full
@pytest.mark.parametrize("name", formats().names())
def test_ten_thousand_spoilt_samples(name: str) -> None:
    _fuzz(name, ALL)


def _fuzz(name: str, count: int) -> None:
    rng = random.Random(name)
    spoilt = mutated(samples(name), rng)
    format_ = made(name)
    for _ in range(count):
        check(format_, next(spoilt))
