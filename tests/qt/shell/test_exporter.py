"""Copies of what is on the screen, asked for by command: files, the clipboard, what is refused."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtPrintSupport import QPrinterInfo

from app.core.i18n import translator
from app.core.message import Message
from app.live.seat import SignedOn
from tests.helpers.still import Still
from tests.qt.conftest import turns
from widgets.exporter import Exporter
from widgets.look import Looks
from widgets.operator import Operator
from widgets.shell import Shell


class Said(Operator):
    """The officer's operator; what it said is kept for the test to read."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.heard: list[Message] = []

    def say(self, words: Message) -> None:
        """Say it, and remember."""
        self.heard.append(words)
        super().say(words)


@pytest.fixture
def at_desk(application: object, run: Any, tmp_path: Path) -> Any:
    """`at_desk(work)`: do `work(operator, exporter, still)` on the desk of the still city."""

    def do(work: Callable[..., Any], folder: Path | None = None) -> None:
        still = Still(tmp_path / "data", "desk", days=1)

        async def scenario() -> None:
            shell = Shell(still.runtime, Looks("desk", reduced=True), translator("zh_CN"))
            operator = Said(shell)
            exporter = Exporter(shell, operator, folder or tmp_path / "out")
            shell.start()
            await turns()
            still.runtime.seat.person = SignedOn("DX1002", "shift_head", still.clock.now())
            await work(operator, exporter, still)
            await exporter.stop()
            shell.stop()
            shell.deleteLater()
            await turns()

        run(scenario())
        still.close()

    return do


async def ordered(operator: Said, exporter: Exporter, text: str) -> Message:
    """Do a command and wait for what the exporter says of it."""
    before = len(operator.heard)
    outcome = await operator.run(text)
    assert not isinstance(outcome, Message) and outcome.done, outcome
    operator.shell.bridge.drain()
    while len(operator.heard) == before:
        await exporter.stop()
        await turns()
    return operator.heard[-1]


def test_each_form_is_a_file_that_names_its_command(at_desk, tmp_path):
    async def work(operator, exporter, still):
        for form in ("png", "svg", "csv", "xlsx"):
            text = f"export-panel warnings form={form} period=day"
            assert (await ordered(operator, exporter, text)).id == "export.saved"
        for form in ("pdf", "docx"):
            said = await ordered(operator, exporter, f"export-report form={form}")
            assert said.id == "export.saved"

    at_desk(work)
    files = {path.suffix: path for path in (tmp_path / "out").iterdir()}
    assert set(files) == {".png", ".svg", ".csv", ".xlsx", ".pdf", ".docx"}
    assert all(path.name.startswith("huaian-") for path in files.values())
    table = files[".csv"].read_text(encoding="utf-8-sig")
    id_ = files[".csv"].stem.rpartition("-")[2]
    assert ["指令编号", id_] in list(csv.reader(table.splitlines()))
    assert not QImage(str(files[".png"])).isNull()


def test_a_copy_is_on_the_clipboard_and_paper_needs_a_printer(at_desk):
    async def work(operator, exporter, still):
        QGuiApplication.clipboard().clear()
        said = await ordered(operator, exporter, "export-panel warnings form=copy")
        assert said.id == "export.copied"
        assert not QGuiApplication.clipboard().image().isNull()
        if QPrinterInfo.defaultPrinter().isNull():
            said = await ordered(operator, exporter, "export-panel warnings form=print")
            assert said.id == "export.no_printer"

    at_desk(work)


def test_what_cannot_be_saved_is_said(at_desk, tmp_path):
    taken = tmp_path / "taken"
    taken.write_text("a file where a folder is wanted")

    async def work(operator, exporter, still):
        said = await ordered(operator, exporter, "export-panel warnings form=csv")
        assert said.id == "export.failed"
        said = await ordered(operator, exporter, "export-panel digital-base form=csv")
        assert said.id == "export.no_panel"  # of another scene

    at_desk(work, taken / "out")


def test_nobody_copies_without_a_name(at_desk, tmp_path):
    async def work(operator, exporter, still):
        still.runtime.seat.person = None
        outcome = await operator.run("export-report form=pdf")
        assert not outcome.done and not (tmp_path / "out").exists()

    at_desk(work)
