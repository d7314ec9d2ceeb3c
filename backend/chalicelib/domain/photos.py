"""Photos of a case: what the resident shows, and what staff found and left behind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from .case import Case
from .change import By, Change, Draft
from .events import Event
from .refusals import Refused
from .rules import allow

MOST_PHOTOS = 3
MOST_WORK_PHOTOS = 6

Stage = Literal["before", "after"]
"""Whether a photo of the work shows how it was found or how it was left."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo in the store. `key` is where it lies and `size` how many bytes it has; `upload` is what it was announced as."""

    key: str
    size: int
    upload: str


class PhotoStore(Protocol):
    """Keeps photos. Every method may raise PhotosUnavailable, and keeping one also Unavailable where nobody draws it anew."""

    def keep(self, number: str, upload: str, at: datetime) -> Photo:
        """Draws what was uploaded anew and keeps that; a day after `at` it is forgotten unless it was noted by then.

        Raises NoPicture, and then the upload is gone.
        """

    def forget_upload(self, number: str, upload: str) -> None:
        """Deletes what was uploaded, if it is still there."""

    def remove(self, keys: Iterable[str]) -> None:
        """Deletes photos; one that is gone already counts as deleted."""


def check_room(case: Case, by: By, stage: Stage | None) -> None:
    """Raises Refused when no photo may be added: the resident's without a stage, one of the work with its stage."""
    allow("add_photo" if stage is None else "add_work_photo", case, by.actor)
    if stage is None and case.photos >= MOST_PHOTOS:
        raise Refused("too_many_photos", {"most": MOST_PHOTOS})
    if stage is not None and case.work_photos >= MOST_WORK_PHOTOS:
        raise Refused("too_many_photos", {"most": MOST_WORK_PHOTOS})


def add_photo(case: Case, by: By, photo: Photo, stage: Stage | None = None) -> Change:
    """Notes a photo that lies in the store."""
    check_room(case, by, stage)
    draft = Draft(case, by)
    data: dict[str, object] = {"key": photo.key, "size": photo.size, "upload": photo.upload}
    draft.record("photo_added", data if stage is None else data | {"stage": stage})
    return draft.done()


def noted(events: Iterable[Event], upload: str = "", key: str = "") -> bool:
    """Whether the case has a photo of that upload, or the very same picture already."""
    return any(
        event.kind == "photo_added"
        and (event.data.get("upload") == upload != "" or event.data.get("key") == key != "")
        for event in events
    )
