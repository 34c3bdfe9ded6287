"""Makes a demonstration city's feeds, one per bureau's system: `python -m app.sim.systems FOLDER`.

`systems.csv` names the systems; what each delivers and how often follows from the catalogues. The
part of `city.toml` below the marker is written anew; two runs give the same bytes.
"""

from pathlib import Path
from typing import ClassVar

import click
import msgspec

from app.city import load_city
from app.core.privacy import Privacy
from app.sim.__main__ import build
from app.sim.series import CALENDAR, Series
from app.sim.weather import Scenario
from app.table import load_table

MARKER = "# ---- Written by `python -m app.sim.systems` from systems.csv. ----\n"
HISTORY_HOURS = 720
SLOW_HISTORY_HOURS = 3 * 366 * 24  # last year's line beside a whole year, for a system of months
MONTH_S = 28 * 86_400
_OTHERS_PERIOD_S = {"warning": 86_400, "event": 300, "device": 60, "position/#": 10}
"""How often the topics that are no readings tell something; a calm day has few warnings."""


class System(msgspec.Struct, frozen=True):
    """One line of `systems.csv`; `kind` is `reading` or a topic of the envelope."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    id: str
    bureau: str
    kind: str
    name_zh: str
    name_en: str
    priority: int
    depends: str = ""  # links of the city, separated by `;`


def feeds_toml(folder: Path) -> str:
    """The `[[feed]]` tables of a city's systems."""
    city = build(str(folder), None, Scenario.CALM, 0)
    series = [*city.readings.series, *city.readings.periodic]
    of_bureau: dict[str, list[Series]] = {}
    for item in series:
        of_bureau.setdefault(item.bureau, []).append(item)
    codes: dict[str, list[str]] = {}
    for quantity in load_city(folder).catalog.quantities.values():
        codes.setdefault(quantity.bureau, []).append(quantity.code)
    return "\n".join(
        _feed(system, of_bureau[system.bureau], codes[system.bureau])
        for system in load_table(folder / "systems.csv", System)
    )


def _feed(system: System, series: list[Series], codes: list[str]) -> str:
    if system.kind == "reading":
        quickest = min(series, key=_period_s)
        topics = [f"reading/{code}/#" for code in codes]
        period, lag = _period_s(quickest), round(quickest.shape.quantity.lag_ms / 1000)
        hours = HISTORY_HOURS if period < MONTH_S else SLOW_HISTORY_HOURS
        history = f"history_hours = {hours}\n"
    else:
        topics, period, lag, history = [system.kind], _OTHERS_PERIOD_S[system.kind], 2, ""
    listed = "".join(f'    "{topic}",\n' for topic in topics)
    return (
        f'[[feed]]\nid = "{system.id}"\nkind = "ws-json"\n'
        f'name_zh = "{system.name_zh}"\nname_en = "{system.name_en}"\n'
        f'url = "sim://ws/{system.id}"\nbureau = "{system.bureau}"\nworld = "demo"\n'
        f"priority = {system.priority}\nexpected_period_s = {period}\nusual_lag_s = {lag}\n"
        f"{_depends(system)}\n"
        f"[feed.options]\n{history}topics = [\n{listed}]\n"
    )


def _depends(system: System) -> str:
    links = ", ".join(f'"{link}"' for link in system.depends.split(";") if link)
    return f"depends = [{links}]\n" if links else ""


def _period_s(item: Series) -> int:
    """How often a series says something; a month's figure has no step of its own."""
    quantity = item.shape.quantity
    return round((quantity.period_ms if quantity.period in CALENDAR else item.step) / 1000)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Write the feeds of FOLDER's systems into its city.toml."""
    path = folder / "city.toml"
    head, marker, _ = path.read_text(encoding="utf-8").partition(MARKER)
    if not marker:
        raise click.ClickException(f"{path.name}: no line {MARKER.strip()!r}")
    path.write_text(f"{head}{MARKER}\n{feeds_toml(folder)}", encoding="utf-8")


if __name__ == "__main__":
    main()
