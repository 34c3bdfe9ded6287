"""What a service of features gave last, and when; taken anew in a thread of its own while somebody
looks, kept on the disk for a start without a line."""

import asyncio
import logging
import os
import threading
from pathlib import Path

from app.core.clock import Clock
from app.core.message import Message, Refusal, message
from app.core.model import Ms
from app.feeds._base import Lost
from app.gis.features import Broken, Features, packed, unpacked
from app.gis.ogc_config import Service
from app.gis.ogc_fetch import take
from app.secrets import Secrets

_AGAIN_MS, _LONGEST_MS = 30_000, 900_000  # after a failure
_MAX_BYTES = 256 << 20
log = logging.getLogger("chengmai.features")


class Snapshot:
    """The features of one layer. `features` and `at` change together, in the taking's thread; read
    both through `now`."""

    def __init__(
        self,
        service: Service,
        clock: Clock,
        secrets: Secrets,
        refresh_ms: Ms,
        kept: Path | None = None,
    ) -> None:
        self._service, self._clock, self._secrets = service, clock, secrets
        self._refresh_ms = refresh_ms
        self._path = kept
        self._held: tuple[Features | None, Ms] = (None, 0)
        self._due: Ms = 0
        self._failures = 0
        self._thread: threading.Thread | None = None
        self.fault: Message | None = None
        self._load()

    @property
    def now(self) -> tuple[Features | None, Ms]:
        """What is there, and the moment it was taken at (0: never)."""
        return self._held

    @property
    def is_busy(self) -> bool:
        """Whether it is being taken now."""
        return self._thread is not None and self._thread.is_alive()

    def want(self) -> None:
        """Somebody looks: take it anew where it is time."""
        if self.is_busy or self._clock.now() < self._due:
            return
        name = f"features {self._service.id}"
        self._thread = threading.Thread(target=self._take, name=name, daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """Until a taking that goes on has ended."""
        if self._thread is not None:
            self._thread.join(seconds)

    # ---- in its thread

    def _take(self) -> None:
        try:
            found = asyncio.run(take(self._service, self._clock, self._secrets))
        except (Refusal, Lost) as error:
            self._failed(error.reason)
        except Exception as error:  # whatever a server does, the map stays
            log.exception("features of %s", self._service.id)
            self._failed(message("mapogc.broken", error=type(error).__name__))
        else:
            now = self._clock.now()
            self._held = (found, now)
            self.fault = None
            self._failures = 0
            self._due = now + self._refresh_ms
            self._keep(found, now)

    def _failed(self, reason: Message) -> None:
        self.fault = reason
        self._failures += 1
        pause = min(_AGAIN_MS << min(self._failures - 1, 5), _LONGEST_MS)
        self._due = self._clock.now() + min(pause, max(self._refresh_ms, _AGAIN_MS))

    # ---- on the disk

    def _load(self) -> None:
        path = self._path
        if path is None or not path.is_file():
            return
        try:
            if path.stat().st_size <= _MAX_BYTES:
                self._held = (unpacked(path.read_bytes()), path.stat().st_mtime_ns // 1_000_000)
        except (OSError, Broken) as error:
            log.info("features that were kept cannot be used: %s", error)

    def _keep(self, features: Features, at: Ms) -> None:
        path = self._path
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            new.write_bytes(packed(features, small=True))
            os.utime(new, ns=(at * 1_000_000, at * 1_000_000))
            new.replace(path)
        except OSError as error:
            log.info("features are not kept for a start without a line: %s", error)
