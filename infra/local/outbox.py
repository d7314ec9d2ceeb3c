"""The local channel: a message that would have been sent is written into a file instead, for /_local/outbox."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from infra.local.places import OUTBOX_FILE

if TYPE_CHECKING:
    from chalicelib.notify.channels import Channels


class Message(Protocol):
    """What a message must tell to be written down here."""

    @property
    def id(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def to(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def case_number(self) -> str | None: ...
    @property
    def language(self) -> str: ...


@dataclass
class LocalOutbox:
    """A channel like every other one, safe to be used by several processes; it knows what it has sent already."""

    file: Path = OUTBOX_FILE
    name: str = "local"
    tells_repeats: bool = True
    joined_bytes: int = 0
    most_posts: int | None = None

    def send(self, message: Message) -> None:
        """Append the message, unless one with its id is there already (sending twice shows once)."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # given back when the file is closed, or when we are killed
            file.seek(0)
            content = file.read()
            if any(known.get("id") == message.id for known in parsed(content)):
                return
            line = json.dumps(as_line(message), ensure_ascii=False).encode()
            # A line that was cut off by a crash must not swallow this one.
            start = b"" if not content or content.endswith(b"\n") else b"\n"
            file.write(start + line + b"\n")


def channels() -> Channels:
    """Every channel of the portal on this machine: all messages come together in one file, and nothing leaves."""
    from chalicelib.notify.channels import Channels

    box = LocalOutbox()
    return Channels(sms=box, email=box, robot=lambda name: box)


def as_line(message: Message) -> dict[str, Any]:
    """The message as the file keeps it."""
    return {
        "id": message.id,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "channel": message.channel,
        "to": message.to,
        "subject": message.subject,
        "text": message.text,
        "case": message.case_number,
        "lang": message.language,
    }


def parsed(content: bytes) -> Iterator[dict[str, Any]]:
    """Every whole line of the file; a line cut off by a crash is left out."""
    for line in content.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            yield value


def newest_first(file: Path = OUTBOX_FILE) -> list[dict[str, Any]]:
    """All messages, the newest first."""
    if not file.exists():
        return []
    return list(parsed(file.read_bytes()))[::-1]
