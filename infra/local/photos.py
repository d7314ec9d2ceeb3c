"""The photo store of this machine: the few calls of S3 that the portal makes, with S3's own signatures and policies.

What the portal signs for the cloud's bucket is signed the same way here, and refused here when it was not: a form under a policy
(POST), a look for ten minutes (GET with a signed query), the portal's own calls (GET, PUT, DELETE with a signed header). Like the
bucket it is an origin of its own (127.0.0.1 beside localhost), lets the portal's pages post to it, and throws away within a day
what was sent and never asked for.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from infra.local.answers import Answer, Environ, problem
from infra.local.places import VAR

PREFIX = "/_local/photos"
FOLDER = VAR / "photos"
_KEY = re.compile(r"incoming/P?\d{6}-\d{6}/[0-9a-f]{32}|kept/P?\d{6}-\d{6}/[0-9a-f]{32}\.jpg")
_A_DAY = 24 * 60 * 60
_LARGEST_FORM = 4 * 1024 * 1024
_OWN_NAMES = ("localhost", "127.0.0.1", "::1")
# In the cloud the distribution in front of the bucket adds these.
_ALWAYS = [
    ("Cache-Control", "private, no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
]


class Refused(Exception):
    """The store says no; the words are for whoever develops."""


@dataclass(frozen=True)
class PhotoStore:
    """Keeps photos as files below `folder`."""

    folder: Path = FOLDER
    secret: str = field(default_factory=lambda: os.environ.get("AWS_SECRET_ACCESS_KEY", ""))

    def answer(self, path: str, environ: Environ) -> Answer:
        """The store's answer to one request below /_local/photos."""
        answer = self._answer(path, environ)
        answer.headers += _ALWAYS
        page = urlsplit(environ.get("HTTP_ORIGIN", ""))
        if page.hostname in _OWN_NAMES and page.port == urlsplit(f"//{environ.get('HTTP_HOST', '')}").port:
            answer.headers += [("Access-Control-Allow-Origin", environ["HTTP_ORIGIN"]), ("Vary", "Origin")]
        return answer

    def _answer(self, path: str, environ: Environ) -> Answer:
        try:
            match environ["REQUEST_METHOD"]:
                case "POST" if path == PREFIX:
                    return self._take(environ)
                case "GET" | "HEAD":
                    return self._give(self._signed_key(path, environ), environ)
                case "PUT":
                    return self._put(path, environ)
                case "DELETE":
                    self._file(self._signed_key(path, environ)).unlink(missing_ok=True)
                    return Answer(204)
        except (Refused, KeyError, ValueError) as error:
            return problem(403, "Refused", f"The photo store refused this ({type(error).__name__}).")
        return problem(405, "Method not allowed", "POST, PUT, GET, HEAD or DELETE.")

    def _take(self, environ: Environ) -> Answer:
        """A form posted under a policy: every condition of it has to hold."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > _LARGEST_FORM:
            return problem(413, "Too large", "The form is too large.")
        fields, content = read_multipart(environ.get("CONTENT_TYPE", ""), environ["wsgi.input"].read(length))
        policy = json.loads(base64.b64decode(fields["policy"]))
        scope = fields["x-amz-credential"].split("/", 1)[1]
        wanted = hmac.new(signing_key(self.secret, scope), fields["policy"].encode(), hashlib.sha256)
        if not hmac.compare_digest(wanted.hexdigest(), fields["x-amz-signature"]):
            raise Refused("signature")
        if datetime.now(UTC) > datetime.fromisoformat(policy["expiration"].replace("Z", "+00:00")):
            raise Refused("expired")
        for condition in policy["conditions"]:
            check_condition(condition, {**fields, "bucket": PREFIX.rpartition("/")[2]}, len(content))
        self._throw_away()
        self._write(fields["key"], content)
        return Answer(204)

    def _put(self, path: str, environ: Environ) -> Answer:
        """A photo that the portal drew anew."""
        key, length = self._signed_key(path, environ), int(environ["CONTENT_LENGTH"])
        if length > _LARGEST_FORM:
            return problem(413, "Too large", "The photo is too large.")
        content = environ["wsgi.input"].read(length)
        if hashlib.sha256(content).hexdigest() != environ["HTTP_X_AMZ_CONTENT_SHA256"]:
            raise Refused("content")
        self._write(key, content)
        return Answer(200)

    def _write(self, key: str, content: bytes) -> None:
        file = self._file(key)
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
        draft.write_bytes(content)
        draft.replace(file)

    def _throw_away(self) -> None:
        """What was sent more than a day ago and not asked for since; the bucket has a rule that does it."""
        for file in (self.folder / "incoming").glob("*/*"):
            with suppress(FileNotFoundError):
                if time.time() - file.stat().st_mtime > _A_DAY:
                    file.unlink()

    def _give(self, key: str, environ: Environ) -> Answer:
        file = self._file(key)
        if not file.is_file():
            return Answer(
                404, [("Content-Type", "application/xml")], b"<Error><Code>NoSuchKey</Code></Error>"
            )
        content = file.read_bytes()
        query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        headers = [("Content-Type", query.get("response-content-type", "binary/octet-stream"))]
        if "response-content-disposition" in query:
            headers.append(("Content-Disposition", query["response-content-disposition"]))
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", environ.get("HTTP_RANGE", ""))
        if asked is None:
            return Answer(200, headers, content)
        first, last = int(asked[1]), min(int(asked[2]), len(content) - 1)
        return Answer(
            206,
            [*headers, ("Content-Range", f"bytes {first}-{last}/{len(content)}")],
            content[first : last + 1],
        )

    def _signed_key(self, path: str, environ: Environ) -> str:
        """The key that a signed request asks for. Raises Refused when the signature is not ours or has run out."""
        query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        given = query.pop("X-Amz-Signature", "")
        if given:
            said, body = query, "UNSIGNED-PAYLOAD"
            date, lasts = said["X-Amz-Date"], int(said["X-Amz-Expires"])
            scope, names = said["X-Amz-Credential"].split("/", 1)[1], said["X-Amz-SignedHeaders"]
        else:
            line = environ.get("HTTP_AUTHORIZATION", "")
            said = dict(re.findall(r"(\w+)=([^,\s]+)", line))
            given, names = said["Signature"], said["SignedHeaders"]
            date, lasts, scope = environ["HTTP_X_AMZ_DATE"], 300, said["Credential"].split("/", 1)[1]
            body = environ["HTTP_X_AMZ_CONTENT_SHA256"]
        signed_at = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if datetime.now(UTC) > signed_at + timedelta(seconds=lasts):
            raise Refused("expired")
        lines = "".join(f"{name}:{header(environ, name)}\n" for name in names.split(";"))
        pairs = "&".join(f"{quote(n, safe='-_.~')}={quote(v, safe='-_.~')}" for n, v in sorted(query.items()))
        request = "\n".join([environ["REQUEST_METHOD"], quote(path), pairs, lines, names, body])
        digest = hashlib.sha256(request.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{date}\n{scope}\n{digest}"
        wanted = hmac.new(signing_key(self.secret, scope), text.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted, given):
            raise Refused("signature")
        return path.removeprefix(f"{PREFIX}/")

    def _file(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise Refused("key")
        return self.folder / key


def signing_key(secret: str, scope: str) -> bytes:
    """The key of AWS Signature Version 4 for a scope like 20261124/cn-north-1/s3/aws4_request."""
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return key


def check_condition(condition: Any, fields: Mapping[str, str], size: int) -> None:
    """Raises Refused when one condition of a policy does not hold."""
    match condition:
        case ["content-length-range", int(least), int(most)]:
            holds = least <= size <= most
        case ["eq", str(name), value]:
            holds = fields.get(name.removeprefix("$").lower()) == value
        case dict() if len(condition) == 1:
            ((name, value),) = condition.items()
            holds = fields.get(name.lower()) == value
        case _:
            holds = False
    if not holds:
        raise Refused("policy")


def read_multipart(content_type: str, body: bytes) -> tuple[dict[str, str], bytes]:
    """The fields of a multipart form by name in small letters, and its file. Raises ValueError for what is no form."""
    found = re.search(r'boundary="?([^";]+)"?', content_type)
    if found is None:
        raise ValueError("no boundary")
    fields: dict[str, str] = {}
    file: bytes | None = None
    for part in body.split(b"--" + found[1].encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = re.search(rb'name="([^"]*)"', head)
        if name is None:
            raise ValueError("a part without a name")
        content = content.removesuffix(b"\r\n")
        if name[1] == b"file":
            file = content
        else:
            fields[name[1].decode().lower()] = content.decode()
    if file is None:
        raise ValueError("no file")
    return fields, file


def header(environ: Environ, name: str) -> str:
    """A header of the request, as it is signed."""
    key = name.upper().replace("-", "_")
    value: str = environ.get(key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}", "")
    return " ".join(value.split())
