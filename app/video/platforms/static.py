"""`static`: cameras whose addresses stand in the city's own files."""

from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath
from typing import Annotated, ClassVar

import msgspec

from app.config import ConfigError, PlatformConfig, load_toml
from app.core.directory import Camera
from app.core.message import message
from app.core.privacy import SECRET, Privacy
from app.options import bad, said
from app.secrets import Secret
from app.table import load_table
from app.video.platform import (
    Ability,
    CameraPlatform,
    PlatformError,
    Played,
    Profile,
    Stream,
    VideoSurroundings,
)
from app.video.platforms._address import readable, signed_in
from app.video.platforms._http import endpoint, options_of
from app.video.platforms._own_rows import OwnRow, by_id, cameras_of
from app.video.wire import DEVICE, Fault, Source

FILES = (".mp4", ".mkv", ".mov", ".ts", ".flv", ".avi", ".h264", ".h265")


class StaticCamera(OwnRow, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One row of the file. `url` is rtsp, rtmp, http(s), a film beside the file, or `/dev/videoN`
    with what the card is to give (`?size=1920x1080&fps=30&format=mjpeg`)."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    url: Annotated[str, SECRET]
    sub_url: Annotated[str, SECRET] = ""
    udp: bool = False
    title: str = ""


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    camera: list[StaticCamera] = []


class StaticOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[platform.options]` of a list of addresses."""

    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    file: Annotated[str, said("CSV, or TOML with [[camera]], beside city.toml")] = ""
    camera: Annotated[list[StaticCamera], said("or the cameras themselves")] = []
    devices: Annotated[bool, said("capture cards of this machine (/dev/videoN) may be opened")] = (
        False
    )


class Static(CameraPlatform, kind="static"):
    """Cameras, encoders and films by their addresses. Passwords stand in no file: `credential`
    names a secret `user:password` that is put into an address that has none."""

    abilities = frozenset({Ability.CATALOGUE})
    settings = StaticOptions
    example = """
[[platform]]
id = "gate"
kind = "static"
name_zh = "院门监控"
name_en = "Gate cameras"
credential = "gate-cameras"          # user:password

[[platform.options.camera]]
id = "north"
name_zh = "北门"
region = "320812"
url = "rtsp://10.9.1.20:554/Streaming/Channels/101"
sub_url = "rtsp://10.9.1.20:554/Streaming/Channels/102"
"""

    def __init__(self, config: PlatformConfig, around: VideoSurroundings) -> None:
        super().__init__(config, around)
        options = options_of(config, StaticOptions)
        self._devices = options.devices
        self._cameras = by_id(config, [*options.camera, *self._from_file(options.file)])
        for camera in self._cameras.values():
            self._check(camera)

    def _from_file(self, name: str) -> list[StaticCamera]:
        if not name:
            return []
        path = self._beside(name)
        if path.suffix == ".csv":
            return load_table(path, StaticCamera)
        if path.suffix == ".toml":
            return load_toml(path, _Table).camera
        raise bad(self.config.id, "options.file", "neither .csv nor .toml")

    def _beside(self, name: str) -> Path:
        """A file in the city's folder; raises ConfigError for one that lies elsewhere."""
        folder, parts = self.around.city_folder, PurePosixPath(name).parts
        if folder is None or name.startswith("/") or ".." in parts:
            raise bad(self.config.id, "options.file", "not beside city.toml")
        return folder / name

    def _check(self, camera: StaticCamera) -> None:
        for url in filter(None, (camera.url, camera.sub_url)):
            try:
                self._stream(camera, url, Profile.MAIN, None)
            except PlatformError as error:
                raise ConfigError(error.reason) from error
            if "@" in url.partition("://")[2].partition("/")[0]:
                raise ConfigError(
                    message("videoplatform.password", platform=self.config.id, camera=camera.id)
                )

    async def play(self, camera: str, profile: Profile) -> Played:
        """The addresses as they stand there; a camera without a second one gives its first."""
        found = self._cameras.get(self.own(camera))
        if found is None:
            raise self.unknown(camera)
        secret = self.secret(found.credential)
        sub = profile is Profile.SUB and bool(found.sub_url)
        url = found.sub_url if sub else found.url
        stream = self._stream(found, url, Profile.SUB if sub else Profile.MAIN, secret)
        if stream.url.startswith("sim://"):
            raise PlatformError(message("videoplatform.not_served"), whole=True)
        return Played((stream,))

    def _stream(
        self, camera: StaticCamera, url: str, profile: Profile, secret: Secret | None
    ) -> Stream:
        url = endpoint(url, self.around.endpoints)
        if DEVICE.fullmatch(url):
            if not self._devices:
                raise self._bad()
            return Stream(url, Source.DEVICE, profile=profile)
        if "://" not in url:
            path = self._film(url)
            return Stream(str(path), Source.FILE, profile=profile, loop=True)
        if url.startswith("sim://"):  # the demonstration's server has no address yet
            return Stream(url, profile=profile)
        url = signed_in(readable(url, self.config.id, self.config.hosts), secret)
        return Stream(url, udp=camera.udp, title=camera.title, profile=profile)

    def _film(self, name: str) -> Path:
        folder = self.around.city_folder
        if folder is None or name.startswith("/") or ".." in PurePosixPath(name).parts:
            raise self._bad()
        if PurePosixPath(name).suffix.lower() not in FILES:
            raise self._bad()
        return (folder / name).resolve()

    def _bad(self) -> PlatformError:
        return PlatformError(
            message("videoplatform.address", platform=self.config.id), Fault.ADDRESS
        )

    async def catalogue(self) -> AsyncIterator[list[Camera]]:
        """The cameras that have a name, in one page."""
        yield cameras_of(self.config, self._cameras.values())
