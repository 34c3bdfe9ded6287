"""MQTT as the second half of a conversation that begins over HTTP: the live side of SensorThings
and NGSI-LD. The line itself (TLS, credential, refusals, bursts) is that of `mqtt`."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import msgspec

from app.config import FeedConfig
from app.core.privacy import SECRET, Privacy
from app.feeds._base import Surroundings
from app.feeds.mqtt import Mqtt
from app.formats._base import Format
from app.options import said


class Broker(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`mqtt` of a feed's options: the broker that tells what is new."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    url: Annotated[str, said("mqtt:// or mqtts://; left out: what is new is polled")] = ""
    credential: Annotated[str, SECRET, said("the name of its secret: user:password")] = ""
    allow_plain: Annotated[bool, said("send its password without TLS")] = False


class MqttSide(Mqtt):
    """Listens to topics and hands what comes to a format of the feed's own."""

    def __init__(
        self,
        config: FeedConfig,
        around: Surroundings,
        broker: Broker,
        topics: Sequence[str],
        format_: Format,
    ) -> None:
        self._given = format_
        options = {"topics": list(topics), "allow_plain": broker.allow_plain}
        side = msgspec.structs.replace(
            config,
            kind="mqtt",
            url=broker.url,
            also=(),
            credential=broker.credential,
            options=options,
        )
        super().__init__(side, around)

    def format(self) -> Format:
        """See Feed.format."""
        return self._given
