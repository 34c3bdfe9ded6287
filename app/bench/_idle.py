"""`python -m app.bench._idle COUNT WS HTTP CA`: what so many silent feeds weigh.

Prints `{"bytes": ...}` (PSS of this process, as the kernel counts it) when every feed is live and
has been for a moment, and ends. The parent takes the difference of two counts.
"""

import gc
import json
import sys

from app.bench._base import proc_pss
from app.bench._bureaus import feeds
from app.bench._watching import watching
from app.core.health import FeedState


def main(count: int, ws: str, http: str, ca: str) -> None:
    """Connect, wait, weigh."""
    with watching(feeds(count, ws, http, still=True, ca=ca)) as watched:
        watched.until(FeedState.LIVE, count)
        gc.collect()
        sys.stdout.write(json.dumps({"bytes": str(proc_pss("self"))}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:5])
