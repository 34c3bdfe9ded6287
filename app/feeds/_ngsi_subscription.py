"""One subscription at an NGSI-LD broker: made, renewed before it ends, taken away when we go.

It lives for a while only, so that one which nobody could take away any more ends by itself. Its id
and topic are of this run alone: two seats do not end each other's.
"""

import asyncio
import logging
from typing import Any

import msgspec

from app.core.clock import Clock, iso
from app.core.ident import ulid
from app.feeds._base import Lost, Refused
from app.feeds._http import HttpLine

_LEAVE_S = 3.0

log = logging.getLogger("chengmai.feeds")


class Subscription:
    """`base` is the broker's address, `endpoint` where it is to send to, without the topic;
    `life_s` how long it lives from each renewal."""

    def __init__(
        self,
        line: HttpLine,
        clock: Clock,
        base: str,
        *,
        endpoint: str,
        headers: dict[str, str],
        life_s: float,
    ) -> None:
        mark = ulid(clock.now())
        self.id = f"urn:ngsi-ld:Subscription:chengmai-{mark}"
        self._topic = f"chengmai/{mark}"
        self._line = line
        self._clock = clock
        self._all = f"{base}/ngsi-ld/v1/subscriptions"
        self._endpoint = endpoint.rstrip("/")
        self._headers = headers
        self._life_ms = round(life_s * 1000)
        self._made = False

    @property
    def topic(self) -> str:
        """Where notifications come."""
        return self._topic

    async def make(self, types: tuple[str, ...], query: str) -> None:
        """Raises Lost and Refused."""
        body: dict[str, Any] = {
            "id": self.id,
            "type": "Subscription",
            "entities": [{"type": kind} for kind in types],
            "notification": {
                "format": "normalized",
                "endpoint": {
                    "uri": f"{self._endpoint}/{self._topic}",
                    "accept": "application/json",
                },
            },
            "expiresAt": self._end(),
        }
        if query:
            body["q"] = query
        await self._send("POST", self._all, body)
        self._made = True

    async def renew(self) -> None:
        """Raises Lost and Refused."""
        await self._send("PATCH", f"{self._all}/{self.id}", {"expiresAt": self._end()})

    async def leave(self) -> None:
        """Take it away; where that fails, it ends by itself."""
        if not self._made:
            return
        try:
            async with asyncio.timeout(_LEAVE_S):
                await self._send("DELETE", f"{self._all}/{self.id}", None)
        except (Lost, Refused, OSError, TimeoutError):
            log.info("subscription %s is left to end by itself", self.id)

    async def _send(self, method: str, url: str, body: dict[str, Any] | None) -> None:
        raw, headers = None, dict(self._headers)
        if body is not None:
            raw = msgspec.json.encode(body)
            headers["Content-Type"] = "application/json"
        await self._line.fetch(
            url, method=method, body=raw, headers=headers, expect="any", conditional=False
        )

    def _end(self) -> str:
        return iso(self._clock.now() + self._life_ms)
