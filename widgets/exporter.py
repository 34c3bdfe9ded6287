"""Makes the files that were asked for by command; only painting is done on the GUI thread."""

import asyncio
import functools
import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.core.message import Message, Refusal, message
from app.live.export import MAP, REPORT, ExportOrder, PanelForm, ReportForm
from app.live.hub import Kind
from app.registry import deferred
from app.report.as_csv import as_csv
from app.report.as_docx import as_docx
from app.report.as_xlsx import as_xlsx
from widgets.errands import Errands
from widgets.export.paper import pdf, print_image
from widgets.export.picture import panel_image, png, svg
from widgets.export.report import report_of
from widgets.export.table import sheet_of, with_curves
from widgets.export.trace import notes_of
from widgets.operator import Operator
from widgets.panels._base import Panel
from widgets.shell import Shell
from widgets.window import Window

log = logging.getLogger(__name__)

BARS = ("top-bar", "bottom-bar")
MAP_FILE = "widgets.export.map_file"


class Exporter(QObject):
    """Answers `export-panel`, `export-report` and `export-map`; what became of it is said over the
    window's foot.

    Keys on a desk and in the cockpit: Ctrl E writes the command for the focused panel, Ctrl Shift C
    copies it, Ctrl P prints it.
    """

    def __init__(self, shell: Shell, operator: Operator, folder: Path) -> None:
        super().__init__(shell)
        self.folder = folder
        self._shell = shell
        self._operator = operator
        self.errands = Errands(log, "an export failed")
        shell.bridge.signal(Kind.SEAT).connect(self._on_seat)
        if shell.looks.seat != "hall":
            shell.opened.connect(self._on_window)

    async def stop(self) -> None:
        """What was begun is finished."""
        await self.errands.finish()

    # ---- keys

    def _on_window(self, window: QWidget) -> None:
        assert isinstance(window, Window)
        window.add_shortcut("Ctrl+E", lambda: self._write_command(window))
        window.add_shortcut("Ctrl+Shift+C", lambda: self._command(window, PanelForm.COPY))
        window.add_shortcut("Ctrl+P", lambda: self._command(window, PanelForm.PRINT))

    def _write_command(self, window: Window) -> None:
        panel = meant(window)
        if panel is not None:
            self._operator.open_palette(window, f"export-panel {panel.kind} form=xlsx period=day")

    def _command(self, window: Window, form: PanelForm) -> None:
        panel = meant(window)
        if panel is not None:
            self._shell.command_wanted.emit(f"export-panel {panel.kind} form={form.value}")

    # ---- orders

    def _on_seat(self, keys: frozenset[str]) -> None:
        if "export" not in keys:
            return
        orders = self._shell.spine.seat.exports
        while orders:
            self.errands.begin(self._make(orders.pop(0)))

    async def _make(self, order: ExportOrder) -> None:
        if order.what == REPORT:
            self._operator.say(await self._report(order))
            return
        if order.what == MAP:
            self._operator.say(await self._map(order))
            return
        panel = self._panel(order.what)
        if panel is None:
            self._operator.say(message("export.no_panel", panel=order.what))
            return
        self._operator.say(await self._panel_file(panel, order))

    async def _panel_file(self, panel: Panel, order: ExportOrder) -> Message:
        title, context, form = panel.title() or panel.kind, panel.context, order.form
        if form in (PanelForm.COPY, PanelForm.PRINT):
            image = panel_image(panel, order)
            if form == PanelForm.COPY:
                QGuiApplication.clipboard().setImage(image)
                return message("export.copied")
            printer = print_image(image)
            if not printer:
                return message("export.no_printer")
            return message("export.printed", printer=printer)
        made: Callable[[], bytes]
        if form == PanelForm.PNG:
            notes = notes_of(context, order, title)
            made = functools.partial(png, panel_image(panel, order), notes)
        elif form == PanelForm.SVG:
            content = svg(panel, order, title)
            made = lambda: content  # noqa: E731  (painted already; only written elsewhere)
        else:
            sheet = await with_curves(sheet_of(panel, order), context, order)
            names = (
                context.text("export.sheet.values"),
                context.text("export.sheet.curves"),
                context.text("export.sheet.notes"),
            )
            made = functools.partial(as_csv, sheet)
            if form == PanelForm.XLSX:
                made = functools.partial(as_xlsx, sheet, names)
        return await self._write(order, made)

    async def _report(self, order: ExportOrder) -> Message:
        window = self._shell.windows[0]
        assert window.theme is not None
        document = report_of(self._shell.context(window.theme), order)
        form = as_docx if order.form == ReportForm.DOCX else pdf
        return await self._write(order, functools.partial(form, document))

    async def _map(self, order: ExportOrder) -> Message:
        window = self._shell.windows[0]
        assert window.theme is not None
        try:
            made = await deferred(MAP_FILE).map_file(self._shell.context(window.theme), order)
        except Refusal as refusal:
            return refusal.reason
        return made if isinstance(made, Message) else await self._write(order, made)

    async def _write(self, order: ExportOrder, made: Callable[[], bytes]) -> Message:
        path = self.folder / file_name(self._shell.spine.city.name, order)
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(None, _write, path, made)
        except OSError as error:
            return message("export.failed", file=str(path), error=error.strerror or str(error))
        return message("export.saved", file=str(path))

    def _panel(self, kind: str) -> Panel | None:
        windows = self._shell.windows
        active = [window for window in windows if window.isActiveWindow()]
        for window in [*active, *windows]:
            focused = meant(window)
            if focused is not None and focused.kind == kind:
                return focused
            for panel in window.panels.values():
                if panel.kind == kind and panel.seen:
                    return panel
        return None


def meant(window: Window) -> Panel | None:
    """The panel that has the focus, else the first that is no bar."""
    widget = window.focusWidget()
    while widget is not None and not isinstance(widget, Panel):
        widget = widget.parentWidget()
    if widget is not None:
        return widget
    seen = [panel for panel in window.panels.values() if panel.seen and panel.kind not in BARS]
    return next(iter(seen), None)


def file_name(city: str, order: ExportOrder) -> str:
    """`huaian-indicators-01J9…XZ.xlsx`: the command's id is the trace into the audit."""
    return f"{city}-{order.what}-{order.id}.{order.form}"


def _write(path: Path, made: Callable[[], bytes]) -> None:
    """A reader sees the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(made())
    new.replace(path)
