"""The local channel and the page that shows it."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.local.outbox import LocalOutbox, newest_first
from infra.local.outbox_page import outbox_page


@dataclass(frozen=True)
class Note:
    id: str
    channel: str = "sms"
    to: str = "13800000000"
    subject: str = ""
    text: str = "您的报修已收到"
    case_number: str | None = "R-1"
    language: str = "zh"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "outbox" / "messages.jsonl"


def test_a_message_sent_twice_stands_there_once(file: Path) -> None:
    channel = LocalOutbox(file)
    for note in (Note("a"), Note("b"), Note("a")):
        channel.send(note)
    assert [message["id"] for message in newest_first(file)] == ["b", "a"]
    assert newest_first(file)[0]["case"] == "R-1"


def test_a_line_cut_off_by_a_crash_swallows_no_other(file: Path) -> None:
    channel = LocalOutbox(file)
    channel.send(Note("a"))
    with file.open("ab") as cut:
        cut.write(b'{"id": "half')
    channel.send(Note("b"))
    assert [message["id"] for message in newest_first(file)] == ["b", "a"]


SENDER = """
import sys
from types import SimpleNamespace
from pathlib import Path
from infra.local.outbox import LocalOutbox
for n in range(40):
    LocalOutbox(Path(sys.argv[1])).send(SimpleNamespace(
        id=f"m{n}", channel="sms", to="x", subject="", text="长" * 500, case_number=None, language="zh"))
"""


def test_four_processes_at_once_write_each_message_once_and_whole(file: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    senders = [subprocess.Popen([sys.executable, "-c", SENDER, str(file)], cwd=root) for _ in range(4)]
    assert [sender.wait() for sender in senders] == [0, 0, 0, 0]
    lines = file.read_text(encoding="utf-8").splitlines()
    assert sorted(json.loads(line)["id"] for line in lines) == sorted(f"m{n}" for n in range(40))


def test_the_page_shows_the_newest_first_and_escapes_what_others_wrote(file: Path) -> None:
    channel = LocalOutbox(file)
    channel.send(Note("a", text="第一条"))
    channel.send(Note("b", text="<script>alert(1)</script> 第二条", subject='" onload="x'))
    page = outbox_page(file).body.decode()
    assert page.index("第二条") < page.index("第一条")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert '"&quot; onload' not in page and "&quot; onload=&quot;x" in page


def test_the_page_says_so_when_there_is_nothing(file: Path) -> None:
    assert "还没有消息" in outbox_page(file).body.decode()
