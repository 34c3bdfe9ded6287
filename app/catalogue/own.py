"""What a city's own files say of its indices: `indices.toml` and `weights.csv`, with lines."""

from collections.abc import Mapping, Sequence
from importlib.resources.abc import Traversable
from typing import Annotated, ClassVar

import msgspec

from app.catalogue.rows import WeightRow
from app.config import load_toml, locate
from app.core.index import Across, IndexKind
from app.core.privacy import Privacy

FILE = "indices.toml"
WEIGHTS = "weights.csv"


class MemberRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[index.member]]`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: str
    weight: Annotated[float, msgspec.Meta(gt=0, le=1)]


class IndexRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[index]]`; the fields are those of `app.core.index.IndexSpec`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    code: Annotated[str, msgspec.Meta(pattern=r"^index\.[a-z0-9_.-]{1,60}$")]
    kind: IndexKind
    name_zh: str
    name_en: str
    member: Annotated[list[MemberRow], msgspec.Meta(min_length=1)]
    across: Across = Across.ARITHMETIC
    penalty: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    higher_is_worse: bool = False


class IndexFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`indices.toml`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    index: list[IndexRow] = []


class Own:
    """The rows of both files; `indicators` gives the line of each code of `indicators.csv`."""

    def __init__(
        self,
        rows: Sequence[IndexRow] = (),
        text: str = "",
        weights: Sequence[tuple[int, WeightRow]] = (),
        indicators: Mapping[str, int] | None = None,
    ) -> None:
        self.rows = rows
        self.weights = weights
        self.indicators = indicators or {}
        self._text = text

    def line(self, key: str) -> int:
        """The line of a key of `indices.toml` such as `index[2].member[1].code`."""
        return locate(self._text, key)

    def weight_of(self, code: str) -> tuple[str, int, str]:
        """File, line and column that give an indicator its weight."""
        for line, row in self.weights:
            if row.code == code:
                return WEIGHTS, line, "weight"
        return "indicators.csv", self.indicators.get(code, 1), "weight_in_dimension"


def read_own(
    folder: Traversable,
    weights: Sequence[tuple[int, WeightRow]],
    indicators: Mapping[str, int],
) -> Own:
    """`indices.toml`, where the folder has one, beside the rows read before; raises ConfigError."""
    path = folder / FILE
    if not path.is_file():
        return Own((), "", weights, indicators)
    rows = load_toml(path, IndexFile).index
    return Own(rows, path.read_text(encoding="utf-8"), weights, indicators)
