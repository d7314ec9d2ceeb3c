"""Who asks for something about a post, and the way every step on one is carried out."""

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from chalicelib.actions.request import KeyReused, NotFound
from chalicelib.domain.change import By
from chalicelib.domain.events import Actor
from chalicelib.domain.keeping import AlreadyReported, Answered, PostStore, RequestKey, Stale, Unavailable
from chalicelib.domain.photos import PhotoStore
from chalicelib.domain.post import Post, PostChange, PostFile
from chalicelib.domain.refusals import Refused

TRIES = 8


class PostChanged(Exception):
    """The post is not any more what whoever asks had seen (409)."""


@dataclass(frozen=True, slots=True)
class PostRequest:
    """One request of one person. `may` tells whether they may know of a post at all: one that they may not looks like none.

    `key` makes a repetition count once. `seen` is the version on the asker's screen: if the post moved on, nothing is changed.
    """

    actor: Actor
    at: datetime
    store: PostStore
    may: Callable[[PostFile], bool]
    key: RequestKey | None = None
    seen: int | None = None
    salt: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def by(self) -> By:
        """Who acts, for the rules."""
        return By(self.actor, self.at, self.salt)


@dataclass(frozen=True, slots=True)
class PostDone:
    """What came of a request: the post, whether the request had been carried out before, and the photos (keys of the store) that
    nothing shows any more since."""

    post: Post
    repeated: bool = False
    dropped: frozenset[str] = frozenset()


def open_post(request: PostRequest, id: str) -> PostFile:
    """The post, if the asker may know of it. Raises NotFound: missing and not theirs look alike (invariant 6)."""
    file = request.store.load(id)
    if file is None or not request.may(file):
        raise NotFound(id)
    return file


def change_post(
    request: PostRequest,
    id: str,
    decide: Callable[[Post], PostChange | None],
    reporter: str | None = None,
) -> PostDone:
    """Loads the post, lets `decide` make the step and saves it, again from the start when somebody else was faster.

    Where `decide` gives None nothing is to be done. Raises NotFound, Refused, PostChanged, KeyReused and Unavailable; then
    nothing was changed.
    """
    for _ in range(TRIES):
        file = open_post(request, id)
        try:
            if request.seen is not None and file.post.version != request.seen:
                raise PostChanged(id)
            change = decide(file.post)
            if change is None:
                return PostDone(file.post, repeated=True)
            request.store.save(change, file.poster, request.key, reporter)
            return PostDone(change.after, dropped=_photos_of(file.post) - _photos_of(change.after))
        except Stale:
            continue
        except AlreadyReported:
            return PostDone(file.post, repeated=True)
        except Answered as answered:
            return _repeated(request, file.post, answered)
        except (Refused, PostChanged):
            # The first try of this very request may be what made it impossible now.
            answered_before = request.store.answer_to(request.key) if request.key else None
            if answered_before is None:
                raise
            return _repeated(request, file.post, answered_before)
    raise PostChanged(id)


def tidy(done: PostDone, photos: PhotoStore | None) -> PostDone:
    """Deletes the photos that nothing shows any more. What a failing store keeps goes when the post is forgotten."""
    if photos is not None and done.dropped:
        with suppress(Unavailable):
            photos.remove(done.dropped)
    return done


def _photos_of(post: Post) -> frozenset[str]:
    return frozenset(key for one in (post.live, post.draft) if one for key in one.photos)


def _repeated(request: PostRequest, post: Post, answered: Answered) -> PostDone:
    if request.key is None or answered.body != request.key.body or answered.number != post.id:
        raise KeyReused
    return PostDone(post, repeated=True)
