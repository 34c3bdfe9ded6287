"""`python -m app.bench._idle COUNT WS HTTP CA`: what so many silent feeds weigh.

Prints `{"bytes": ...}` (PSS of this process, as the kernel counts it) when every feed is live and
has been for a moment, and ends. The parent takes the difference of two counts.
"""

import gc
import json
import sys
from pathlib import Path

from app.bench._bureaus import feeds
from app.bench._watching import watching
from app.core.health import FeedState


def main(count: int, ws: str, http: str, ca: str) -> None:
    """Connect, wait, weigh."""
    with watching(feeds(count, ws, http, still=True, ca=ca)) as watched:
        watched.until(FeedState.LIVE, count)
        gc.collect()
        sys.stdout.write(json.dumps({"bytes": str(_pss())}) + "\n")
        sys.stdout.flush()


def _pss() -> int:
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise ValueError("no Pss in smaps_rollup")


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:5])
