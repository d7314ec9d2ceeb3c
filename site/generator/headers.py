"""Computes the response headers of the site: a strict content security policy with a hash for each inline script it contains."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from html.parser import HTMLParser
from pathlib import Path

from .parts import parts_of, remembered
from .places import LANGUAGES, Places, SiteError

_NO_HASH_NEEDED = ("application/json", "application/ld+json")


class InlineParts(HTMLParser):
    """Finds inline scripts, and what no page may have: style elements, style attributes, event handlers."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: list[str] = []
        self.forbidden: list[str] = []
        self._inside: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what begins here."""
        names = dict(attrs)
        for name in names:
            if name.startswith("on") or name == "style":
                self.forbidden.append(f"<{tag} {name}=…>")
        if tag == "style":
            self.forbidden.append("<style>")
        for name in ("href", "src", "action"):
            if (names.get(name) or "").strip().lower().startswith("javascript:"):
                self.forbidden.append(f"<{tag} {name}=javascript:…>")
        if tag == "script" and "src" not in names and names.get("type") not in _NO_HASH_NEEDED:
            self._inside = []

    def handle_data(self, data: str) -> None:
        """Gather a script's text."""
        if self._inside is not None:
            self._inside.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Close a script."""
        if tag == "script" and self._inside is not None:
            self.scripts.append("".join(self._inside))
            self._inside = None


def _inline(html: str) -> InlineParts:
    found = InlineParts()
    found.feed(html)
    return found


_inline_once = remembered(_inline)


def write_headers(places: Places) -> None:
    """Write build/site-headers.json for the whole site and its frames. Raises SiteError for inline styles or handlers."""
    pages = sorted(places.site.rglob("*.html")) + [
        places.compiled / f"frame.{language}.html" for language in LANGUAGES
    ]
    headers = headers_for(pages, upload_origin())
    for file in (
        places.headers,
        places.compiled / "headers.json",
    ):  # the API serves its pages with the same policy
        file.write_text(json.dumps(headers, indent=2) + "\n", "utf-8")


def upload_origin() -> str:
    """The origin that takes and shows photographs, as $UPLOAD_ORIGIN names it; "" where photographs are not taken."""
    return os.environ.get("UPLOAD_ORIGIN", "")


def headers_for(pages: list[Path], photo_origin: str = "") -> dict[str, str]:
    """The headers for these pages; `photo_origin` is the origin that takes photographs, "" for none."""
    hashes: set[str] = set()
    for page in pages:
        for piece, shared in parts_of(page.read_text("utf-8")):
            found = _inline_once(piece) if shared else _inline(piece)
            if found.forbidden:
                raise SiteError(
                    f"{page.name} 里有内联样式或脚本（{found.forbidden[0]}），安全策略会拦住它，请改用样式文件和脚本文件。"
                )
            for script in found.scripts:
                digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
                hashes.add(f"'sha256-{digest}'")
    elsewhere = f" {photo_origin}" if photo_origin else ""
    policy = [
        "default-src 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        f"form-action 'self'{elsewhere}",
        "frame-ancestors 'none'",
        f"img-src 'self' data: blob:{elsewhere}",
        "font-src 'self'",
        f"connect-src 'self'{elsewhere}",
        "worker-src 'self'",
        "manifest-src 'self'",
        "style-src 'self'",
        " ".join(["script-src 'self'", *sorted(hashes)]),
    ]
    return {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        # Browsers heed it over https only (RFC 6797, 8.1): on a machine of one's own it changes nothing.
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
