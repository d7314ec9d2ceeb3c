"""Where things lie in the repository, and the two languages."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
PREFIX: dict[str, str] = {"zh": "/", "en": "/en/"}


def site_url() -> str:
    """Where the Chinese site will stand, with a slash at the end, as $SITE_URL names it (mkdocs.yml has the same default)."""
    return os.environ.get("SITE_URL", "http://localhost:8000/")


class SiteError(Exception):
    """What keeps the site from being built, as one sentence for the person who edits the pages."""


@dataclass(frozen=True)
class Places:
    """The folders and files of one checkout. `site_name` is the folder under build/ that holds the built site."""

    root: Path
    site_name: str = "site"

    @property
    def docs(self) -> Path:
        """What people write: zh/, en/, rulebook/."""
        return self.root / "docs"

    @property
    def source(self) -> Path:
        """Theme, styles, scripts and images."""
        return self.root / "site"

    @property
    def pages(self) -> Path:
        """Staged Markdown, one folder a language: MkDocs' docs_dir."""
        return self.root / "build" / "pages"

    @property
    def theme(self) -> Path:
        """Staged theme overrides: MkDocs' custom_dir."""
        return self.root / "build" / "theme"

    @property
    def site(self) -> Path:
        """The built site: Chinese at its top, English in en/."""
        return self.root / "build" / self.site_name

    @property
    def samples(self) -> Path:
        """Run-time pages filled with invented data, to be looked at."""
        return self.root / "build" / "samples"

    @property
    def headers(self) -> Path:
        """The response headers that every page must be served with."""
        return self.root / "build" / "site-headers.json"

    @property
    def notice_frames(self) -> Path:
        """The empty pages into which notices are put, one a language."""
        return self.root / "build" / "notice-frames"

    @property
    def notice_pictures(self) -> Path:
        """Pictures of notices, made small once."""
        return self.root / "build" / "notice-pictures"

    @property
    def notice_state(self) -> Path:
        """When notices have to be published next."""
        return self.root / "build" / "notices.json"

    @property
    def planned(self) -> Path:
        """What notices will change on the built site at each moment to come."""
        return self.root / "build" / "planned"

    @property
    def editor_program(self) -> Path:
        """The editor of notices as npm brought it; absent where nobody fetched it."""
        return self.root / "infra" / "local" / "editor"

    @property
    def editor(self) -> Path:
        """The editor as it is served at /admin/: beside the site, because nothing of it is a page for residents."""
        return self.root / "build" / "admin"

    @property
    def editor_headers(self) -> Path:
        """The response headers of the editor at /admin/, which has a policy of its own; absent where there is no editor."""
        return self.root / "build" / "site-headers.admin.json"

    @property
    def compiled(self) -> Path:
        """What the backend carries with it: the page frames (and the compiled rulebook)."""
        return self.root / "backend" / "chalicelib" / "compiled"
