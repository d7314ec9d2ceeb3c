"""Computes the response headers of the site: a strict content security policy with a hash for each inline script it contains."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from .built_pages import BuiltPage, taken_apart
from .places import LANGUAGES, Places, SiteError


def write_headers(places: Places, pages: Mapping[Path, BuiltPage]) -> None:
    """Write build/site-headers.json for the whole site and its frames. Raises SiteError for inline styles or handlers."""
    frames = taken_apart(places.compiled / f"frame.{language}.html" for language in LANGUAGES)
    headers = headers_for({**pages, **frames}, upload_origin())
    for file in (
        places.headers,
        places.compiled / "headers.json",
    ):  # the API serves its pages with the same policy
        file.write_text(json.dumps(headers, indent=2) + "\n", "utf-8")


def upload_origin() -> str:
    """The origin that takes and shows photographs, as $UPLOAD_ORIGIN names it; "" where photographs are not taken."""
    return os.environ.get("UPLOAD_ORIGIN", "")


def headers_for(pages: Mapping[Path, BuiltPage], photo_origin: str = "") -> dict[str, str]:
    """The headers for these pages; `photo_origin` is the origin that takes photographs, "" for none."""
    hashes: set[str] = set()
    for file, page in pages.items():
        if page.forbidden:
            raise SiteError(
                f"{file.name} 里有内联样式或脚本（{page.forbidden[0]}），安全策略会拦住它，请改用样式文件和脚本文件。"
            )
        for script in page.scripts:
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
