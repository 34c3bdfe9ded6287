"""Who asks: a feed's credential in an HTTP request, as key, token or signature.

A credential goes to the addresses of the city's settings only, whatever links an answer holds, and
not without TLS except to this machine or where `allow_plain` says so.
"""

import asyncio
import base64
from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

import httpx
import msgspec

from app.config import FeedConfig
from app.core.message import message
from app.core.privacy import Privacy
from app.feeds._base import LOCAL, Refused, Surroundings
from app.feeds._http_call import Call, Origin, address, origin
from app.feeds._oauth import OAuthOptions, Post, Tokens
from app.feeds._signing import Signer, SignOptions
from app.options import bad, said
from app.secrets import Secret


class AuthOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`auth` of a feed's options: how its credential is sent."""

    __privacy__: ClassVar[Privacy] = Privacy.PUBLIC

    way: Annotated[
        Literal["auto", "basic", "bearer", "header", "query"],
        said("auto: user:password as basic, a token as bearer"),
    ] = "auto"
    name: Annotated[str, said("of the header or parameter")] = "X-Api-Key"


class Identity:
    """One feed's credential on its requests; at most one of `auth`, `oauth` and `sign` is used.

    `homes` are addresses of its settings beside `url` and `also`. Raises ConfigError at
    construction where signature or token can never be made.
    """

    def __init__(
        self,
        config: FeedConfig,
        around: Surroundings,
        *,
        auth: AuthOptions,
        oauth: OAuthOptions | None,
        sign: SignOptions | None,
        homes: Iterable[str],
        post: Post,
    ) -> None:
        self._config = config
        self._around = around
        self._auth = auth
        self._homes = tuple(homes)
        self._secret: Secret | None = None
        self._signer = Signer(config.id, sign, around.zone) if sign else None
        self._tokens = Tokens(oauth, post, _seconds) if oauth else None
        if (oauth or sign) and not config.credential:
            raise bad(config.id, "credential", "needed to sign or to ask for a token")
        if oauth and sign:
            raise bad(config.id, "options", "oauth and sign")

    async def put(self, call: Call) -> None:
        """Add the credential to a request that is about to be sent; raises Lost or Refused."""
        if not self._config.credential or origin(call.url) not in self._origins():
            return
        self.check_plain(call.url)
        secret = self._found()
        if self._tokens is not None:
            call.headers["Authorization"] = f"Bearer {await self._tokens.token(secret.pair)}"
        elif self._signer is not None:
            second = self._signer.options.token
            token = self._around.secrets.find(second).reveal() if second else ""
            self._signer.sign(call, secret.pair, token, self._around.clock.now())
        else:
            put_credential(call, secret, self._auth)

    def check_plain(self, url: httpx.URL) -> None:
        """Raises Refused where a credential would go out for anybody to read."""
        allowed = self._config.options.get("allow_plain") is True
        if url.scheme == "http" and url.host not in LOCAL and not allowed:
            raise Refused(message("feed.plain_credential", feed=self._config.id))

    def denied(self) -> bool:
        """A credential was not accepted: it is read anew next time. Gives whether it was a token,
        of which a new one can be had at once."""
        self._secret = None
        return self._tokens is not None and self._tokens.drop()

    def without_key(self, url: httpx.URL) -> httpx.URL:
        """An address that a server gave, without our key, should it have put that there."""
        return url.copy_remove_param(self._auth.name) if self._auth.way == "query" else url

    def _found(self) -> Secret:
        if self._secret is None:
            self._secret = self._around.secrets.find(self._config.credential)
        return self._secret

    def _origins(self) -> set[Origin]:
        """Where the city's settings send this feed."""
        config, endpoints = self._config, self._around.endpoints
        named = [config.url, *config.also, *self._homes, *endpoints.values()]
        return {origin(address(url)) for url in named if url.startswith(("http://", "https://"))}


def _seconds() -> float:
    return asyncio.get_running_loop().time()


def put_credential(call: Call, secret: Secret, options: AuthOptions) -> None:
    """Add a key, a token or user and password to a request."""
    user, password = secret.pair
    way = options.way
    if way == "auto":
        way = "basic" if user else "bearer"
    if way == "header":
        call.headers[options.name] = secret.reveal()
    elif way == "query":
        call.url = call.url.copy_merge_params({options.name: secret.reveal()})
    elif way == "basic":
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        call.headers["Authorization"] = f"Basic {pair}"
    else:
        call.headers["Authorization"] = f"Bearer {secret.reveal()}"
