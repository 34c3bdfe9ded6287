"""The lines of the list of cameras: groups, cameras, and what a platform lists otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.core.directory import Camera
from app.live.camera_offers import CameraOffer, Loss
from app.live.video_names import CameraGroup, CameraNames
from widgets.context import Context

KEPT, RECENT, OFFER = "kept", "recent", "offer"
ENDS = 6
_NONE = CameraGroup("", "", "", ())


@dataclass(frozen=True)
class Line:
    """A group with how many of its cameras are there, or a camera. Or an `offer` of a platform with
    its counts in words, or one `loss` by it; these have a `text` and a `detail`."""

    group: CameraGroup = _NONE
    camera: Camera | None = None
    known: int = 0
    there: int = 0
    offer: CameraOffer | None = None
    loss: Loss | None = None
    text: str = ""
    detail: str = ""
    is_head: bool = False

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is of, whatever is known of it."""
        loss = "" if self.loss is None else f"{self.loss.sort}/{self.loss.name}"
        camera = self.camera.id if self.camera is not None else ""
        if self.offer is not None and not self.is_head and not loss:
            loss = "counts"
        return self.group.id, camera or (self.loss.camera if self.loss else ""), loss


def at_hand(context: Context, names: CameraNames) -> list[CameraGroup]:
    """The cameras that this seat keeps at hand, and those that it looked at last."""
    videos = context.spine.seat.videos
    found = []
    for id_, cameras in ((KEPT, videos.kept), (RECENT, videos.recent)):
        there = tuple(camera for camera in cameras if camera in names.cameras)
        if there:
            found.append(CameraGroup(id_, id_, id_, there))
    return found


def offered(context: Context, names: CameraNames, opened: set[str]) -> Iterator[Line]:
    """What platforms list otherwise; opened, with everything that would lose its camera."""
    videos, say = context.spine.seat.videos, context.text
    own = frozenset(camera.id for camera in getattr(context.spine.city, "cameras", ()))
    for offer in videos.lists.offers.values():
        counts = {
            "added": offer.added,
            "gone": len(offer.gone),
            "renamed": offer.renamed,
            "moved": offer.moved,
            "renumbered": len(offer.rebound),
        }
        words = [say(f"videolist.{name}", n=n) for name, n in counts.items() if n]
        group = CameraGroup(f"{OFFER}:{offer.platform}", OFFER, offer.platform, ())
        title = say("videolist.changed", platform=platform_name(context, offer.platform))
        yield Line(group, offer=offer, text=title, is_head=True)
        yield Line(group, offer=offer, text=" ".join(words))
        if group.id not in opened:
            continue
        losses = videos.losses(offer, own)
        if not losses:
            yield Line(group, offer=offer, text=say("videolist.breaks_nothing"))
        for loss in losses:
            where = say(f"videolist.loss.{loss.sort}", name=loss.name)
            text = f"{where} {camera_word(context, names, loss.camera)}"
            to = say("videolist.to", camera=_end(loss.to)) if loss.to else ""
            detail = to or say("videolist.lost")
            yield Line(group, offer=offer, loss=loss, text=text, detail=detail)


def _end(id_: str) -> str:
    """The end of a code, by which cameras of one place differ."""
    code = id_.partition(":")[2]
    return code if len(code) <= ENDS else f"…{code[-ENDS:]}"


def camera_word(context: Context, names: CameraNames, id_: str) -> str:
    """What a camera is called; its id where it is in no list."""
    camera = names.cameras.get(id_)
    return id_ if camera is None else context.translator.pick(camera.name_zh, camera.name_en)


def platform_name(context: Context, id_: str) -> str:
    """What a platform is called; its id where it is no longer in the city."""
    platforms = {config.id: config for config in context.city.platform}
    config = platforms.get(id_)
    return id_ if config is None else context.translator.pick(config.name_zh, config.name_en)
