"""The process that decodes: `python -m app.video.worker BOARD CORES`, without Qt and our store.

One thread per stream; orders on standard input, reports on standard output, pictures into shared
memory (`app.video.wire`, `app.video.board`). It ends with its pipe.
"""
