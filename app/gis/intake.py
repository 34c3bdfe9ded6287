"""A foreign file becomes a layer: first a plan that says what it is, then, with a declared system,
the layer's files.

The Python side of drag and drop and of `python main.py map-import`. `plan` and `accept` block (a
child reads the file): not for the main loop.
"""

import hashlib
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np

from app.config import ConfigError
from app.core.message import Message, Refusal, message
from app.core.model import Ms
from app.core.privacy import PERSONAL, Privacy
from app.gis import crs as systems
from app.gis._layer_toml import layer_toml
from app.gis._tables import merged, tables
from app.gis.compare import compare
from app.gis.features import AREA, LINE, POINT, Features, packed
from app.gis.files import read
from app.gis.layer import LayerConfig
from app.gis.reference import Reference
from app.gis.settle import settled
from app.gis.verdict import Verdict, far

SUFFIX = ".npz"
_ROWS = 5


class Plan(msgspec.Struct, frozen=True):
    """What a file is, before anything is done with it: how many of what, what its coordinates look
    like (`verdict`), which system it names itself (`stated`), what was mended or left out, and the
    first rows of its table."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    path: str
    features: Features
    verdict: Verdict
    digest: str
    rows: tuple[dict[str, str], ...]

    @property
    def name(self) -> str:
        """The file's own name."""
        return Path(self.path).name

    @property
    def stated(self) -> str:
        """The system that the file names; empty where it names none."""
        return self.features.stated

    @property
    def faults(self) -> tuple[Message, ...]:
        """What was mended or left out."""
        return self.features.faults

    @property
    def counts(self) -> tuple[int, int, int]:
        """Points, lines, areas."""
        form = self.features.form
        return int((form == POINT).sum()), int((form == LINE).sum()), int((form == AREA).sum())

    @property
    def text(self) -> Message:
        """One sentence: what it holds."""
        points, lines, areas = self.counts
        return message(
            "mapfile.plan",
            file=self.name,
            format=self.features.format,
            points=points,
            lines=lines,
            areas=areas,
            vertices=len(self.features.x),
            columns=len(self.features.columns),
        )


class Terms(msgspec.Struct, frozen=True):
    """What the person says about a file: its system (`file`: what the file names itself), the
    layer's name, where it comes from, whether its numbers stand north before east, that it is
    to be taken although the boundaries speak against it, and which seats may see it (none: all)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    crs: str
    name_zh: str
    name_en: str = ""
    id: str = ""
    group: str = ""
    source: str = ""
    licence: str = ""
    label: str = ""
    by: str = ""
    swap: bool = False
    anyway: bool = False
    audience: tuple[str, ...] = ()
    who: Annotated[str, PERSONAL] = ""


def plan(
    path: Path,
    reference: Reference,
    *,
    lon: str = "",
    lat: str = "",
    layer: str = "",
    given_up: threading.Event | None = None,
) -> Plan:
    """What a file is. `lon`, `lat` name the columns of a CSV file, `layer` a file in an archive.
    `given_up`, once it is set, ends the reading. Raises BadFile."""
    features = read(path, lon=lon, lat=lat, layer=layer, given_up=given_up)
    rows = tuple(features.row(index) for index in range(min(_ROWS, features.count)))
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Plan(str(path), features, compare(features, reference), digest, rows)


def accept(found: Plan, terms: Terms, folder: Path, now: Ms) -> tuple[LayerConfig, Features]:
    """Write the layer into a folder (`<data>/layers`) and give its settings and what was written;
    for a program that runs they are handed to `Atlas.add`. Raises UnknownCrs where no system is
    declared, Refusal where the boundaries speak against it, BadFile where nothing is left,
    ConfigError for an id that is taken."""
    crs = _declared(found, terms)
    against = objection(found, crs, swap=terms.swap)
    if against is not None and not terms.anyway:
        raise Refusal(against)
    for column in (terms.label, terms.by):
        if column and column not in found.features.columns:
            names = ", ".join(found.features.columns)[:300]
            raise Refusal(message("mapfile.no_such_column", column=column, columns=names))
    features = settled(found.features, crs, swap=terms.swap)
    if against is not None:
        doubt = message("mapfile.fault.anyway", crs=systems.title(crs))
        features = msgspec.structs.replace(features, faults=(*features.faults, doubt))
    folder.mkdir(parents=True, exist_ok=True)
    id_ = _id(terms, Path(found.path), folder)
    config = _config(id_, found, terms, crs, features, now)
    _write(folder / f"{id_}{SUFFIX}", packed(features, small=True))
    _write(folder / f"{id_}.toml", layer_toml(config).encode())
    return config, features


def objection(found: Plan, crs: str, *, swap: bool) -> Message | None:
    """What the known boundaries say against a declared system; None where they do not. Raises
    UnknownCrs."""
    declared, verdict = systems.named(crs), found.verdict
    if verdict.kind == "displaced" and verdict.certainty == "certain":
        return message("mapfile.against_displaced", off=far(verdict.off_m))
    if verdict.kind == "elsewhere":
        return None
    if not verdict.crs or verdict.certainty != "certain":
        return None
    if verdict.swap != swap:
        return message("mapfile.against_swapped")
    same = {"wgs84", "cgcs2000"}
    if declared == verdict.crs or {declared, verdict.crs} <= same:
        return None
    if _alike(found.features, declared, verdict.crs, swap=swap):
        return None
    return message(
        "mapfile.against_datum",
        declared=systems.title(declared),
        looks=systems.title(verdict.crs),
        crs=verdict.crs,
    )


def imported(folder: Path) -> Iterator[LayerConfig]:
    """The layers that were imported into a folder, in the order of their ids. Raises ConfigError
    for a file that was spoilt by hand."""
    if folder.is_dir():
        for path in sorted(folder.glob("*.toml"), key=lambda path: path.stem):
            for table, origin in tables(path):
                config = merged(table, None, origin)
                if config.kind == "file":
                    yield config


def remove(folder: Path, id_: str) -> None:
    """Take an imported layer away with its data. Raises ConfigError where there is none."""
    path = folder / f"{id_}.toml"
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,60}", id_) or not path.is_file():
        raise ConfigError(message("mapfile.no_layer", id=id_[:60]))
    path.unlink()
    (folder / f"{id_}{SUFFIX}").unlink(missing_ok=True)


def _declared(found: Plan, terms: Terms) -> str:
    if not terms.crs.strip():
        raise systems.UnknownCrs(message("mapfile.crs_undeclared"))
    if terms.crs == "file":
        if not found.stated:
            raise systems.UnknownCrs(message("mapfile.crs_not_in_file", file=found.name))
        return found.stated
    return systems.named(terms.crs)


def _alike(features: Features, one: str, other: str, *, swap: bool) -> bool:
    """Whether two systems mean the same places here, as CGCS2000 zones by number and by
    meridian."""
    step = max(1, len(features.x) // 100)
    x, y = features.x[::step], features.y[::step]
    if swap:
        x, y = y, x
    a, b = systems.to_wgs84(x, y, one), systems.to_wgs84(x, y, other)
    gap = np.hypot(a[0] - b[0], a[1] - b[1])
    return bool(np.isfinite(gap).all() and gap.max() < 1e-5)


def _id(terms: Terms, path: Path, folder: Path) -> str:
    if terms.id:
        if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,60}", terms.id):
            raise ConfigError(message("mapfile.bad_id", id=terms.id[:60]))
        if (folder / f"{terms.id}.toml").exists():
            raise ConfigError(message("mapfile.id_taken", id=terms.id))
        return terms.id
    stem = re.sub(r"[^a-z0-9]+", "-", path.name.split(".")[0].lower()).strip("-")[:40]
    stem = f"own-{stem}" if stem else "own"
    number, id_ = 1, stem
    while (folder / f"{id_}.toml").exists():
        number += 1
        id_ = f"{stem}-{number}"
    return id_


def _config(
    id_: str, found: Plan, terms: Terms, crs: str, features: Features, now: Ms
) -> LayerConfig:
    options: dict[str, Any] = {"file": f"{id_}{SUFFIX}"}
    if terms.label:
        options["label"] = terms.label
    if terms.by:
        options["by"] = terms.by
    options["imported"] = {
        "file": _plain(found.name),
        "sha256": found.digest,
        "at": now,
        "who": _plain(terms.who),
    }
    has_marks = bool((features.form == POINT).any())
    return LayerConfig(
        id=id_,
        kind="file",
        name_zh=_plain(terms.name_zh) or id_,
        name_en=_plain(terms.name_en or terms.name_zh) or id_,
        group=_plain(terms.group),
        order=600 if has_marks else 300,
        crs=crs,
        source_zh=_plain(terms.source or found.name),
        source_en=_plain(terms.source or found.name),
        licence=_plain(terms.licence),
        audience=terms.audience,
        options=options,
    )


def _plain(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", text)[:200].strip()


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(data)
    fresh.replace(path)
