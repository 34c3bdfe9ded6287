"""Secrets: from the environment, a file only its owner may read, or the system's keyring.

A settings file names a secret (`credential = "water-bureau"`); the secret itself never stands in
one and never in a log. Looked for in this order:

1. the environment: `CHENGMAI_SECRET_WATER_BUREAU`;
2. `secrets/water-bureau` in the data folder, mode 0600 (anything wider is refused);
3. the keyring's entry `chengmai` / `water-bureau`.

A secret is `user:password`, or a token alone.
"""

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from app.core.message import Refusal, message
from app.registry import deferred

SERVICE = "chengmai"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}")
_MAX = 16_384


class NoSecret(Refusal):
    """A secret that is named is nowhere, or may be read by others."""


class Secret:
    """A value that does not show itself."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value, for the one call that needs it."""
        return self._value

    @property
    def pair(self) -> tuple[str, str]:
        """User and password of `user:password`; a token alone has no user."""
        user, colon, password = self._value.partition(":")
        return (user, password) if colon else ("", user)

    def __repr__(self) -> str:
        return "Secret(***)"


class Secrets:
    """Finds secrets by name."""

    def __init__(
        self, folder: Path | None = None, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._folder = folder
        self._environment = environment

    def find(self, name: str) -> Secret:
        """The secret of a name; raises NoSecret, which says where it was looked for."""
        if not _NAME.fullmatch(name):
            raise NoSecret(message("secret.bad_name", name=name[:60]))
        variable = "CHENGMAI_SECRET_" + re.sub(r"[.-]", "_", name).upper()
        value = self._environment.get(variable) or self._from_file(name) or _from_keyring(name)
        value = (value or "").strip()
        if not value:  # an empty one would let in whoever sends none
            raise NoSecret(message("secret.missing", name=name, variable=variable))
        return Secret(value)

    def _from_file(self, name: str) -> str:
        if self._folder is None:
            return ""
        path = self._folder / "secrets" / name
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return ""
        with os.fdopen(descriptor, encoding="utf-8") as file:
            status = os.fstat(file.fileno())
            if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise NoSecret(message("secret.open_file", name=name, file=str(path)))
            return file.read(_MAX)


def _from_keyring(name: str) -> str:
    keyring, errors = deferred("keyring"), deferred("keyring.errors")
    try:
        return str(keyring.get_password(SERVICE, name) or "")
    except errors.KeyringError:
        return ""  # a machine without a keyring has no such place to look
