"""Who we are to WVP: a token that is fetched once and renewed, or a permanent key; its envelope."""

import asyncio
import hashlib
from typing import Any
from urllib.parse import urlencode

from app.config import PlatformConfig
from app.core.message import message
from app.feeds._http import Expect
from app.video.platform import PlatformError, VideoSurroundings
from app.video.platforms._http import PlatformHttp
from app.video.platforms._wvp_wire import Envelope, Login
from app.video.wire import Fault

_TIMED_OUT = ("超时", "timeout")
_JPEG = b"\xff\xd8"


class WvpSession:
    """Asks one WVP. Every method raises PlatformError."""

    def __init__(
        self, config: PlatformConfig, around: VideoSurroundings, *, api_key: bool, answer_s: float
    ) -> None:
        self._id = config.id
        self._http = PlatformHttp(config, around, answer_s=answer_s)
        self._api_key = api_key
        self._token = ""
        self._login = asyncio.Lock()

    async def get(self, path: str, into: type[Any], **params: str | int) -> Any:
        """The data of an answer, None where it has none."""
        given = {name: str(value) for name, value in params.items()}
        envelope = await self._known(path, given, into)
        if envelope.code:
            words = (envelope.msg or "")[:200]
            late = any(word in words for word in _TIMED_OUT)
            raise PlatformError(
                message("videoplatform.refused", platform=self._id, words=words),
                Fault.TIMEOUT if late else Fault.REFUSED,
            )
        return envelope.data

    async def picture(self, path: str) -> bytes:
        """A JPEG."""
        data = await self._send(path, {}, "any")
        if data.startswith(_JPEG):
            return data
        envelope = self._http.decoded(data, Envelope[Any])
        words = (envelope.msg or "")[:200]
        raise PlatformError(
            message("videoplatform.refused", platform=self._id, words=words), Fault.REFUSED
        )

    async def close(self) -> None:
        """Let go of connections."""
        await self._http.close()

    async def _known(self, path: str, params: dict[str, str], into: type[Any]) -> Envelope[Any]:
        """An answer to somebody who is logged in; older versions refuse with a code alone."""
        for _ in range(2):
            held = self._token
            data = await self._send(path, params, "json")
            envelope = self._http.decoded(data, Envelope[into])  # type: ignore[valid-type]
            if envelope.code not in (401, 403):
                return envelope
            if not held:
                break
            self._forget(held)
        raise self._refused()

    async def _send(self, path: str, params: dict[str, str], expect: Expect) -> bytes:
        headers = await self._headers()
        try:
            answer = await self._http.ask(path, params=params, headers=headers, expect=expect)
        except PlatformError as error:
            held = headers.get("access-token", "")
            if error.fault is not Fault.CREDENTIALS or not held:
                raise
            self._forget(held)  # it ran out, or the platform started anew
            headers = await self._headers()
            answer = await self._http.ask(path, params=params, headers=headers, expect=expect)
        return answer.data

    def _forget(self, held: str) -> None:
        """Of many who were refused with one token the first fetches another."""
        if self._token == held:
            self._token = ""

    async def _headers(self) -> dict[str, str]:
        secret = self._http.secret()
        if secret is None:
            return {}
        if self._api_key:
            return {"api-key": secret.reveal()}
        async with self._login:
            if not self._token:
                self._token = await self._logged_in(*secret.pair)
        return {"access-token": self._token}

    async def _logged_in(self, user: str, password: str) -> str:
        # MD5 is what the interface asks for; a form stays out of the logs of what lies between
        digest = hashlib.md5(password.encode(), usedforsecurity=False).hexdigest()
        form = urlencode({"username": user, "password": digest}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await self._http.ask("/api/user/login", method="POST", headers=headers, body=form)
        found = self._http.decoded(answer.data, Envelope[Login])
        if found.code or found.data is None or not found.data.access_token:
            raise self._refused()
        return found.data.access_token

    def _refused(self) -> PlatformError:
        return PlatformError(
            message("videoplatform.login", platform=self._id), Fault.CREDENTIALS, whole=True
        )
