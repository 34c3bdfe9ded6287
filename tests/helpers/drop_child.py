"""A child process that takes files into a store until it is killed:
`python -m tests.helpers.drop_child FOLDER`, files in FOLDER/in.

Composed as the runtime is: ingest thread, mailbox, recorder, receipts. A dot for every batch.
"""

import asyncio
import sys
from functools import partial
from pathlib import Path

from app.config import FeedConfig
from app.core.clock import SystemClock
from app.feeds._ingest import IngestThread
from app.live.batch import Mailbox
from app.runtime import _give_receipts
from app.store.store import Store
from tests.helpers.ingesting import CATALOG
from tests.helpers.store import BALLAST

MAP = {
    "format": "csv",
    "reading": [
        {
            "key": {"template": "reading/water.level/320812/{station}"},
            "value": {"from": "z", "unit": "cm"},
            "observed": {"from": "t", "time": "epoch_ms"},
        }
    ],
}


async def main(folder: Path) -> None:
    """Until killed."""
    store = Store.open(folder / "data", SystemClock(), ballast_bytes=BALLAST)
    feed = FeedConfig(
        id="f",
        kind="file-drop",
        name_zh="排水公司",
        url=f"file:{folder / 'in'}",
        map=MAP,
        options={"poll_s": 0.05, "finished": "done"},
    )
    news = asyncio.Event()
    loop = asyncio.get_running_loop()
    mailbox = Mailbox(lambda: loop.call_soon_threadsafe(news.set))
    home = folder / "data" / "feeds"
    ingest = IngestThread([feed], {}, mailbox, CATALOG, SystemClock(), folder=home)
    ingest.start()
    while True:
        await news.wait()
        news.clear()
        batch = mailbox.take()
        if batch is not None:
            store.recorder.submit(batch.log, batch.records)
            if batch.receipts:
                store.saved().add_done_callback(partial(_give_receipts, batch.receipts))
            sys.stdout.write(".\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
