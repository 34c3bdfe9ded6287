"""The language and the theme that a seat chose are there again at its next start."""

import pytest

from app.live.hub import Kind
from widgets.scene_memory import SceneMemory, ShownFile, file_of, read, write


@pytest.fixture
def run(run_throughout):
    return run_throughout


def test_what_was_chosen_is_kept_and_what_was_only_asked_for_once_is_not(shell, run, tmp_path):
    path = file_of(tmp_path, "desk")
    write(path, ShownFile(language="en", theme="desk"))
    memory = SceneMemory(shell, tmp_path)
    memory.restore()

    async def choose(**look):
        for name, choice in look.items():
            setattr(shell.spine.seat, name, choice)
        shell.spine.hub.publish(Kind.SEAT, ("language",))
        shell.bridge.drain()
        await memory.stop()

    async def session():
        memory.begin()  # Chinese was asked for on the command line
        await memory.stop()
        assert read(path).language == "en"
        await choose(theme="war")
        assert (read(path).language, read(path).theme) == ("en", "war")
        await choose(language="en")
        await choose(language="zh_CN")
        assert read(path).language == "zh_CN"

    run(session())
