"""What a layer owes to who reads it: what is wrong with it, where it comes from, the datum of its
coordinates, how many, how old, and under which licence."""

from app.core import wording
from app.gis.content import Content
from app.gis.layer import LayerConfig
from widgets.context import Context
from widgets.panels._map import content_age, sources_of

FAULTS = 3
OURS = ("", "cgcs2000", "wgs84")
"""What is drawn as it came: feeds are converted where they are decoded."""


def owes_of(context: Context, config: LayerConfig, content: Content | None, *, absent: bool) -> str:
    """One sentence after the other, in the window's language; what is not known is said."""
    say, render = context.text, context.translator.render
    missing = say("mapwords.not_connected")
    source = sources_of(context, config, content)
    told = [missing] if absent and not source.startswith(missing) else []
    faults = content.faults[:FAULTS] if content is not None else ()
    told += [render(fault).partition("\n")[0].rstrip("。.") for fault in faults]
    told.append(source or say("mapwords.owes.no_source"))
    crs = config.crs.lower()
    ours = say("mapwords.owes.crs")
    told.append(ours if crs in OURS else say("mapwords.owes.converted", crs=config.crs.upper()))
    if content is not None and not absent:
        told.append(say("mapwords.owes.count", n=wording.number(content.count)))
        told.append(content_age(context, content, context.now()))
    word = "licence" if config.licence else "no_licence"
    told.append(say(f"mapwords.owes.{word}", licence=config.licence))
    return say("mapwords.owes.between").join(part for part in told if part)
