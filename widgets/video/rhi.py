"""The presenter for machines with a graphics card: pictures stay YUV until the card draws them.

Streams of one size share texture arrays and are drawn in one instanced call; matrix and range come
with each stream. Captions, notes and covers are painted over it by the same painters as without.
Never used without a card: in software it costs several times what the raster presenter does.
"""

import struct
from importlib import resources
from typing import NamedTuple

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtGui import (
    QColor,
    QRhiBuffer,
    QRhiCommandBuffer,
    QRhiDepthStencilClearValue,
    QRhiGraphicsPipeline,
    QRhiResourceUpdateBatch,
    QRhiSampler,
    QRhiShaderResourceBinding,
    QRhiShaderResourceBindings,
    QRhiShaderStage,
    QRhiVertexInputAttribute,
    QRhiVertexInputBinding,
    QRhiVertexInputLayout,
    QRhiViewport,
    QShader,
)
from PySide6.QtWidgets import QRhiWidget, QWidget

from app.video.board import Rows
from widgets.video.slots import Planes
from widgets.video.surface import Shown
from widgets.video.textures import Textures

_CORNERS = struct.pack("8f", 0, 0, 1, 0, 0, 1, 1, 1)
_INSTANCE = struct.Struct("8f")
MOST = 256
DIMMED = 0.5
HD_LINES = 720
"""From so many lines on, what does not say its matrix has that of high definition."""


class Group(NamedTuple):
    """Cells whose streams have one size, each with its newest picture."""

    textures: Textures
    cells: list[tuple[Shown, Planes]]


class Pictures(QRhiWidget):
    """Only the pictures; where nothing is shown the ground's colour stands."""

    def __init__(self, ground: QColor, parent: QWidget) -> None:
        super().__init__(parent)
        self.ground = ground
        self.drawn = 0  # pictures that were uploaded
        self._cells: tuple[Shown, ...] = ()
        self._rows: Rows | None = None
        self._made = False
        self._sizes: dict[tuple[int, int], Textures] = {}
        self._pipeline: QRhiGraphicsPipeline | None = None

    def show_cells(self, cells: tuple[Shown, ...]) -> None:
        """What stands where."""
        self._cells = cells
        views = frozenset(cell.view for cell in cells)
        for textures in self._sizes.values():
            textures.keep(views)
        self.update()

    def poll(self, rows: Rows) -> None:
        """Draw anew where some picture is newer than what lies on the card."""
        self._rows = rows
        lying = {view: at for held in self._sizes.values() for view, at in held.uploaded.items()}
        for cell in self._cells:
            if cell.slots is None:
                continue
            if int(rows["seq"][cell.slots.place.row]) != lying.get(cell.view, 0):
                self.update()
                return

    # ---- of the card

    def initialize(self, cb: QRhiCommandBuffer) -> None:
        """Once, and again when the card was lost."""
        if self._made:
            return
        rhi = self.rhi()
        self._made = True
        self._corners = rhi.newBuffer(
            QRhiBuffer.Type.Immutable, QRhiBuffer.UsageFlag.VertexBuffer, len(_CORNERS)
        )
        self._corners.create()
        self._instances = rhi.newBuffer(
            QRhiBuffer.Type.Dynamic, QRhiBuffer.UsageFlag.VertexBuffer, _INSTANCE.size * MOST
        )
        self._instances.create()
        none = QRhiSampler.Filter.None_
        linear, clamp = QRhiSampler.Filter.Linear, QRhiSampler.AddressMode.ClampToEdge
        self._sampler = rhi.newSampler(linear, linear, none, clamp, clamp)
        self._sampler.create()
        batch = rhi.nextResourceUpdateBatch()
        batch.uploadStaticBuffer(self._corners, _CORNERS)
        cb.resourceUpdate(batch)

    def releaseResources(self) -> None:
        """The card is lost, or the window goes to another."""
        self._made = False
        self._sizes.clear()
        self._pipeline = None

    def render(self, cb: QRhiCommandBuffer) -> None:
        """One pass: the new pictures to the card, then one call for each size there is."""
        rhi = self.rhi()
        batch = rhi.nextResourceUpdateBatch()
        groups = self._upload(batch)
        size = self.renderTarget().pixelSize()
        ratio = self.devicePixelRatioF()
        data, draws = b"", []
        for textures, cells in groups.values():
            first = len(data) // _INSTANCE.size
            data += b"".join(
                _instance(cell, planes, textures.layer(cell.view), size, ratio)
                for cell, planes in cells
            )
            draws.append((textures, first, len(cells)))
        if data:
            batch.updateDynamicBuffer(self._instances, 0, len(data), data)
        cb.beginPass(self.renderTarget(), self.ground, QRhiDepthStencilClearValue(1.0, 0), batch)
        for textures, first, count in draws:
            bindings = self._bindings(textures)
            cb.setGraphicsPipeline(self._pipe(bindings))
            cb.setViewport(QRhiViewport(0, 0, size.width(), size.height()))
            cb.setShaderResources(bindings)
            cb.setVertexInput(0, [(self._corners, 0), (self._instances, first * _INSTANCE.size)])
            cb.draw(4, count)
        cb.endPass()

    def _upload(self, batch: QRhiResourceUpdateBatch) -> dict[tuple[int, int], Group]:
        groups: dict[tuple[int, int], Group] = {}
        rows = self._rows
        if rows is None:
            return groups
        for cell in self._cells[:MOST]:
            planes = cell.slots.planes(rows) if cell.slots is not None else None
            if planes is None:
                continue
            key = planes.width, planes.height
            if key not in self._sizes:
                self._sizes[key] = Textures(self.rhi(), *key)
            groups.setdefault(key, Group(self._sizes[key], [])).cells.append((cell, planes))
        for textures, cells in groups.values():
            # All layers first: arrays that grow in the middle would lose what was uploaded.
            for cell, _ in cells:
                textures.layer(cell.view)
            for cell, planes in cells:
                assert cell.slots is not None
                sequence = int(rows["seq"][cell.slots.place.row])
                if textures.uploaded.get(cell.view) != sequence:
                    textures.upload(batch, cell.view, planes, sequence)
                    self.drawn += 1
        return groups

    def _bindings(self, textures: Textures) -> QRhiShaderResourceBindings:
        """Made anew when the arrays were."""
        if textures.bindings is None:
            stage = QRhiShaderResourceBinding.StageFlag.FragmentStage
            found = self.rhi().newShaderResourceBindings()
            found.setBindings(
                [
                    QRhiShaderResourceBinding.sampledTexture(1 + at, stage, array, self._sampler)
                    for at, array in enumerate(textures.arrays)
                ]
            )
            found.create()
            textures.bindings = found
        return textures.bindings

    def _pipe(self, bindings: QRhiShaderResourceBindings) -> QRhiGraphicsPipeline:
        """One for all sizes: their bindings are laid out alike."""
        if self._pipeline is None:
            made = self.rhi().newGraphicsPipeline()
            made.setTopology(QRhiGraphicsPipeline.Topology.TriangleStrip)
            kinds = QRhiShaderStage.Type
            made.setShaderStages(
                [
                    QRhiShaderStage(kinds.Vertex, _shader("video.vert.qsb")),
                    QRhiShaderStage(kinds.Fragment, _shader("video.frag.qsb")),
                ]
            )
            made.setVertexInputLayout(_layout())
            made.setShaderResourceBindings(bindings)
            made.setRenderPassDescriptor(self.renderTarget().renderPassDescriptor())
            if not made.create():
                raise RuntimeError("the graphics card takes no shader for video")
            self._pipeline = made
        return self._pipeline


def _layout() -> QRhiVertexInputLayout:
    layout = QRhiVertexInputLayout()
    each = QRhiVertexInputBinding.Classification.PerInstance
    layout.setBindings([QRhiVertexInputBinding(8), QRhiVertexInputBinding(_INSTANCE.size, each)])
    two = QRhiVertexInputAttribute.Format.Float2
    four = QRhiVertexInputAttribute.Format.Float4
    layout.setAttributes(
        [
            QRhiVertexInputAttribute(0, 0, two, 0),
            QRhiVertexInputAttribute(1, 1, four, 0),
            QRhiVertexInputAttribute(1, 2, four, 16),
        ]
    )
    return layout


def _shader(name: str) -> QShader:
    data = (resources.files("assets") / "shaders" / name).read_bytes()
    return QShader.fromSerialized(QByteArray(data))


def _instance(cell: Shown, planes: Planes, layer: int, size: QSize, ratio: float) -> bytes:
    """A rectangle in clip space (its y goes up), and how its pixels become colours."""
    place = cell.fitted
    wide, high = size.width() / ratio / 2, size.height() / ratio / 2
    left, right = place.x() / wide - 1, (place.x() + place.width()) / wide - 1
    top, bottom = 1 - place.y() / high, 1 - (place.y() + place.height()) / high
    matrix = planes.matrix or (709 if planes.height >= HD_LINES else 601)
    dim = DIMMED if cell.words.old else 1.0
    return _INSTANCE.pack(left, top, right, bottom, layer, matrix, planes.full, dim)
