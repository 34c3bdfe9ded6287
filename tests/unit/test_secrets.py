"""Secrets are found, and do not show themselves."""

from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import pytest

from app.secrets import SERVICE, NoSecret, Secret, Secrets


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory, of the library's own interface."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.held[service, username]


@pytest.fixture
def ring() -> Iterator[Ring]:
    before = keyring.get_keyring()
    ring = Ring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def file(folder: Path, mode: int) -> None:
    (folder / "secrets").mkdir()
    path = folder / "secrets" / "water-bureau"
    path.write_text("user:of file\n")
    path.chmod(mode)


def test_environment_before_file_before_keyring(tmp_path: Path, ring: Ring) -> None:
    ring.set_password(SERVICE, "water-bureau", "user:of ring")
    assert Secrets(tmp_path, {}).find("water-bureau").pair == ("user", "of ring")
    file(tmp_path, 0o600)
    assert Secrets(tmp_path, {}).find("water-bureau").pair == ("user", "of file")
    environment = {"CHENGMAI_SECRET_WATER_BUREAU": "a:b:c"}
    assert Secrets(tmp_path, environment).find("water-bureau").pair == ("a", "b:c")


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file(tmp_path, 0o640)
    with pytest.raises(NoSecret) as caught:
        Secrets(tmp_path, {}).find("water-bureau")
    assert caught.value.reason.id == "secret.open_file"


@pytest.mark.parametrize("name", ["../passwd", "", "a/b", "x" * 100])
def test_a_name_is_no_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(NoSecret) as caught:
        Secrets(tmp_path, {}).find(name)
    assert caught.value.reason.id == "secret.bad_name"


def test_none_says_where_it_may_be_put(tmp_path: Path, ring: Ring) -> None:
    with pytest.raises(NoSecret) as caught:
        Secrets(tmp_path, {}).find("water.bureau")
    assert caught.value.reason.args["variable"] == "CHENGMAI_SECRET_WATER_BUREAU"


def test_a_secret_of_blanks_is_none(tmp_path: Path, ring: Ring) -> None:
    """Who listens would let in everybody who sends no token."""
    with pytest.raises(NoSecret):
        Secrets(tmp_path, {"CHENGMAI_SECRET_X": " \n"}).find("x")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "x").touch(mode=0o600)
    (tmp_path / "secrets" / "x").write_text("\n")
    with pytest.raises(NoSecret):
        Secrets(tmp_path, {}).find("x")


def test_a_secret_does_not_show_itself() -> None:
    secret = Secret("token")
    assert "token" not in f"{secret!r} {secret}" and secret.pair == ("", "token")
