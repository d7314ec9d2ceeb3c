"""The hash chain over a case's events: a later edit, removal or reordering shows (design.md, invariant 5).

Free text may have to be erased one day (PIPL article 47) without breaking the chain. So the chain holds a salted digest of
the text, and the text with its salt stands beside it: erasing both leaves a chain that still verifies and a digest that
tells nothing.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from .events import Actor, Event
from .moments import written

GENESIS = "A" * 43  # thirty-two zero bytes


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces: the one spelling of a value that is hashed. Refuses NaN and infinity."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest_of_words(words: str, salt: str) -> str:
    """The digest that stands in the chain for a free text."""
    return _sha256(f"{salt}\x1f{words}")


def hash_of(event: Event) -> str:
    """SHA-256 over the previous hash and everything the event states, as 43 characters of base64url."""
    said: Mapping[str, object] = {
        "case": event.case,
        "seq": event.seq,
        "at": written(event.at),
        "kind": event.kind,
        "actor": [event.actor.role, event.actor.id],
        "data": event.data,
        "words": event.words_digest,
    }
    return _sha256(f"{event.previous}\n{canonical(said)}")


def next_event(
    id: str,
    after: tuple[int, str] | None,
    kind: str,
    actor: Actor,
    at: datetime,
    data: Mapping[str, object],
    words: str | None,
    salt: str,
) -> Event:
    """The next event of the history `id`, chained to the one before it, whose number and hash are `after` (None at the start)."""
    seq, previous = after or (0, GENESIS)
    unsealed = Event(
        case=id,
        seq=seq + 1,
        at=at,
        kind=kind,
        actor=actor,
        data=dict(data),
        words=words,
        salt=salt if words is not None else None,
        words_digest=digest_of_words(words, salt) if words is not None else None,
        previous=previous,
        hash="",
    )
    return replace(unsealed, hash=hash_of(unsealed))


def _sha256(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def faults(events: Iterable[Event]) -> list[str]:
    """What is wrong with a chain, in words, oldest first; empty for a sound one."""
    found: list[str] = []
    previous, expected = GENESIS, 1
    for event in events:
        if event.seq != expected:
            found.append(f"event {expected} is missing: {event.seq} follows")
            expected = event.seq
        if event.previous != previous:
            found.append(f"event {event.seq} does not follow the one before it")
        if hash_of(event) != event.hash:
            found.append(f"event {event.seq} was changed after it was written")
        if event.words is not None and digest_of_words(event.words, event.salt or "") != event.words_digest:
            found.append(f"the words of event {event.seq} were changed")
        previous, expected = event.hash, expected + 1
    return found
