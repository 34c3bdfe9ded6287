"""The layers of a named view as text: one line per layer, id, opacity and filter apart by tabs."""

from app.live.map_state import LayerChoice


def layers_text(layers: tuple[LayerChoice, ...]) -> str:
    """One line per layer, bottom first."""
    return "\n".join(
        f"{item.id}\t{round(item.opacity, 3):g}\t{' '.join(item.filter.split())}" for item in layers
    )


def layers_of(text: str) -> tuple[LayerChoice, ...]:
    """The layers of such a text."""
    found = []
    for line in text.splitlines():
        id_, opacity, filter_ = line.split("\t", 2)
        found.append(LayerChoice(id_, float(opacity), filter_))
    return tuple(found)
