"""`feed infer` on samples that were good once: a proposal that loads, or that there is nothing."""

import random
import tomllib

import pytest

from app.config import FeedConfig
from app.core.catalog import Catalog
from app.formats._base import Payload
from app.formats._guess_sample import NoRecords, guess_sample
from app.formats._guess_write import proposal
from app.formats.mapping import Mapping
from tests.helpers.ingesting import CATALOG
from tests.helpers.mapping import NOW
from tests.property.test_formats_fuzz import mutated
from tests.unit.feeds.test_cli_infer import SAMPLES


def check(data: bytes, catalog: Catalog) -> None:
    try:
        sample = guess_sample(data)
    except NoRecords:
        return
    text = proposal(sample, catalog, "Asia/Shanghai", "320800", '试 "\\\n', lambda word: word)
    config = FeedConfig(
        id="draft", kind="mqtt", name_zh="试", map=tomllib.loads(text)["feed"][0]["map"]
    )
    for one in Mapping(config, catalog).read(Payload(data, NOW)):
        assert (one.record is None) == bool(one.reason)


@pytest.mark.parametrize("count", [400, pytest.param(10_000, marks=pytest.mark.full)])
def test_a_proposal_for_spoilt_samples_loads(count: int) -> None:
    rng = random.Random("guess")
    spoilt = mutated(list(SAMPLES.values()), rng)
    for _ in range(count):
        check(next(spoilt), CATALOG)
