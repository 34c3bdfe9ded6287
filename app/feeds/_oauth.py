"""OAuth 2 client credentials (RFC 6749, 4.4): a token, kept until shortly before it ends."""

import base64
from collections.abc import Awaitable, Callable
from typing import Annotated, ClassVar, Literal
from urllib.parse import quote_plus, urlencode

import msgspec

from app.core.message import message
from app.core.privacy import SECRET, Privacy
from app.feeds._base import Lost, Refused
from app.options import said

EARLY_S = 30.0
_LIFE_S = 300.0  # of a token whose server does not say
_LONGEST_S = 86_400.0
_MAX_TOKEN = 16_384

Post = Callable[[str, dict[str, str], bytes], Awaitable[bytes]]
"""Sends a form to an address with these headers; gives the answer's JSON."""


class OAuthOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`oauth` of a feed's options. The credential is `client id:client secret`."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    url: Annotated[str, said("of the token endpoint")]
    scope: Annotated[str, said("asked for, words with blanks between")] = ""
    params: Annotated[dict[str, str], said("further ones of the form, such as audience")] = {}
    send: Annotated[Literal["basic", "body"], said("where client id and secret go")] = "basic"


class _Granted(msgspec.Struct):
    __privacy__: ClassVar[Privacy] = Privacy.INTERNAL

    access_token: Annotated[str, msgspec.Meta(min_length=1, max_length=_MAX_TOKEN), SECRET]
    type: str = msgspec.field(name="token_type", default="bearer")
    expires_in: float | str | None = None


class Tokens:
    """The token of one feed; `clock` gives seconds that only run forward."""

    def __init__(self, options: OAuthOptions, post: Post, clock: Callable[[], float]) -> None:
        self._options = options
        self._post = post
        self._clock = clock
        self._token = ""
        self._until = 0.0

    async def token(self, pair: tuple[str, str]) -> str:
        """The token in force, asked for where there is none; raises Lost or Refused."""
        if not self._token or self._clock() >= self._until:
            self._token, life = await self._ask(pair)
            self._until = self._clock() + max(life - EARLY_S, life / 2)
        return self._token

    def drop(self) -> bool:
        """The token was not accepted; gives whether there was one."""
        had, self._token = bool(self._token), ""
        return had

    async def _ask(self, pair: tuple[str, str]) -> tuple[str, float]:
        options = self._options
        client, secret = pair
        form = {"grant_type": "client_credentials", **options.params}
        if options.scope:
            form["scope"] = options.scope
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if options.send == "body":
            form |= {"client_id": client, "client_secret": secret}
        else:  # RFC 6749, 2.3.1: both are form-encoded first
            known = f"{quote_plus(client)}:{quote_plus(secret)}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(known).decode()}"
        try:
            answer = await self._post(options.url, headers, urlencode(form).encode())
        except Lost as error:
            if error.reason == message("feed.http_status", status=400):  # RFC 6749, 5.2
                raise Refused(message("feed.credentials")) from error
            raise
        return _granted(answer)


def _granted(answer: bytes) -> tuple[str, float]:
    """Token and life in seconds of an answer of the token endpoint (RFC 6749, 5.1)."""
    try:
        granted = msgspec.json.decode(answer, type=_Granted)
        life = _LIFE_S if granted.expires_in is None else float(granted.expires_in)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise Lost(message("feed.http_token")) from error
    token = granted.access_token
    if granted.type.lower() != "bearer" or not token.isascii() or not token.isprintable():
        raise Lost(message("feed.http_token"))
    return token, life if 0 < life <= _LONGEST_S else _LIFE_S
