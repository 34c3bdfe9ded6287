"""`python main.py doctor`: what on this machine stands in the way, and what to do about it."""

import os
import sys
from pathlib import Path

import click
import msgspec
from platformdirs import user_data_path

from app.core.i18n import LANGUAGES, Translator, translator
from app.doctor import Finding, examine
from app.facts import gather


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder of databases and settings.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="zh_CN", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def command(data: Path | None, lang: str, as_json: bool) -> None:
    """Check this machine; exit code 1 where the windows cannot run."""
    folder = data or user_data_path("chengmai", appauthor=False)
    findings = examine(gather(folder, os.environ))
    words = translator(lang)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(_report(findings, words))).decode())
    else:
        click.echo("\n".join(lines(findings, words)))
    sys.exit(any(finding.stops and not finding.ok for finding in findings))


def lines(findings: list[Finding], words: Translator) -> list[str]:
    """The report as text: a mark, the check, the fact, and below it the sentence."""
    shown: list[str] = []
    for finding in findings:
        mark = "✓" if finding.ok else "×"
        name = words.text(f"doctor.name.{finding.check}")
        shown.append(f"{mark} {name}  {finding.fact}".rstrip())
        if finding.trouble:
            shown.append(f"    {words.render(finding.trouble)}")
    bad = sum(not finding.ok for finding in findings)
    shown.append(words.text("doctor.sum", n=bad, total=len(findings)))
    return shown


def _report(findings: list[Finding], words: Translator) -> list[dict[str, object]]:
    return [
        {
            "check": finding.check,
            "ok": finding.ok,
            "stops": finding.stops,
            "fact": finding.fact,
            "say": words.render(finding.trouble) if finding.trouble else "",
        }
        for finding in findings
    ]
