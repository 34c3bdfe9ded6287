"""`python main.py feed check`: every feed of a city against its live address, read-only."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import msgspec

from app.child import Child
from app.city import City, load_city
from app.cli._feed_probe import Finding, probe_all
from app.cli._folder import data_folder
from app.cli._one_feed import delay, feed_of
from app.core.i18n import LANGUAGES, Translator, translator
from app.core.message import Refusal, message
from app.secrets import Secrets
from app.sim.child import start_simulator


@click.command("check")
@click.option("--city", "city_name", default="huaian", show_default=True)
@click.option("--feed", "feed_ids", multiple=True, help="Only this one; may be given again.")
@click.option("--for", "seconds", type=click.FloatRange(min=0.5), default=20.0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of the table.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder with the secrets.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
def command(
    city_name: str,
    feed_ids: tuple[str, ...],
    seconds: float,
    as_json: bool,
    data: Path | None,
    lang: str,
) -> None:
    """Ask every feed of a city for some seconds and say what each brought. Nothing is kept and
    nothing confirmed. Exit code 1 where one fails."""
    words = translator(lang)
    try:
        city = load_city(city_name)
        findings = check(city, data_folder(data, city_name), seconds, feed_ids)
    except Refusal as error:
        raise click.ClickException(words.render(error.reason)) from error
    if as_json:
        click.echo(msgspec.json.encode([_plain(item, words) for item in findings]))
    else:
        for line in table(findings, words):
            click.echo(line)
    if not all(finding.good for finding in findings):
        raise SystemExit(1)


def check(city: City, folder: Path, seconds: float, named: Sequence[str] = ()) -> list[Finding]:
    """What came of each enabled feed, or of those named; a simulator runs meanwhile where an
    address asks for one."""
    configs = [feed_of(city, name) for name in named]
    configs = configs or [feed for feed in city.config.feed if feed.enabled]
    child: Child | None = None
    endpoints: dict[str, str] = {}
    try:
        if any(feed.url.startswith("sim://") for feed in configs):
            child, endpoints = start_simulator(city)
        return asyncio.run(probe_all(city, Secrets(folder), endpoints, seconds, configs))
    finally:
        if child is not None:
            child.stop()


def table(findings: Sequence[Finding], words: Translator) -> Iterator[str]:
    """One line a feed, what is wrong with it below, and the sum."""
    for finding in findings:
        yield words.render(
            message(
                "check.line",
                mark="✓" if finding.good else "×",
                feed=finding.feed,
                name=words.pick(finding.name_zh, finding.name_en),
                first=words.text("check.none")
                if finding.first_s is None
                else delay(finding.first_s, words),
                accepted=finding.accepted,
                rejected=finding.rejected,
                delay=delay(finding.delay_s, words),
            )
        )
        for line in _remarks(finding, words):
            yield f"    {line}"
    good = sum(finding.good for finding in findings)
    yield words.render(message("check.sum", n=good, bad=len(findings) - good))


def _remarks(finding: Finding, words: Translator) -> Iterator[str]:
    if finding.trouble is not None:
        yield words.render(finding.trouble)
    elif not finding.connected:
        yield words.text("check.never_up")
    elif not finding.accepted and not finding.rejected:
        yield words.text("check.silent" if finding.due else "check.not_due")
    for suspicion in finding.suspicion:
        yield words.render(suspicion)
    for reason, count in sorted(finding.reasons.items(), key=lambda item: -item[1]):
        yield f"{words.text(f'feed.reason.{reason}')}  {count}"
    for sample in finding.samples[:1]:
        yield sample.text


def _plain(finding: Finding, words: Translator) -> dict[str, object]:
    return {
        "feed": finding.feed,
        "name": words.pick(finding.name_zh, finding.name_en),
        "good": finding.good,
        "connected": finding.connected,
        "certificate": finding.certificate,
        "first_s": finding.first_s,
        "accepted": finding.accepted,
        "rejected": finding.rejected,
        "reasons": finding.reasons,
        "samples": [sample.text for sample in finding.samples],
        "delay_s": finding.delay_s,
        "trouble": words.render(finding.trouble) if finding.trouble else "",
        "suspicion": [words.render(item) for item in finding.suspicion],
    }
