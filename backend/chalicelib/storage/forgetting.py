"""Forgetting: what is personal taken out of the table and the photo store, so that nothing points at it any more.

Each thing is forgotten in steps that can be done again, and taken off the list last: whatever is cut off half-way is still on the
list, and the next run does the rest.
"""

import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.change import By
from chalicelib.domain.events import Actor, Event, Role
from chalicelib.domain.households import Household, without_member
from chalicelib.domain.invariants import lapses_of
from chalicelib.domain.keeping import CaseFile, Contact, Stale
from chalicelib.domain.photos import noted
from chalicelib.domain.post import PostFile, photo_keys
from chalicelib.domain.posting import erase as erase_post
from chalicelib.domain.posting import withdraw
from chalicelib.domain.retention import (
    ask_to_forget,
    case_forgotten_at,
    erase,
    member_forgotten_at,
    without_old_needs,
)

from . import cases, home_items, households, imports, lapses, personal, posts, readings, sessions
from .personal import SHARDS as SHARDS
from .personal import ToForget, forget_record
from .personal import to_forget as to_forget
from .table import Record
from .transaction import Lost, Transaction

RemovePhotos = Callable[[Iterable[str]], None]

ACTOR = Actor(Role.SYSTEM, "forget_what_is_over")
PHONE = "phone"
_AT_ONCE = 80
_TRIES = 8


def forget(one: ToForget, now: datetime, remove_photos: RemovePhotos) -> None:
    """Forgets one thing whose time is over, and takes it off the list. Raises Stale when others change it all the time."""
    match one.sort:
        case personal.CASE:
            forget_case(one.id, now, remove_photos)
            _take_off_if_gone(one)
            return
        case "phone":
            _end_memberships(one.id, one.moment)
            for post in _posts_of(one.id, one.since, one.moment):
                _forget_post(post, now, remove_photos)
            _forget_cases_of(one.id, one.since, one.moment, now, remove_photos)
        case personal.PHOTO:
            _forget_if_nobody_has(one.id, remove_photos)
        case home_items.MEMBER:
            community, home, member = one.id.split("/")
            _change_home(community, home, lambda found: _without_who_left(found, member, now))
        case home_items.NEED:
            community, home = one.id.split("/")
            _change_home(community, home, lambda found: without_old_needs(found, now))
        case readings.READING:
            readings.forget_day(one.id)
        case imports.IMPORT:
            imports.remove(one.id)
        case unknown:
            raise ValueError(f"nobody knows how to forget a {unknown}")
    personal.done(one.place)


def ask(phone_key: str, since: datetime, at: datetime, token: str | None = None) -> None:
    """Ends everything that a telephone belongs to, at once, and puts what is left of it on the list of what is to be forgotten.

    `since` is when the telephone came to whoever asks: what it filed before is not theirs. The list comes first: if this is cut
    off, the job ends the memberships that are left. `token` is the session that asks.
    """
    transaction = Transaction()
    transaction.put(forget_record(at, PHONE, phone_key, since))
    if token is not None:
        sessions.delete(transaction, token)
    transaction.commit()
    _end_memberships(phone_key, at)
    for post in _posts_of(phone_key, since, at):
        _withdraw_post(post, at)


def forget_case(number: str, now: datetime, remove_photos: RemovePhotos) -> bool:
    """Takes contact, words and photographs out of a case whose time is over; False when it is not, or was done before."""
    for _ in range(_TRIES):
        file = cases.load(number)
        moment = case_forgotten_at(file.case) if file is not None else None
        if file is None or moment is None or moment > now:
            return False
        remove_photos([str(event.data["key"]) for event in file.events if event.kind == "photo_added"])
        _write(cases.HISTORIES.event_record(event) for event in _without_words(file.events))
        for id in sorted(lapses_of(file.events)):
            record = lapses.load(id)
            if record is not None:
                _write(lapses.HISTORIES.event_record(event) for event in _without_words(record.events))
        try:
            _erase_head(file, now)
        except Lost:
            continue  # somebody did something to the case meanwhile
        return True
    raise Stale(number)


def _forget_if_nobody_has(key: str, remove_photos: RemovePhotos) -> None:
    """Deletes a photo that its case, or its post, did not note: whoever sent it was cut off in between."""
    id = key.split("/")[1]
    file = cases.load(id) or posts.load(id)
    if file is None or not noted(file.events, key=key):
        remove_photos([key])


def _end_memberships(phone_key: str, asked_at: datetime) -> None:
    """Takes out of their homes whoever had the telephone when it was asked; who came with it afterwards stays."""
    places = [
        (one.community, one.home.id, one.member.id)
        for one in households.of_phone(phone_key)
        if one.member.since <= asked_at
    ]
    for community, home, member in (*places, *households.left_of_phone(phone_key)):
        _change_home(community, home, lambda found, member=member: without_member(found, member))  # type: ignore[misc]


def _posts_of(phone_key: str, since: datetime | None, asked_at: datetime) -> list[str]:
    """The posts of the info board that the telephone filed from `since` until it was asked."""
    found: list[str] = []
    after: str | None = None
    while True:
        ids, after = posts.of_phone(phone_key, after, 100, since)
        heads = posts.heads(ids)
        found += [id for id in ids if id in heads and heads[id][0].filed <= asked_at]
        if after is None:
            return found


def _withdraw_post(id: str, now: datetime) -> PostFile | None:
    """Takes a post off the board; gives it as it is then, None when it is not there or was forgotten before."""
    for _ in range(_TRIES):
        file = posts.load(id)
        if file is None or file.post.erased:
            return None
        if file.post.ended is not None:
            return file
        with suppress(Stale):
            posts.save(withdraw(file.post, By(Actor(Role.RESIDENT), now, secrets.token_hex(8))), file.poster)
    raise Stale(id)


def _forget_post(id: str, now: datetime, remove_photos: RemovePhotos) -> None:
    """Takes every word and photograph of a post away, off the board first."""
    for _ in range(_TRIES):
        file = _withdraw_post(id, now)
        if file is None:
            return
        remove_photos(photo_keys(file))
        try:
            posts.erase(erase_post(file.post, By(ACTOR, now, secrets.token_hex(8))), file)
        except Stale:
            continue
        return
    raise Stale(id)


def _forget_cases_of(
    phone_key: str, since: datetime | None, asked_at: datetime, now: datetime, remove_photos: RemovePhotos
) -> None:
    """Notes the wish on each case that the telephone filed from `since` until it was asked, and forgets those that have ended."""
    after: str | None = None
    while True:
        numbers, after = personal.cases_of_phone(phone_key, after, since=since)
        for number in numbers:
            if _note_asked(number, asked_at, now):
                forget_case(number, now, remove_photos)
        if after is None:
            return


def _note_asked(number: str, asked_at: datetime, now: datetime) -> bool:
    """Notes the wish on a case; False for one that was filed after it."""
    for _ in range(_TRIES):
        file = cases.load(number)
        if file is None or file.case.opened > asked_at:
            return False
        change = ask_to_forget(file.case, By(ACTOR, now, secrets.token_hex(8)))
        if change is None:
            return True
        try:
            cases.save([change], {number: file.contact})
        except Stale:
            continue
        return True
    raise Stale(number)


def _without_words(events: Iterable[Event]) -> list[Event]:
    """The events that hold words, without them: the chain holds their digest only, and still verifies."""
    return [replace(one, words=None, salt=None) for one in events if one.words is not None or one.salt]


def _write(records: Iterable[Record]) -> None:
    waiting = list(records)
    for start in range(0, len(waiting), _AT_ONCE):
        transaction = Transaction()
        for record in waiting[start : start + _AT_ONCE]:
            transaction.put(record)
        transaction.commit()


def _erase_head(file: CaseFile, now: datetime) -> None:
    change = erase(file.case, By(ACTOR, now, secrets.token_hex(8)))
    transaction = Transaction()
    head = cases.head_record(change.after, Contact())
    cases.HISTORIES.put(transaction, head, file.case, change.events)
    transaction.move(cases.beside(file.case, file.contact), cases.beside(change.after, Contact()))
    transaction.commit()


def _take_off_if_gone(one: ToForget) -> None:
    """Takes a case off the list when it is not there any more; while it is, the entry is its own to keep or take away."""
    if not cases.heads([one.id]):
        personal.done(one.place)


def _without_who_left(found: Household, id: str, now: datetime) -> Household:
    member = found.member(id)
    moment = member_forgotten_at(member) if member is not None else None
    return without_member(found, id) if moment is not None and moment <= now else found


def _change_home(community: str, home: str, decide: Callable[[Household], Household]) -> None:
    try:
        households.change(community, home, decide)
    except LookupError:
        return
