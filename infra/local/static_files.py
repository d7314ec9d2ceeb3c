"""The built site, answered as the bucket behind CloudFront does: folders, 404 page, types, revalidation."""

from __future__ import annotations

import email.utils
import gzip
import hashlib
import mimetypes
import re
import stat
from functools import lru_cache
from pathlib import Path

from infra.local.answers import Answer, Environ, takes_gzip

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
    ".yml": "application/yaml",
    ".ics": "text/calendar; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}

COMPRESSED = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".txt", ".xml", ".ics", ".webmanifest"}
# A name (or folder) with ten hexadecimal digits of its content: such a file never changes.
LASTING = re.compile(r"\.[0-9a-f]{10}\.\w+$|/[0-9a-f]{10}/")


class StaticFiles:
    """Answers GET and HEAD from one folder and never from outside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()

    def answer(self, path: str, environ: Environ) -> Answer:
        """The file of this (decoded) path, a folder's index.html, or the 404 page with its status."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return Answer(
                405, [("Allow", "GET, HEAD"), ("Content-Type", TYPES[".txt"])], b"GET or HEAD only\n"
            )
        found = self.find(path)
        if found is None:
            return self.not_found(path)
        if found.is_dir():
            if not (found / "index.html").is_file():
                return self.not_found(path)
            if not path.endswith("/"):
                query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
                return Answer(301, [("Location", environ["shounuo.raw_path"] + "/" + query)])
            found = found / "index.html"
        return self.file(found, environ)

    def find(self, path: str) -> Path | None:
        """The file or folder of a path, None where there is none or where it is not in our folder."""
        # "//host" would be another origin in a redirect, and no file of ours has these signs in its name.
        if path.startswith("//") or any(sign in path for sign in "\\\0"):
            return None
        parts = [part for part in path.split("/") if part]
        if any(part in (".", "..") for part in parts):
            return None
        try:
            found = self.folder.joinpath(*parts).resolve(strict=True)
        except OSError:
            return None
        if not found.is_relative_to(self.folder) or (path.endswith("/") and not found.is_dir()):
            return None
        return found

    def file(self, file: Path, environ: Environ) -> Answer:
        """The file itself, or 304 where the browser has it already."""
        facts = file.stat()
        if not stat.S_ISREG(facts.st_mode):
            return self.not_found("/")
        body = file.read_bytes()
        tag = hashlib.sha256(body).hexdigest()[:20]
        lasting = LASTING.search(f"/{file.relative_to(self.folder).as_posix()}")
        headers = [
            ("Cache-Control", "public, max-age=31536000, immutable" if lasting else "no-cache"),
            ("Last-Modified", email.utils.formatdate(facts.st_mtime, usegmt=True)),
        ]
        if file.suffix in COMPRESSED:
            headers.append(("Vary", "Accept-Encoding"))
            if takes_gzip(environ):
                body, tag = compressed(body), f"{tag}-gzip"
                headers.append(("Content-Encoding", "gzip"))
        headers.append(("ETag", f'"{tag}"'))
        if unchanged(environ, f'"{tag}"', facts.st_mtime):
            return Answer(304, [line for line in headers if line[0] != "Content-Encoding"])
        return Answer(200, [("Content-Type", content_type(file)), *headers], body)

    def not_found(self, path: str) -> Answer:
        """The site's own 404 page, the English one below /en/."""
        for name in ("en/404.html", "404.html") if path.startswith("/en/") else ("404.html",):
            page = self.folder / name
            if page.is_file():
                return Answer(404, [("Content-Type", TYPES[".html"])], page.read_bytes())
        return Answer(404, [("Content-Type", TYPES[".txt"])], "没有这个页面。 No such page.\n".encode())


@lru_cache(maxsize=512)
def compressed(body: bytes) -> bytes:
    """The body as gzip; the same body gives the same bytes."""
    return gzip.compress(body, 9, mtime=0)


def content_type(file: Path) -> str:
    """The media type by the name's ending."""
    return TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def unchanged(environ: Environ, etag: str, modified: float) -> bool:
    """Whether the browser's copy is still right (RFC 9110, 13.2.2: the tag decides where there is one)."""
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags:
        return tags.strip() == "*" or etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    if not since:
        return False
    try:
        return int(modified) <= email.utils.parsedate_to_datetime(since).timestamp()
    except (ValueError, TypeError):
        return False
