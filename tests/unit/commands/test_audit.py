"""Somebody changes ops.db behind the program's back: the audit says where."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.sm3 import sm3
from app.store.driver import Durability, connect
from app.store.verify import verify_file
from tests.unit.commands.desk import Desk

ROOT = Path(__file__).resolve().parents[3]


def tamper(folder: Path, *statements: str) -> None:
    """What somebody with the file and an SQL shell would do: the guards off, then the change."""
    connection = connect(folder / "ops.db", None, Durability.NORMAL)
    guards = "SELECT name FROM sqlite_schema WHERE type = 'trigger'"
    for (name,) in connection.execute(guards).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        assert connection.execute(statement).rowcount != 0
    connection.close()


@pytest.fixture
async def folder(tmp_path: Path) -> Iterator[Path]:
    """Six lines: two acknowledgements, two notes, one refused, one mute."""
    desk = Desk(tmp_path)
    desk.sit()
    desk.warn("wx:1")
    desk.warn("wx:2")
    for text in (
        "ack-warning wx:1",
        "note 三号泵站已到人",
        "ack-warning wx:1",
        "mark-false wx:2 reason=检修",
        "note 四号泵站已到人",
        "mute 5",
    ):
        await desk.do(text)
    desk.close()
    return tmp_path


def test_known_answers_of_sm3() -> None:
    """GB/T 32905-2016, annex A."""
    assert sm3(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"abcd" * 16) == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_an_untouched_audit_is_whole(folder: Path) -> None:
    report = verify_file(folder, None)
    assert report.findings == []
    assert report.lines == report.head.seq == 6
    assert verify_file(folder, None, expected=report.head.hash).findings == []


def test_another_tool_computes_the_same_hashes(folder: Path) -> None:
    connection = connect(folder / "ops.db", None, Durability.NORMAL, read_only=True)
    previous = "0" * 64
    for row in connection.execute("SELECT * FROM audit ORDER BY seq").fetchall():
        content = json.dumps([1, *row[:-1]], ensure_ascii=False, separators=(",", ":"))
        assert row[-2] == previous
        previous = hashlib.new("sm3", content.encode()).hexdigest()
        assert row[-1] == previous
    connection.close()


@pytest.mark.parametrize(
    ("statements", "finding"),
    [
        (["UPDATE audit SET person = '0009' WHERE seq = 2"], "audit.changed"),
        (["UPDATE audit SET text = 'note x' WHERE seq = 2"], "audit.changed"),
        (["UPDATE audit SET outcome = 'accepted' WHERE seq = 3"], "audit.changed"),
        (["DELETE FROM audit WHERE seq = 3"], "audit.missing"),
        (["DELETE FROM audit WHERE seq = 1"], "audit.missing"),
        (["DELETE FROM audit WHERE seq = 6"], "audit.cut"),
        (
            [
                "DELETE FROM audit WHERE seq = 3",
                "UPDATE audit SET seq = seq - 1 WHERE seq > 3",
                "UPDATE audit_head SET seq = 5",
            ],
            "audit.order",
        ),
        (
            [
                "UPDATE audit SET seq = -seq WHERE seq IN (2, 3)",
                "UPDATE audit SET seq = 5 + seq WHERE seq < 0",
            ],
            "audit.order",
        ),
        (["UPDATE command SET person = '0009' WHERE seq = 1"], "audit.command_changed"),
        (["UPDATE command SET at = at + 1 WHERE seq = 1"], "audit.command_changed"),
        (["DELETE FROM command WHERE seq = 2"], "audit.line_without_command"),
        (
            [
                "INSERT INTO command SELECT 99, id || 'X', at, world, seat, person, role, verb, "
                "version, text FROM command WHERE seq = 1"
            ],
            "audit.command_without_line",
        ),
        (["UPDATE note SET text = '无事'"], "audit.rows_changed"),
        (["DELETE FROM acknowledgement WHERE warning = 'wx:2'"], "audit.rows_changed"),
        (["UPDATE acknowledgement SET reason = '' WHERE warning = 'wx:2'"], "audit.rows_changed"),
        (["DELETE FROM outbox WHERE seq = 1"], "audit.rows_changed"),
        (["UPDATE outbox SET text = 'ack-warning wx:7' WHERE seq = 1"], "audit.rows_changed"),
    ],
)
def test_what_was_done_to_the_file_is_found(
    folder: Path, statements: list[str], finding: str
) -> None:
    tamper(folder, *statements)
    found = {item.id for item in verify_file(folder, None).findings}
    assert finding in found


def test_an_end_made_anew_is_found_with_the_noted_hash(folder: Path) -> None:
    noted = verify_file(folder, None).head.hash
    connection = connect(folder / "ops.db", None, Durability.NORMAL, read_only=True)
    last = connection.execute("SELECT command, previous FROM audit WHERE seq = 6").fetchone()
    connection.close()
    tamper(
        folder,
        "DELETE FROM audit WHERE seq = 6",
        f"DELETE FROM command WHERE id = '{last[0]}'",
        f"UPDATE audit_head SET seq = 5, hash = '{last[1]}'",
    )
    assert verify_file(folder, None).findings == []
    found = [item.id for item in verify_file(folder, None, expected=noted).findings]
    assert found == ["audit.noted_missing"]


def test_the_database_itself_refuses_changes(folder: Path) -> None:
    connection = connect(folder / "ops.db", None, Durability.NORMAL)
    for table in ("command", "audit", "note", "acknowledgement", "presence"):
        if not connection.execute(f"SELECT 1 FROM {table}").fetchone():
            continue
        with pytest.raises(Exception, match="append-only"):
            connection.execute(f"DELETE FROM {table}")
        with pytest.raises(Exception, match="append-only"):
            connection.execute(f"UPDATE {table} SET person = 'x'")
    connection.close()


def run(folder: Path, *arguments: str, pin: str = "") -> subprocess.CompletedProcess[str]:
    """The real command line."""
    environment = {**os.environ, "CHENGMAI_PIN": pin, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *arguments],
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_line_says_so(folder: Path) -> None:
    whole = run(folder, "audit", "verify", "--data", str(folder))
    assert whole.returncode == 0, whole.stderr
    assert verify_file(folder, None).head.hash in whole.stdout
    tamper(folder, "UPDATE audit SET text = 'note x' WHERE seq = 2")
    broken = run(folder, "audit", "verify", "--data", str(folder))
    assert broken.returncode == 1
    assert "第 2 行被改过" in broken.stderr


def test_people_are_entered_without_a_prompt_where_the_pin_is_given(tmp_path: Path) -> None:
    arguments = ["people", "--data", str(tmp_path / "d"), "add", "--number", "0102"]
    added = run(tmp_path, *arguments, "--role", "duty_officer", pin="739104")
    assert added.returncode == 0, added.stderr
    assert "739104" not in added.stdout + added.stderr
    listed = run(tmp_path, "people", "--data", str(tmp_path / "d"), "list")
    assert "0102\tduty_officer\t" in listed.stdout
    weak = run(tmp_path, *arguments, "--role", "duty_officer", pin="123456")
    assert weak.returncode == 1 and "太容易猜" in weak.stderr
    report = verify_file(tmp_path / "d", None)
    assert (report.lines, report.findings) == (1, [])
