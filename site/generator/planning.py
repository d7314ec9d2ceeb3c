"""Makes beforehand what notices will change on the built site: for each moment to come the files that will be new or different.

Every moment at which a notice appears or ends is known when the site is built. So nobody has to make pages when it comes: the
cloud lays its files over the site (backend/chalicelib/jobs/publish_notices.py) and needs neither Markdown nor the site tool.

planned/plan.json           the moments in order, as 20261128T010000Z
planned/<moment>.json       what is `new`, what is `changed` and what has `gone` then, against the moment before
planned/<moment>/<address>  the files of the first two
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chalicelib.domain.standards import Rulebook

from .built_pages import BuiltPage, taken_apart
from .notices.notice import next_moment
from .notices.reading import read_notices
from .places import LANGUAGES, Places
from .whole import renew

# A plan ends there, so that no deployment grows with what somebody wrote for the next ten years.
MOST = 60
FURTHEST = timedelta(days=100)
NAME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Plan:
    """The moments that were planned, how many files they change in all, and the first moment that was left to the next build."""

    moments: tuple[datetime, ...]
    files: int
    left: datetime | None

    def sentence(self) -> str:
        """What whoever deploys should know."""
        said = f"{len(self.moments)} moments are planned, {self.files} files"
        if self.left is None:
            return f"{said}: all that is known."
        return (
            f"{said}. From {self.left:%Y-%m-%d %H:%M} UTC on nothing is: build and deploy again before then."
        )


def plan(places: Places, book: Rulebook, now: datetime) -> Plan:
    """Write build/planned anew, from the site as it was built and the notices as they are written. Raises SiteError.

    The site itself stays as it is; `now` only says how far ahead is too far.
    """
    notices = read_notices(places, book)
    first: str | None = json.loads(places.notice_state.read_text("utf-8"))["next"]
    moment = datetime.fromisoformat(first) if first else None
    shutil.rmtree(places.planned, ignore_errors=True)
    places.planned.mkdir(parents=True)
    moments: list[datetime] = []
    files = 0
    with tempfile.TemporaryDirectory(prefix="planning-", dir=places.planned.parent) as folder:
        ahead = copied(places, Path(folder))
        site = _Site(ahead.site)
        while moment is not None and len(moments) < MOST and moment <= now + FURTHEST:
            renew(ahead, book, notices, moment, site.pages)
            files += _write(places.planned, moment, ahead.site, site)
            moments.append(moment)
            moment = next_moment(notices, moment)
    names = [f"{one.astimezone(UTC):{NAME}}" for one in moments]
    (places.planned / "plan.json").write_text(json.dumps({"moments": names}) + "\n", "utf-8")
    return Plan(tuple(moments), files, moment)


class _Site:
    """A site that changes from moment to moment: its files by address with their digests, and its pages, each read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pages: dict[Path, tuple[bytes, BuiltPage]] = {}
        self.before = self.files()

    def files(self) -> dict[str, bytes]:
        """The digest of every file, by its address without the leading slash."""
        found = (one for one in sorted(self._folder.rglob("*")) if one.is_file())
        return {one.relative_to(self._folder).as_posix(): _digest(one) for one in found}

    def pages(self, site: Path) -> Mapping[Path, BuiltPage]:
        """Every page as `pages_of` gives them; what did not change is not taken apart again."""
        fresh: dict[Path, tuple[bytes, BuiltPage]] = {}
        for file in sorted(site.rglob("*.html")):
            digest = _digest(file)
            known = self._pages.get(file)
            fresh[file] = known if known and known[0] == digest else (digest, *taken_apart([file]).values())
        self._pages = fresh
        return {file: page for file, (_, page) in fresh.items()}


def _write(planned: Path, moment: datetime, folder: Path, site: _Site) -> int:
    """Keep what changed with this moment; gives how many files that are."""
    before, after = site.before, site.files()
    changes = {
        "new": sorted(after.keys() - before.keys()),
        "changed": sorted(one for one in after.keys() & before.keys() if after[one] != before[one]),
        "gone": sorted(before.keys() - after.keys()),
    }
    name = f"{moment.astimezone(UTC):{NAME}}"
    for address in changes["new"] + changes["changed"]:
        kept = planned / name / address
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / address, kept)
    (planned / f"{name}.json").write_text(json.dumps(changes, ensure_ascii=False) + "\n", "utf-8")
    site.before = after
    return len(changes["new"] + changes["changed"])


def copied(places: Places, folder: Path) -> Places:
    """A checkout of its own with the built site, so that what will be is never served by this one."""
    ahead = Places(folder)
    shutil.copytree(places.site, ahead.site)
    shutil.copytree(places.notice_frames, ahead.notice_frames)
    ahead.compiled.mkdir(parents=True)
    for language in LANGUAGES:
        shutil.copy(places.compiled / f"frame.{language}.html", ahead.compiled)
    return ahead


def _digest(file: Path) -> bytes:
    return hashlib.sha256(file.read_bytes()).digest()
