"""What platforms over HTTP have in common: requests through the feeds' line, answers into Structs,
every trouble as PlatformError."""

import asyncio
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from app.config import FeedConfig, Limits, PlatformConfig
from app.core.catalog import Catalog
from app.core.message import Refusal, message
from app.feeds._base import LOCAL, Lost, Refused, Surroundings
from app.feeds._http import Answer, Expect, HttpLine
from app.feeds._http_auth import AuthOptions
from app.feeds._http_body import read_body
from app.feeds._http_call import Call, address
from app.feeds._shared import Shared
from app.options import bad
from app.secrets import Secret
from app.video.platform import PlatformError, VideoSurroundings
from app.video.wire import Fault

T = TypeVar("T")
O = TypeVar("O", bound=msgspec.Struct)  # noqa: E741  (options)

MAX_ANSWER = 16 << 20


def options_of(config: PlatformConfig, into: type[O]) -> O:
    """A platform's options; raises ConfigError with platform and key."""
    try:
        return msgspec.convert(config.options, into)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `")
        key = ".".join(filter(None, ("options", path.rstrip("`").removeprefix("$").lstrip("."))))
        raise bad(config.id, key, reason) from error


class PlatformHttp:
    """One platform's requests to its own address. `auth` sends its credential with each; without
    it the platform does what is to be done itself, with `secret`. Those of one platform may have
    their connections in common (`shared`, closed by who made it). Raises ConfigError for what can
    never be used."""

    def __init__(
        self,
        config: PlatformConfig,
        around: VideoSurroundings,
        *,
        auth: AuthOptions | None = None,
        answer_s: float = 20.0,
        shared: Shared | None = None,
    ) -> None:
        self._config = config
        self._answer_s = answer_s
        self._secrets = around.secrets
        self.url = endpoint(config.url, around.endpoints)
        if not self.url.startswith(("http://", "https://", "sim://")):
            raise bad(config.id, "url", "http:// or https://")
        self._around = Surroundings(
            catalog=Catalog(),
            clock=around.clock,
            secrets=around.secrets,
            zone=around.zone,
            shared=shared if shared is not None else Shared(),
        )
        feed = FeedConfig(
            id=config.id,
            kind="http-json",
            name_zh=config.name_zh,
            url=self.url,
            credential=config.credential if auth is not None else "",
            limits=Limits(max_bytes=MAX_ANSWER),
            proxy=config.proxy,
            tls=config.tls,
            options={"allow_plain": config.options.get("allow_plain") is True},
        )
        self._line = HttpLine(feed, self._around, auth=auth, answer_s=answer_s)

    @property
    def served(self) -> bool:
        """Whether there is somebody to ask: the demonstration's platform may not have started."""
        return not self.url.startswith("sim://")

    def secret(self) -> Secret | None:
        """The platform's credential, None where none is named; raises PlatformError where there is
        none of that name, or where it would go out for anybody to read."""
        if not self._config.credential:
            return None
        try:
            url = address(self.url)
            allowed = self._config.options.get("allow_plain") is True
            if url.scheme == "http" and url.host not in LOCAL and not allowed:
                raise Refused(message("feed.plain_credential", feed=self._config.id))
            return self._secrets.find(self._config.credential)
        except Lost as error:
            raise PlatformError(error.reason, Fault.ADDRESS, whole=True) from error
        except Refusal as error:
            raise PlatformError(error.reason, Fault.CREDENTIALS, whole=True) from error

    async def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        expect: Expect = "json",
    ) -> Answer:
        """The answer at a path of the platform's address. Raises PlatformError: CREDENTIALS where
        it was refused (401, 403), UNREACHABLE and TIMEOUT for the line, REFUSED for other
        statuses."""
        if not self.served:
            raise PlatformError(message("videoplatform.not_served"), whole=True)
        try:
            answer = await self._line.fetch(
                self.url.rstrip("/") + path,
                method=method,
                params=dict(params or {}),
                headers=dict(headers or {}),
                body=body,
                expect=expect,
                conditional=False,
            )
        except Lost as error:
            fault = _FAULTS.get(error.reason.id, Fault.UNREACHABLE)
            # One camera that does not answer makes its platform wait, too.
            raise PlatformError(
                error.reason, fault, whole=fault in (Fault.UNREACHABLE, Fault.ADDRESS)
            ) from error
        except Refusal as error:
            raise PlatformError(error.reason, Fault.CREDENTIALS, whole=True) from error
        if answer is None:
            raise PlatformError(message("videoplatform.empty", platform=self._config.id))
        return answer

    async def exchange(
        self, url: str, method: str, headers: dict[str, str], body: bytes, limit: int = MAX_ANSWER
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an answer, whatever its status: for protocols that explain a
        refusal in its body. Raises PlatformError for the line."""
        try:
            async with asyncio.timeout(self._answer_s):
                async with self._line.open(Call(method, address(url), headers, body)) as response:
                    data = await read_body(response, limit)
                    return response.status_code, dict(response.headers), data
        except TimeoutError as error:
            raise PlatformError(message("feed.timeout"), Fault.TIMEOUT) from error
        except Lost as error:
            fault = _FAULTS.get(error.reason.id, Fault.UNREACHABLE)
            raise PlatformError(error.reason, fault) from error
        except Refusal as error:
            raise PlatformError(error.reason, Fault.CREDENTIALS) from error

    def decoded(self, data: bytes, into: type[T]) -> T:
        """JSON into a type; raises PlatformError."""
        try:
            return msgspec.json.decode(data, type=into)
        except (msgspec.DecodeError, RecursionError) as error:
            raise PlatformError(
                message("videoplatform.answer", platform=self._config.id, error=str(error)[:200]),
                Fault.REFUSED,
            ) from error

    async def close(self) -> None:
        """Close what is kept open."""
        await self._around.shared.close()


_FAULTS = {
    "feed.timeout": Fault.TIMEOUT,
    "feed.http_status": Fault.REFUSED,
    "feed.http_address": Fault.ADDRESS,
    "feed.http_oversized": Fault.REFUSED,
    "feed.http_type": Fault.REFUSED,
    "feed.http_html": Fault.REFUSED,
}


def endpoint(url: str, endpoints: Mapping[str, str]) -> str:
    """An address with its `sim://` placeholder filled in, where it is known."""
    for name, real in endpoints.items():
        if url == name or url.startswith(f"{name}/"):
            return real + url[len(name) :]
    return url
