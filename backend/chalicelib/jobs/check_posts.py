"""The nightly check's part on the info board: each post whole, in the lists where it belongs, its messages owed once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib.domain.evidence import MessageFound, Place, PostFound, PostItemFound, Violation
from chalicelib.domain.owing import ALARM

TRIES = 5


class PostCensus(Protocol):
    """Looks again at single posts, consistently."""

    SENT_KEPT: timedelta

    def post(self, id: str) -> PostFound | None: ...
    def present(self, places: Iterable[Place]) -> frozenset[Place]: ...
    def messages_of(self, cases: Mapping[str, str]) -> dict[str, dict[str, list[Place]]]: ...


@dataclass(slots=True)
class PostTally:
    """What was expected and not yet found, and the other way round; what agrees is forgotten at once."""

    places_expected: dict[Place, str] = field(default_factory=dict)
    places_found: dict[Place, str] = field(default_factory=dict)
    owed: dict[str, str] = field(default_factory=dict)
    lying: dict[str, str] = field(default_factory=dict)
    suspects: set[str] = field(default_factory=set)

    def note_post(self, post: PostFound) -> None:
        """A post was read: its items and messages are expected."""
        if post.faults or not post.whole:
            self.suspects.add(post.id)
        for place in post.places:
            if self.places_found.pop(place, None) is None:
                self.places_expected[place] = post.id
        for message in post.owed:
            if self.lying.pop(message, None) is None:
                self.owed[message] = post.id

    def note_item(self, item: PostItemFound) -> None:
        """An item that stands for a post was read."""
        if self.places_expected.pop(item.place, None) is None:
            self.places_found[item.place] = item.id

    def note_message(self, message: MessageFound) -> None:
        """A message about a post was read. One that lies twice stays over, and so its post is looked at again."""
        if self.owed.pop(message.id, None) is None:
            self.lying[message.id] = message.number

    def violations(self, store: PostCensus, now: datetime) -> list[Violation]:
        """What is still wrong when each suspect is looked at again, consistently: a scan is no picture of one moment."""
        strays: dict[str, set[Place]] = {}
        for place, id in (*self.places_expected.items(), *self.places_found.items()):
            strays.setdefault(id, set()).add(place)
        suspects = self.suspects | strays.keys() | set(self.owed.values()) | set(self.lying.values())
        return [fault for id in sorted(suspects) for fault in _looked(store, id, strays.get(id, set()), now)]


def _looked(store: PostCensus, id: str, strays: set[Place], now: datetime) -> list[Violation]:
    out: list[Violation] = []
    for _ in range(TRIES):
        post = store.post(id)
        places = post.places if post else frozenset()
        lying = store.present(places | strays)
        messages = store.messages_of({id: post.community if post else ""})[id]
        if store.post(id) != post:
            continue  # somebody works on it: look once more
        out = list(post.faults) if post else []
        if post is not None and not post.whole:
            break
        for place in sorted(places - lying):
            out.append(Violation("post_item_missing", str(place), f"{id} is not where it is looked for"))
        for place in sorted(lying - places):
            out.append(Violation("post_item_stray", str(place), f"{id} does not belong here (any more)"))
        out += _faults_of_messages(post.owed if post else {}, messages, now, store.SENT_KEPT)
        break
    return out


def _faults_of_messages(
    owed: Mapping[str, datetime], lying: Mapping[str, list[Place]], now: datetime, kept: timedelta
) -> list[Violation]:
    out = []
    for id, at in owed.items():
        if id not in lying and at + kept > now:
            out.append(Violation("post_message_missing", id, "owed, and in no place of the outbox"))
    for id, places in lying.items():
        if len(places) > 1:
            out.append(Violation("post_message_twice", id, "it lies in " + " and ".join(map(str, places))))
        if id.removeprefix(ALARM) not in owed:
            out.append(Violation("post_message_stray", str(places[0]), f"no event of its post owes {id}"))
    return out
