"""What every copy says of itself: city, panel, moment, who, the command's id, which world."""

from collections.abc import Mapping

from app.core.model import World
from app.live.export import ExportOrder, ExportPeriod
from app.report.as_csv import local
from widgets.context import Context

Notes = tuple[tuple[str, str], ...]


def notes_of(context: Context, order: ExportOrder, title: str) -> Notes:
    """Names and texts for the sheet of notes, in the window's language."""
    say, city = context.text, context.city
    found = [
        ("city", context.translator.pick(city.name_zh, city.name_en)),
        ("panel", title),
        ("at", local(order.at, context.zone)),
        ("by", order.person or say("export.nobody")),
        ("seat", order.seat),
        ("command", order.id),
        ("world", say(f"export.world.{context.picture.world.value}")),
    ]
    if order.period is not ExportPeriod.NOW:
        found.append(("period", say(f"export.period.{order.period.value}")))
    return tuple((say(f"export.note.{name}"), text) for name, text in found)


def foot_of(context: Context, order: ExportOrder, title: str) -> str:
    """The line under a picture or a page."""
    city = context.city
    return context.text(
        "export.foot",
        city=context.translator.pick(city.name_zh, city.name_en),
        panel=title,
        at=local(order.at, context.zone),
        seat=order.seat,
        person=order.person or context.text("export.nobody"),
        command=order.id,
    )


def mark_of(context: Context) -> str:
    """The word of a world that is not the real one; empty for the real one."""
    world = context.picture.world
    return "" if world is World.REAL else context.text(f"export.world.{world.value}")


def metadata(notes: Notes) -> Mapping[str, str]:
    """The same for the text fields of a PNG, whose names are Latin letters."""
    return {f"note-{number}": f"{name}: {text}" for number, (name, text) in enumerate(notes)}
