"""Pictures of one size on the graphics card: three texture arrays, a layer for each view."""

from PySide6.QtCore import QSize
from PySide6.QtGui import (
    QRhi,
    QRhiResourceUpdateBatch,
    QRhiShaderResourceBindings,
    QRhiTexture,
    QRhiTextureSubresourceUploadDescription,
    QRhiTextureUploadDescription,
    QRhiTextureUploadEntry,
)

from widgets.video.slots import Planes

FIRST = 8
"""Layers to begin with; twice as many when they are taken."""


class Textures:
    """`layer` gives a view its place, `upload` its newest picture. When there are more views than
    layers everything is made anew, and nothing lies there any more."""

    def __init__(self, rhi: QRhi, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._rhi = rhi
        self._layers: dict[str, int] = {}
        self.capacity = FIRST
        self.arrays = self._make()
        self.bindings: QRhiShaderResourceBindings | None = None  # of the arrays as they are
        self.uploaded: dict[str, int] = {}  # the number of the picture that lies there

    def _make(self) -> list[QRhiTexture]:
        half = QSize((self.width + 1) // 2, (self.height + 1) // 2)
        sizes = (QSize(self.width, self.height), half, half)
        made = [
            self._rhi.newTextureArray(QRhiTexture.Format.R8, self.capacity, size) for size in sizes
        ]
        for texture in made:
            if not texture.create():
                raise MemoryError(f"{self.capacity} textures of {self.width} x {self.height}")
        return made

    def layer(self, view: str) -> int:
        """The layer of a view."""
        if view not in self._layers:
            taken = set(self._layers.values())
            free = next((number for number in range(self.capacity) if number not in taken), -1)
            if free < 0:
                free = self.capacity
                self._grow()
            self._layers[view] = free
        return self._layers[view]

    def _grow(self) -> None:
        self.release()
        self.capacity *= 2
        self.arrays = self._make()
        self.bindings = None
        self.uploaded.clear()

    def keep(self, views: frozenset[str]) -> None:
        """Only these are shown any more."""
        for view in self._layers.keys() - views:
            del self._layers[view]
            self.uploaded.pop(view, None)

    def upload(
        self, batch: QRhiResourceUpdateBatch, view: str, planes: Planes, sequence: int
    ) -> None:
        """Copy a picture into the layer of its view."""
        layer = self.layer(view)
        for number, part in enumerate(planes.parts):
            data = QRhiTextureSubresourceUploadDescription(bytes(part))
            data.setDataStride(planes.stride if number == 0 else planes.stride // 2)
            entry = QRhiTextureUploadEntry(layer, 0, data)
            batch.uploadTexture(self.arrays[number], QRhiTextureUploadDescription(entry))
        self.uploaded[view] = sequence

    def release(self) -> None:
        """Let the memory of the card go."""
        for texture in self.arrays:
            texture.destroy()
