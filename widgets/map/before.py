"""What must be said to Qt before there is a QApplication, so that a map can be shown later.

Qt WebEngine wants one attribute to be set that early; its library is not loaded for that. The
scheme `city://` is registered with the first map (Qt: before the first object of WebEngine), so a
seat without a map pays nothing for it.
"""

from PySide6.QtCore import QCoreApplication, Qt


def allow_maps() -> None:
    """Call it before QApplication is made; where there is one already it does nothing."""
    if QCoreApplication.instance() is None:
        QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
