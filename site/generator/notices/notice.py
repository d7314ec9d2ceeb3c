"""A notice, and what is to be seen of it at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.standards import NoticeCategory
from generator.places import Language

from .pictures import Picture


@dataclass(frozen=True)
class Event:
    """What a notice invites to: from when to when (`ends` is None where nobody wrote it, `whole_days` where no time
    was written), and where."""

    starts: datetime
    ends: datetime | None
    whole_days: bool
    place: str


@dataclass(frozen=True)
class Notice:
    """A notice in one language. `communities` is empty where it is meant for all of them; `until` is its last moment,
    None where it stays. `twin` says whether the other language has it too, `pictures` are all that its page shows and `links`
    the pages of the site that its text leads to, with their lines in the file."""

    slug: str
    file: str
    language: Language
    title: str
    category: NoticeCategory
    communities: tuple[str, ...]
    buildings: tuple[str, ...]
    pinned: bool
    published: datetime
    until: datetime | None
    event: Event | None
    summary: str
    picture: Picture | None
    phone: str
    body: str
    twin: bool
    pictures: tuple[Picture, ...] = ()
    links: tuple[tuple[str, int], ...] = ()

    def published_at(self, now: datetime) -> bool:
        """Whether its moment has come."""
        return self.published <= now

    def current_at(self, now: datetime) -> bool:
        """Whether it is to be read now: published and not over."""
        return self.published <= now and (self.until is None or now < self.until)

    def concerns(self, community: str) -> bool:
        """Whether it is meant for this community, alone or among others."""
        return not self.communities or community in self.communities


def in_order(notices: Iterable[Notice]) -> list[Notice]:
    """Hazards first, then pinned ones, then the newest."""
    newest = sorted(notices, key=lambda one: (one.published, one.slug), reverse=True)
    return sorted(newest, key=lambda one: (not one.category.on_top, not one.pinned))


def next_moment(notices: Iterable[Notice], now: datetime) -> datetime | None:
    """When something appears or ends next; None when nothing is planned."""
    moments = (moment for one in notices for moment in (one.published, one.until) if moment is not None)
    return min((moment for moment in moments if moment > now), default=None)
