"""Let a window's picture stand still; it says since when."""

from typing import ClassVar

from app.live.covering import Covering
from app.live.presentation import Cover


class Freeze(Covering, verb="freeze"):
    """`freeze on|off [window=…]`."""

    cover: ClassVar[Cover] = Cover.FROZEN
