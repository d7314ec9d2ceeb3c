"""The one place where real things are chosen: the rulebook, the store, the clock, the keys, the channels."""

from __future__ import annotations

import importlib
import os
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalicelib.domain.events import Actor, Role
from chalicelib.domain.keyring import keys_in
from chalicelib.domain.moments import to_milliseconds

# A function in the cloud loads what its own work takes and no more, since somebody waits while it starts. So a store is loaded
# when it is asked for, as `wiring.cases` or by one of the functions here; which stores there are stands here all the same.
if TYPE_CHECKING:
    from chalicelib.actions.request import Request
    from chalicelib.domain.case import Case
    from chalicelib.domain.change import By, Message
    from chalicelib.domain.codes import Outgoing
    from chalicelib.domain.keeping import DueStore, PostStore, RequestKey
    from chalicelib.domain.list_file import Row
    from chalicelib.domain.standards import Rulebook
    from chalicelib.notify.channels import Channels
    from chalicelib.notify.office import Office
    from chalicelib.notify.recipients import Author
    from chalicelib.storage import (
        accounts,
        allowances,
        call_draws,
        cases,
        census,
        codes,
        duty,
        entering,
        figures,
        forgetting,
        home_cases,
        home_search,
        households,
        imports,
        incidents,
        lapses,
        open_days,
        outbox,
        personal,
        photos,
        posts,
        queues,
        readings,
        sessions,
        site_releases,
        vault,
    )
    from chalicelib.storage.incidents import IncidentFile
    from chalicelib.storage.patience import budget
    from chalicelib.storage.readings import Reading
    from chalicelib.storage.sessions import ResidentSession, Session

__all__ = [
    "IncidentFile",
    "Reading",
    "ResidentSession",
    "Session",
    "accounts",
    "allowances",
    "budget",
    "call_draws",
    "cases",
    "census",
    "codes",
    "duty",
    "entering",
    "figures",
    "forgetting",
    "home_cases",
    "home_search",
    "households",
    "imports",
    "incidents",
    "lapses",
    "open_days",
    "outbox",
    "personal",
    "photos",
    "posts",
    "queues",
    "readings",
    "sessions",
    "site_releases",
    "vault",
]

# What is found in a module of the storage; every other name of __all__ is such a module itself.
_FOUND_IN = {
    "IncidentFile": "incidents",
    "Reading": "readings",
    "ResidentSession": "sessions",
    "Session": "sessions",
    "budget": "patience",
}
COMPILED = Path(__file__).parent / "compiled"
RESIDENT = Actor(Role.RESIDENT)


def __getattr__(name: str) -> Any:
    """A store, or what is found in one, loaded when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    module = importlib.import_module(f"chalicelib.storage.{_FOUND_IN.get(name, name)}")
    found = getattr(module, name) if name in _FOUND_IN else module
    globals()[name] = found
    return found


@cache
def rulebook() -> Rulebook:
    """The rulebook that was checked and compiled into this package."""
    from chalicelib.rulebook import read_compiled

    return read_compiled(COMPILED / "rulebook.json")


@cache
def link_keys() -> tuple[bytes, ...]:
    """The keys that tracking links may be made with, from SHOUNUO_LINK_KEY (:mod:`.domain.keyring`), the one in use first.

    Raises RuntimeError when there is none.
    """
    name = "SHOUNUO_LINK_KEY"
    return tuple(key.secret for key in keys_in(os.environ.get(name, ""), name))


def link_key() -> bytes:
    """The key that new tracking links are made with."""
    return link_keys()[0]


def now() -> datetime:
    """The present moment, in UTC and whole milliseconds."""
    return to_milliseconds(datetime.now(UTC))


def origin() -> str:
    """Where residents reach the portal, without a slash at the end."""
    return os.environ.get("SHOUNUO_ORIGIN", "http://localhost:8000").rstrip("/")


def meet_database() -> None:
    """Makes the client of the database now rather than with the first question."""
    from chalicelib.storage import table

    _ = table.connection().client


def due_store() -> DueStore:
    """The store for the jobs; from now on the database's own clock is heard, so that :func:`skew_seconds` can answer."""
    from chalicelib.storage import cases, database_time

    database_time.listen()
    return cases


def post_store() -> PostStore:
    """The store of the board's posts for the job; the database's own clock is heard as for :func:`due_store`."""
    from chalicelib.storage import database_time, posts

    database_time.listen()
    return posts


def hear_the_database() -> None:
    """From now on the database's own clock is heard, so that :func:`skew_seconds` can answer."""
    from chalicelib.storage import database_time

    database_time.listen()


def skew_seconds() -> float | None:
    """By how much this machine's clock is ahead of the database's; None before the database's first answer."""
    from chalicelib.storage import database_time

    theirs = database_time.database_now()
    return None if theirs is None else (datetime.now(UTC) - theirs).total_seconds()


def request_of_resident(at: datetime, key: RequestKey | None = None) -> Request:
    """A request of a resident who holds the case's link, or who files one."""
    from chalicelib.actions.request import Request
    from chalicelib.storage import cases, duty

    return Request(RESIDENT, at, rulebook(), cases, key=key, standing_of=duty.standing)


def request_of_staff(
    actor: Actor, community: str, at: datetime, key: RequestKey | None = None, seen: int | None = None
) -> Request:
    """A request of a member of staff, limited to their community."""
    from chalicelib.actions.request import Request
    from chalicelib.storage import cases, duty

    return Request(
        actor,
        at,
        rulebook(),
        cases,
        community=community,
        key=key,
        seen=seen,
        standing_of=duty.standing,
    )


def by_of(actor: Actor, at: datetime) -> By:
    """Who acts on what is no case, with a new salt for what they write."""
    from chalicelib.domain.change import By

    return By(actor, at, secrets.token_hex(8))


def link_of_case(number: str) -> str:
    """The secret tracking address of a case: told to its resident only. For a post, its author's own page."""
    from chalicelib.domain.links import link_of
    from chalicelib.domain.post import ID as POST_ID

    if POST_ID.fullmatch(number):
        return f"{origin()}/api/my/posts/{number}"
    return f"{origin()}/api/track/{link_of(number, link_key())}"


def staff_page_of(number: str) -> str:
    """Where staff work on a case, or a post, after they have signed in; the queue for ""."""
    from chalicelib.domain.post import ID as POST_ID

    if POST_ID.fullmatch(number):
        return f"{origin()}/api/staff/board/{number}"
    return f"{origin()}/api/staff/cases/{number}" if number else f"{origin()}/api/staff/queue"


def channels() -> Channels:
    """The channels that SHOUNUO_CHANNELS names ("package.module:factory"), the real ones without it."""
    module, _, factory = os.environ.get("SHOUNUO_CHANNELS", "").partition(":")
    made: Channels = getattr(
        importlib.import_module(module or "chalicelib.notify.channels.cloud"), factory or "channels"
    )()
    return made


def said_to_resident(message: Message, case: Case, language: str, link: str) -> tuple[str, str] | None:
    """The subject and the text of a message to a resident, as it reads today; None when no words fit it any more."""
    from chalicelib.notify.wording import Topic, Unfit, render

    try:
        wording = render(Topic(message, rulebook(), case, language, link))
    except Unfit:
        return None
    return wording.subject, wording.text


def remove_photos(keys: Iterable[str]) -> None:
    """Deletes photos from their store; where there is none, there are none."""
    from chalicelib.storage import photos

    if photos.is_set_up():
        photos.remove(keys)


def rows_of(content: bytes) -> list[Row]:
    """The rows of a list that somebody sent in. Raises Unfit, and Unavailable where nobody reads it in time."""
    from chalicelib.decoding import asking
    from chalicelib.storage.patience import time_left

    return asking.rows_of(content, time_left())


def hurry() -> None:
    """Asks for `deliver_messages` to run now rather than with the next minute: somebody waits for a code.

    It is only asked for: what is owed is owed, and goes out with the next minute in any case. SHOUNUO_HURRY names who is
    asked ("package.module:function"), the function of that name in the cloud without it.
    """
    module, _, function = os.environ.get("SHOUNUO_HURRY", "").partition(":")
    getattr(importlib.import_module(module or "chalicelib.notify.hurrying"), function or "hurry")()


def post_office(at: datetime, *, dry_run: bool = False) -> Office:
    """What `deliver_messages` hands messages to at a moment; who is there then is read once for each community.

    With `dry_run` it hands over nothing and counts no code.
    """
    from chalicelib.domain.duty import present
    from chalicelib.notify import Office, Places
    from chalicelib.notify.recipients import Author
    from chalicelib.storage import cases, codes, duty, posts

    standing_of = cache(duty.standing)

    def there(community: str, person: str) -> str:
        return present(standing_of(community), rulebook().communities[community], person, at)

    def code(message: Message) -> Outgoing | None:
        return codes.outgoing(message, at, dry_run=dry_run)

    def authors(ids: Iterable[str]) -> dict[str, Author]:
        found = posts.legible_heads(ids)
        return {id: Author(poster.phone, post.language) for id, (post, poster) in found.items()}

    places = Places(link_of_case, staff_page_of)
    return Office(rulebook(), channels(), cases.legible_heads, places, there, code, authors, visitor_of)


def visitor_of(message: Message) -> Author | None:
    """Whoever booked the slot that a message reminds of; None once they cancelled or moved out."""
    from chalicelib.domain.open_days import VISITOR
    from chalicelib.notify.recipients import Author
    from chalicelib.storage import households, open_days

    day, _, token = message.to.removeprefix(VISITOR).rpartition("/")
    booked = next((one for one in open_days.load(day).bookings if one.token == token), None)
    found = households.household(message.community, booked.visitor.home) if booked else None
    member = found.member(booked.visitor.member) if found and booked else None
    return Author(member.phone, member.language) if member and member.lives_here else None
