"""Making of the demonstration's clips: pictures in, a labelled MP4 out. Not used while serving."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import av.filter
import av.video
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
"""Height x width x (red, green, blue)."""

LABEL = Path(__file__).resolve().parents[3] / "assets" / "video" / "label.png"
"""演示, white on black: stands in every picture, so that nobody takes it for a real place's."""

_OPTIONS = {
    "libx264": {"preset": "veryslow", "profile": "main", "bf": "0", "refs": "2"},
    "libx265": {"preset": "slow", "x265-params": "log-level=none:bframes=0:pools=1:scenecut=0"},
}


def filtered(pictures: Iterable[av.VideoFrame], steps: list[tuple[str, str]]) -> Iterator[Pixels]:
    """The pictures after some filters of FFmpeg (name, arguments)."""
    graph: av.filter.Graph | None = None
    for picture in pictures:
        if graph is None:
            graph = av.filter.Graph()
            nodes = [
                graph.add_buffer(
                    width=picture.width,
                    height=picture.height,
                    format=picture.format,
                    time_base=picture.time_base or Fraction(1, 25),
                ),
                *(graph.add(name, arguments) for name, arguments in steps),
                graph.add("format", "rgb24"),
                graph.add("buffersink"),
            ]
            graph.link_nodes(*nodes).configure()
        graph.vpush(picture)
        yield from _out(graph)


def _out(graph: av.filter.Graph) -> Iterator[Pixels]:
    while True:
        try:
            picture = graph.vpull()
        except (av.BlockingIOError, av.EOFError):
            return
        yield picture.to_ndarray(format="rgb24").astype(np.uint8, copy=False)


def labelled(pictures: Iterable[Pixels]) -> Iterator[Pixels]:
    """The pictures with the label in their upper right corner."""
    with av.open(str(LABEL)) as file:
        mark = next(file.decode(video=0))
    for picture in pictures:
        height, width = picture.shape[:2]
        size = height // 6, height // 12
        white = mark.reformat(*size, format="gray").to_ndarray().astype(np.float32) / 255
        place = picture[size[1] // 3 : size[1] // 3 + size[1], width - size[0] - size[1] // 3 :]
        place = place[:, : size[0]]
        place[:] = place * (0.5 - 0.5 * white[..., None]) + 235 * white[..., None]
        yield picture


def write(path: Path, pictures: Iterable[Pixels], fps: Fraction, codec: str, crf: int) -> None:
    """Encode with a key picture every two seconds and no B pictures, as cameras do."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as file:
        options = _OPTIONS[codec] | {"crf": str(crf)}
        stream = file.add_stream(codec, rate=fps, options=options)
        assert isinstance(stream, av.video.stream.VideoStream)
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = round(fps * 2)
        for number, pixels in enumerate(pictures):
            if number == 0:
                stream.height, stream.width = pixels.shape[:2]
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            picture.pts, picture.time_base = number, 1 / fps
            file.mux(stream.encode(picture))
        file.mux(stream.encode(None))
