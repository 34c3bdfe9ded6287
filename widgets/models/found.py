"""What the palette found, as a list for Qt; each row also reads as one line of text."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex


class FoundRow(NamedTuple):
    """One line of the palette: `kind` and `id` say what it is, the rest is written."""

    kind: str
    id: str
    sort: str  # the word for the kind
    title: str
    detail: str
    note: str = ""
    enabled: bool = True


class FoundModel(QAbstractListModel):
    """Replaced as a whole on each key; it holds a page of rows, never everything."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: Sequence[FoundRow] = ()

    def show(self, rows: Sequence[FoundRow]) -> None:
        """Take other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """How many rows."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """The row in one line, for screen readers too."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self.rows[index.row()]
        return " ".join(part for part in (row.sort, row.title, row.detail, row.note) if part)
