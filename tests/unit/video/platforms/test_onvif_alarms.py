"""What ONVIF devices notice, against a device that keeps subscriptions as they do."""

import asyncio
from collections.abc import Callable

import pytest

from app.config import PlatformConfig
from app.core.clock import ManualClock
from app.formats._xml import parse
from app.secrets import Secret, Secrets
from app.video.platform import CameraAlarm, PlatformError, VideoSurroundings
from app.video.platforms import _onvif_events
from app.video.platforms._http import PlatformHttp
from app.video.platforms._onvif_alarms import Listening, Place
from app.video.platforms._onvif_pullpoint import PullPoint
from app.video.platforms._onvif_soap import Soap
from app.video.platforms.onvif import Onvif
from app.video.wire import Fault
from tests.conftest import Watch
from tests.helpers.http_server import HttpServer, http_server
from tests.helpers.onvif_device import OnvifDevice, envelope
from tests.helpers.onvif_events import OnvifEvents, endless, item

NOON = 1_700_000_000.0
SKEW = 3 * 86_400.0
MOTION, SCENE = "tns1:VideoSource/MotionAlarm", "tns1:VideoSource/GlobalSceneChange/ImagingService"
EYE, YES, NO = item("Source", "eye"), item("State", "true"), item("State", "false")
PLACE = {"eye": "hall:door", "set": "hall:door", "eye2": "hall:yard"}
ALL = ("motion", "tamper", "signal", "input")


class Scene:
    """A device on a server, and who listens to it; time passes for both."""

    def __init__(self, server: HttpServer, ahead: float = 0.0, password: str = "secret") -> None:
        self.server = server
        self.clock = ManualClock(round(NOON * 1000))
        self.tick = 0.0
        self.events = OnvifEvents(NOON + ahead)
        self.device = OnvifDevice("duty", "secret", NOON + ahead, self.events)
        self.device.stand(server)
        self.finds = 0
        config = PlatformConfig(
            "hall", "onvif", "大厅", url=server.url("/onvif/device_service"), credential="hall"
        )
        around = VideoSurroundings(clock=self.clock, secrets=Secrets(None, {}), zone="UTC")
        self.http = PlatformHttp(config, around, answer_s=1.0)
        self.point = PullPoint(
            Soap(self.http, self.clock, "hall:door"), self.clock, "hall:door", lambda: self.tick
        )
        self.heard = Listening(
            "hall:door", self.point, self.find, lambda: Secret(f"duty:{password}"), ALL
        )

    async def find(self) -> Place:
        self.finds += 1
        return Place(self.server.url("/onvif/events"), PLACE, "")

    def passes(self, seconds: float) -> None:
        self.clock.advance(round(seconds * 1000))
        self.tick += seconds
        self.events.now += seconds
        self.device.now += seconds

    async def ask(self) -> list[CameraAlarm]:
        await self.heard.once()
        found = list(self.heard.waiting)
        self.heard.waiting.clear()
        return found


TOPICS = [
    ("tns1:RuleEngine/CellMotionDetector/Motion", "VideoSourceConfigurationToken", "IsMotion"),
    (MOTION, "Source", "State"),
    ("tns1:VideoSource/ImageTooDark/AnalyticsService", "Source", "State"),
    ("tns1:VideoSource/ImageTooBright/ImagingService", "Source", "State"),
    ("tns1:VideoSource/ImageTooBlurry/RecordingService", "Source", "State"),
    (SCENE, "Source", "State"),
    ("tns1:RuleEngine/TamperDetector/Tamper", "VideoSourceConfigurationToken", "IsTamper"),
    ("tns1:VideoSource/SignalLoss", "Source", "State"),
]
KINDS = [
    "MotionAlarm",
    "MotionAlarm",
    "ImageTooDark",
    "ImageTooBright",
    "ImageTooBlurry",
    "GlobalSceneChange",
    "Tamper",
    "SignalLoss",
]


@pytest.mark.parametrize(
    ("topic", "kind"), list(zip(TOPICS, KINDS, strict=True)), ids=[topic[0] for topic in TOPICS]
)
async def test_each_topic_is_told_of_its_eye_when_it_begins(
    topic: tuple[str, str, str], kind: str
) -> None:
    """Its end and its going on are no news. The moment is the device's, by our clock: this one's
    is three days ahead."""
    name, source, state = topic
    async with http_server() as server:
        scene = Scene(server, SKEW)
        assert await scene.ask() == []
        eye = item(source, "set" if source.endswith("ConfigurationToken") else "eye")
        scene.passes(5)
        scene.events.tell(name, eye, item(state, "true"), scene.events.now - 2.5)
        scene.events.tell(name, eye, item(state, "1"))
        (alarm,) = await scene.ask()
        scene.events.tell(name, eye, item(state, "false"))
        assert await scene.ask() == []
        scene.passes(5)
        scene.events.tell(name, eye, item(state, "true"))
        (again,) = await scene.ask()
        await scene.http.close()
    assert (alarm.camera, alarm.kind, alarm.at) == ("hall:door", kind, round(NOON * 1000) + 2500)
    assert again.id != alarm.id and again.at == round(NOON * 1000) + 10_000


async def test_a_subscription_is_renewed_before_it_ends_and_given_back() -> None:
    async with http_server() as server:
        scene = Scene(server)
        for _ in range(30):
            await scene.ask()
            scene.passes(10)
        assert scene.events.number == 1 and scene.device.asked.count("Renew") > 3
        await scene.heard.close()
        await scene.http.close()
    assert scene.device.asked[-1] == "Unsubscribe" and not scene.events.ends
    pulls = [body for body in scene.device.bodies if "<PullMessages" in body]
    assert "PullPointSubscription/PullMessagesRequest</a:Action>" in pulls[0]
    assert "http://192.168.1.64/onvif/events</a:To>" in pulls[0]  # by its own name, at our address
    assert not any("secret" in body for body in scene.device.bodies)


async def test_a_device_that_does_not_renew_is_asked_anew_and_repeats_nothing() -> None:
    """What stands is told with each subscription, as the device has it then."""
    async with http_server() as server:
        scene = Scene(server)
        scene.events.renews = False
        scene.events.standing = [scene.events.tell(SCENE, EYE, YES, operation="Initialized")]
        told = await scene.ask()
        for _ in range(20):
            scene.passes(10)
            told += await scene.ask()
        await scene.http.close()
    assert scene.events.number == 4 and [alarm.kind for alarm in told] == ["GlobalSceneChange"]
    assert scene.heard.trouble is None


async def test_a_camera_that_starts_again_is_heard_again(expect_log: Watch) -> None:
    """Its clock begins in the year 2000 and its password's digest is of that time. What it says of
    what stood before is no news; what changed is."""
    async with http_server() as server:
        scene = Scene(server)
        scene.events.tell(SCENE, EYE, YES)
        assert len(await scene.ask()) == 1
        scene.passes(20)
        await server.stop()
        expect_log("tells no alarms")
        assert await scene.ask() == []
        assert scene.heard.trouble is not None and scene.heard.trouble.id == "feed.port_closed"
        await server.start()
        scene.events.reboot(946_684_800.0)
        scene.device.now = 946_684_800.0
        scene.events.standing = [scene.events.tell(SCENE, EYE, YES, operation="Initialized")]
        assert (
            await scene.ask() == []
        )  # its old subscription: refused, though the password is right
        assert scene.heard.trouble.id == "videoplatform.refused"
        assert await scene.ask() == [] and scene.heard.trouble is None
        scene.passes(5)
        scene.events.tell(MOTION, EYE, YES)
        (moved,) = await scene.ask()
        scene.events.tell(SCENE, EYE, NO)
        scene.events.tell(SCENE, EYE, YES)
        (again,) = await scene.ask()
        await scene.http.close()
    assert moved.kind == "MotionAlarm" and moved.at == scene.clock.now()
    assert again.kind == "GlobalSceneChange" and again.at == scene.clock.now()
    assert scene.events.number == 2


async def test_what_changed_while_nobody_listened_is_news_and_what_goes_on_is_not() -> None:
    async with http_server() as server:
        scene = Scene(server)
        scene.events.tell(MOTION, EYE, YES)
        assert len(await scene.ask()) == 1
        scene.passes(200)
        scene.events.tell(MOTION, EYE, YES)  # it ended meanwhile, and nobody heard it
        (alarm,) = await scene.ask()
        await scene.http.close()
    assert alarm.kind == "MotionAlarm"


@pytest.mark.parametrize(
    ("at", "operation", "told"),
    [
        (-600.0, "Initialized", -600.0),
        (-90_000.0, "Initialized", 0.0),
        (+900.0, "Initialized", 0.0),
        (-600.0, "Changed", 0.0),
        (+900.0, "Changed", 0.0),
    ],
    ids=[
        "stands since",
        "stands since yesterday",
        "stands later",
        "changed before",
        "changed later",
    ],
)
async def test_a_moment_that_cannot_be_is_that_of_its_hearing(
    at: float, operation: str, told: float
) -> None:
    async with http_server() as server:
        scene = Scene(server, 40.0)
        await scene.ask()
        scene.passes(5)
        scene.events.tell(SCENE, EYE, YES, scene.events.now + at, operation)
        (alarm,) = await scene.ask()
        await scene.http.close()
    assert alarm.at == scene.clock.now() + round(told * 1000)


async def test_what_stands_is_the_same_alarm_after_our_next_start() -> None:
    async with http_server() as server:
        ids = []
        for ahead in (7.0, 7.0):
            scene = Scene(server, ahead)
            scene.events.tell(SCENE, EYE, YES, NOON - 60, "Initialized")
            ids += [alarm.id for alarm in await scene.ask()]
            await scene.http.close()
    assert len(ids) == 2 and ids[0] == ids[1]


async def test_an_unknown_source_is_nobodys(expect_log: Watch) -> None:
    """Neither another camera's nor the first's; of a recorder an input is nobody's, too."""
    async with http_server() as server:
        scene = Scene(server)
        scene.events.tell(MOTION, item("Source", "eye9"), YES)
        scene.events.tell(MOTION, "", YES)
        scene.events.tell(
            "tns1:Device/Trigger/DigitalInput",
            item("InputToken", "1"),
            item("LogicalState", "true"),
        )
        scene.events.tell(MOTION, item("Source", "eye2"), YES)
        expect_log("unknown source")
        found = await scene.ask()
        await scene.http.close()
    assert [alarm.camera for alarm in found] == ["hall:yard"] and scene.heard.strange == 3


BAD = {
    "no XML": b"\x00\xff nothing",
    "a page": b"<html><body>login</body></html>",
    "an entity": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "cut": envelope("<R>")[:-40],
    "empty": b"",
    "too much": envelope("<R>" + "<x/>" * 700_000 + "</R>"),
}


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD.keys())
async def test_an_answer_that_makes_no_sense_is_survived(raw: bytes, expect_log: Watch) -> None:
    async with http_server() as server:
        scene = Scene(server)
        await scene.ask()
        scene.events.raw = raw
        expect_log("tells no alarms")
        assert await scene.ask() == []
        assert scene.heard.trouble is not None
        scene.events.tell(MOTION, EYE, YES)
        (alarm,) = await scene.ask()
        await scene.http.close()
    assert alarm.camera == "hall:door" and scene.heard.trouble is None


async def test_a_notification_that_makes_no_sense_costs_itself() -> None:
    bad = [
        "<wsnt:NotificationMessage/>",
        f"<wsnt:NotificationMessage><wsnt:Topic>{MOTION}</wsnt:Topic></wsnt:NotificationMessage>",
        f"<wsnt:NotificationMessage><wsnt:Topic>{MOTION}</wsnt:Topic><wsnt:Message><tt:Message"
        f' UtcTime="yesterday"><tt:Source>{EYE}</tt:Source><tt:Data>{item("State", "perhaps")}'
        "</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>",
        "<wsnt:NotificationMessage><wsnt:Topic>tnsx:Vendor/Thing</wsnt:Topic>"
        "</wsnt:NotificationMessage>",
    ]
    good = f"<wsnt:NotificationMessage><wsnt:Topic>{MOTION}</wsnt:Topic><wsnt:Message><tt:Message"
    good += f' UtcTime="yesterday"><tt:Source>{EYE}</tt:Source><tt:Data>{YES}</tt:Data>'
    good += "</tt:Message></wsnt:Message></wsnt:NotificationMessage>"
    async with http_server() as server:
        scene = Scene(server)
        await scene.ask()
        scene.events.raw = envelope(f"<R>{''.join(bad)}{good}</R>")
        (alarm,) = await scene.ask()
        await scene.http.close()
    assert alarm.at == scene.clock.now() and scene.point.bad == 2


@pytest.mark.parametrize(
    ("pause_s", "trouble"),
    [(0.01, "feed.timeout"), (0.0, "feed.http_oversized")],
    ids=["slow", "fast"],
)
async def test_a_body_without_an_end_is_left(
    pause_s: float, trouble: str, expect_log: Watch
) -> None:
    """It is neither read on nor kept: the time for an answer is over, or it is too much."""
    async with http_server() as server:
        scene = Scene(server)
        await scene.ask()
        server.on("/onvif/events", endless(pause_s))
        expect_log("tells no alarms")
        assert await scene.ask() == []
        assert scene.heard.trouble is not None and scene.heard.trouble.id == trouble
        scene.device.stand(server)
        scene.events.tell(MOTION, EYE, YES)
        (alarm,) = await scene.ask()
        await scene.http.close()
    assert alarm.kind == "MotionAlarm"


async def test_a_refused_password_waits_for_minutes_and_is_in_no_line(
    expect_log: Watch, caplog: pytest.LogCaptureFixture
) -> None:
    async with http_server() as server:
        scene = Scene(server, password="gue55ed")
        expect_log("tells no alarms")
        await scene.ask()
        await scene.http.close()
    assert scene.heard.trouble is not None and scene.heard.trouble.id == "videoplatform.login"
    assert scene.device.asked == ["GetSystemDateAndTime", "CreatePullPointSubscription"]
    assert "gue55ed" not in caplog.text


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "<E:SubscriptionReference/>",
        "<E:SubscriptionReference><E:Address>http://a/</E:Address><E:ReferenceParameters>"
        f"<x>{'y' * 5000}</x></E:ReferenceParameters></E:SubscriptionReference>",
    ],
    ids=["none", "no address", "too long"],
)
def test_a_subscription_that_cannot_be_used_is_refused(reference: str) -> None:
    root = parse(f'<E:R xmlns:E="urn:e">{reference}</E:R>'.encode(), 100_000)
    with pytest.raises(ValueError, match=r"subscription|reference"):
        _onvif_events.subscription_of(root)


# ---- the whole platform


def onvif(server: HttpServer, *rows: dict[str, str], kinds: list[str] | None = None) -> Onvif:
    cameras = [{"url": server.url("/onvif/device_service")} | row for row in rows]
    options = {"camera": cameras} | ({"alarms": kinds} if kinds is not None else {})
    config = PlatformConfig("hall", "onvif", "大厅", credential="hall", options=options)
    secrets = Secrets(None, {"CHENGMAI_SECRET_HALL": "duty:secret"})
    clock = ManualClock(round(NOON * 1000))
    return Onvif(config, VideoSurroundings(clock=clock, secrets=secrets, zone="UTC"))


async def told(platform: Onvif, enough: Callable[[list[CameraAlarm]], bool]) -> list[CameraAlarm]:
    found: list[CameraAlarm] = []
    async with asyncio.timeout(10):
        while not enough(found):
            found += await platform.alarms(0, 0)
            await asyncio.sleep(0)
    return found


async def test_the_channels_of_a_recorder_share_one_subscription() -> None:
    async with http_server() as server:
        events = OnvifEvents(NOON)
        OnvifDevice("duty", "secret", NOON, events).stand(server)
        events.tell(MOTION, item("Source", "eye2"), YES)
        cells = "tns1:RuleEngine/CellMotionDetector/Motion"
        set_ = item("VideoSourceConfigurationToken", "set") + item("Rule", "东侧")
        events.tell(cells, set_, item("IsMotion", "true"))
        platform = onvif(server, {"id": "door"}, {"id": "yard", "source": "eye2"})
        found = await told(platform, lambda found: len(found) == 2)
        await platform.close()
    assert [(one.camera, one.text) for one in found] == [("hall:yard", ""), ("hall:door", "东侧")]
    assert len({one.id for one in found}) == 2
    assert events.number == 1 and not events.ends


async def test_an_input_of_a_single_camera_is_its_own_and_what_is_not_asked_is_not_told() -> None:
    async with http_server() as server:
        events = OnvifEvents(NOON)
        OnvifDevice("duty", "secret", NOON, events).stand(server)
        events.tell(MOTION, EYE, YES)
        port, state = item("InputToken", "port1"), item("LogicalState", "true")
        events.tell("tns1:Device/Trigger/DigitalInput", port, state)
        platform = onvif(server, {"id": "door"}, kinds=["input"])
        (alarm,) = await told(platform, bool)
        await platform.close()
    assert (alarm.camera, alarm.kind, alarm.text) == ("hall:door", "DigitalInput", "port1")


async def test_a_platform_of_which_no_device_is_heard_says_so(expect_log: Watch) -> None:
    """This one has no events at all."""
    async with http_server() as server:
        device = OnvifDevice("duty", "secret", NOON)
        device.stand(server)
        platform = onvif(server, {"id": "door"})
        expect_log("tells no alarms")
        with pytest.raises(PlatformError) as raised:
            await told(platform, lambda _: False)
        assert [*platform.unheard()] == ["hall:door"]
        await platform.close()
    assert raised.value.reason.id == "video.cannot" and not raised.value.whole
    assert raised.value.fault is Fault.UNREACHABLE


async def test_nothing_is_asked_where_nothing_is_to_be_told() -> None:
    async with http_server() as server:
        platform = onvif(server, {"id": "door"}, kinds=[])
        assert await platform.alarms(0, 0) == []
        await platform.close()
    assert not server.asked
