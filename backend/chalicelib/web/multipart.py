"""A posted form with files in it (multipart/form-data, RFC 7578), read strictly: a field once, everything within bounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.list_file import MOST_BYTES
from chalicelib.domain.standards import Text

from .body import is_sound
from .exchange import Exchange
from .problems import Problem, bad_request, unsupported_type

MULTIPART = "multipart/form-data"
MOST_PARTS = 20
MOST_FIELD = 2000
# What stands around a file: the other fields, and the lines between them.
_AROUND = 64 * 1024
_BOUNDARY = re.compile(r'boundary="?([0-9A-Za-z\'()+_,./:=? -]{1,70}?)"?\s*(?:;|$)')
_NAME = re.compile(r'[;\s]name="([^"\r\n]{1,100})"', re.IGNORECASE)


@dataclass(frozen=True)
class Sent:
    """The fields of the form and its files, by name."""

    fields: Mapping[str, str]
    files: Mapping[str, bytes]


def read_multipart(exchange: Exchange) -> Sent:
    """What was sent. Raises Problem: 413, 415, or 400 for what no browser sends."""
    if exchange.media_type != MULTIPART:
        raise unsupported_type(MULTIPART)
    if len(exchange.body) > MOST_BYTES + _AROUND:
        raise file_too_large()
    boundary = _BOUNDARY.search(exchange.headers.get("content-type", ""))
    if boundary is None:
        raise _malformed()
    mark = b"--" + boundary.group(1).encode()
    parts = (b"\r\n" + exchange.body).split(b"\r\n" + mark)
    if len(parts) < 2 or len(parts) > MOST_PARTS + 2 or not parts[-1].startswith(b"--"):
        raise _malformed()
    fields: dict[str, str] = {}
    files: dict[str, bytes] = {}
    for part in parts[1:-1]:
        head, found, content = part.partition(b"\r\n\r\n")
        said = head.decode("utf-8", "replace")
        name = _NAME.search(said)
        if not found or name is None or name.group(1) in {*fields, *files}:
            raise _malformed()
        if "filename=" in said.lower() or "filename*=" in said.lower():
            files[name.group(1)] = content
        else:
            fields[name.group(1)] = _field(content)
    return Sent(fields, files)


def file_too_large() -> Problem:
    """A file beyond the limit (413)."""
    return Problem(
        413,
        "too-large",
        Text("文件太大", "The file is too large"),
        Text(
            "一次最多发送 4 MB。请去掉图片和多余的工作表，或分成几份。",
            "At most 4 MB can be sent at a time. Take out pictures and other sheets, or send it in parts.",
        ),
    )


def _field(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed() from None
    if len(text) > MOST_FIELD or not is_sound(text.replace("\r\n", "\n")):
        raise _malformed()
    return text.replace("\r\n", "\n")


def _malformed() -> Problem:
    return bad_request(
        "malformed",
        Text("表单没有收完整，请再发一次。", "The form did not arrive whole. Please send it again."),
    )
