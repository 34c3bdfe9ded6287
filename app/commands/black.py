"""Let a window be dark."""

from typing import ClassVar

from app.live.covering import Covering
from app.live.presentation import Cover


class Black(Covering, verb="black"):
    """`black on|off [window=…]`."""

    cover: ClassVar[Cover] = Cover.BLACK
