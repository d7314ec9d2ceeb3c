"""Everything that is held under a resident's telephone, for themselves: one answer for the page, the file and the JSON twin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chalicelib import wiring
from chalicelib.domain.households import Membership
from chalicelib.domain.keeping import CaseFile
from chalicelib.domain.moments import written
from chalicelib.domain.open_days import Visitor
from chalicelib.domain.retention import CASE_YEARS, IMPORT, MOVED_OUT, NEEDS, READING_YEARS

from . import resources
from .board import content_resource
from .story import Reader

MOST_CASES = 200
MOST_POSTS = 100
SHOWN = 20
LATEST_CASES = 10


def held_about(resident: wiring.ResidentSession, reader: Reader) -> dict[str, Any]:
    """Their homes, and the latest MOST_CASES cases that the telephone filed, with what was sent about them; who of staff read any
    of it (the role, not the name); and how long it is kept. Nothing about anybody else."""
    files = filter(None, map(wiring.cases.load, numbers_of(resident, MOST_CASES)))
    return {
        "made_at": written(reader.now),
        "homes": [_home(one) for one in resident.memberships],
        "cases": [_case(file, reader) for file in files],
        "posts": _posts(resident),
        "open_days": _open_days(resident),
        "kept": {
            "cases_years_after_end": CASE_YEARS,
            "days_after_moving_out": MOVED_OUT.days,
            "needs_days_at_most": NEEDS.days,
            "lists_days": IMPORT.days,
            "readings_years": READING_YEARS,
        },
    }


def _posts(resident: wiring.ResidentSession) -> list[dict[str, Any]]:
    """The latest MOST_POSTS posts of the info board, as they are public and as they wait."""
    ids, _ = wiring.posts.of_phone(resident.phone_key, limit=MOST_POSTS, since=resident.since)
    found = wiring.posts.heads(ids)
    return [
        {
            "id": id,
            "filed": written(post.filed),
            "live": content_resource(post.live, True) if post.live else None,
            "draft": content_resource(post.draft, True) if post.draft else None,
        }
        for id, (post, _) in found.items()
    ]


def _open_days(resident: wiring.ResidentSession) -> list[dict[str, Any]]:
    """What they booked and asked on open days."""
    held = []
    for one in resident.memberships:
        visitor = Visitor(one.home.id, one.member.id)
        for day in (day for day in wiring.rulebook().open_days if day.community == one.community):
            book = wiring.open_days.load(day.id)
            slots = [booking.slot for booking in book.bookings if booking.visitor == visitor]
            questions = [asked.words for asked in book.questions if asked.visitor == visitor]
            if slots or questions:
                held.append({"day": day.id, "slots": slots, "questions": questions})
    return held


def numbers_of(resident: wiring.ResidentSession, most: int) -> list[str]:
    """The numbers of the latest cases that their telephone filed since it is theirs, oldest first, at most `most`."""
    numbers: list[str] = []
    after: str | None = None
    while True:
        found, after = wiring.personal.cases_of_phone(resident.phone_key, after, since=resident.since)
        numbers = [*numbers, *found][-most:]
        if after is None:
            return numbers


def open_numbers(resident: wiring.ResidentSession) -> list[str]:
    """The numbers of those among their latest cases that have not ended: they keep what the work needs."""
    found = wiring.cases.heads(numbers_of(resident, 100))
    return sorted(number for number, (case, _) in found.items() if case.ended_at is None)


def latest_readings(resident: wiring.ResidentSession) -> list[wiring.Reading]:
    """Who of staff read their homes or their latest cases, the latest first, at most SHOWN; the file has all of it."""
    found = list(_of_homes(resident))
    for number in numbers_of(resident, LATEST_CASES):
        for community in sorted({one.community for one in resident.memberships}):
            found += wiring.readings.of_object(community, "case", number, SHOWN)
    return sorted(found, key=lambda one: one.at, reverse=True)[:SHOWN]


def _of_homes(resident: wiring.ResidentSession) -> Iterator[wiring.Reading]:
    for one in resident.memberships:
        yield from _of_home(one, SHOWN)


def _of_home(one: Membership, most: int) -> list[wiring.Reading]:
    """Who read a home since they live there."""
    found = wiring.readings.of_object(one.community, "home", one.home.id, most)
    return [seen for seen in found if seen.at >= one.member.since]


def _said(found: list[wiring.Reading]) -> list[dict[str, str]]:
    return [{"at": written(seen.at), "role": seen.role} for seen in found]


def _case(file: CaseFile, reader: Reader) -> dict[str, Any]:
    number = file.case.number
    sent = wiring.outbox.sent(number)
    return resources.case_resource(file, reader, wiring.RESIDENT) | {
        "name": file.contact.name,
        "phone": file.contact.phone,
        "home": file.contact.home,
        "messages": [
            {"at": written(at), "template": message.template}
            for message, at in sent
            if message.to == f"resident:{number}"
        ],
        "read_by_staff": _said(wiring.readings.of_object(file.case.community, "case", number)),
    }


def _home(one: Membership) -> dict[str, Any]:
    member = one.member
    return {
        "community": one.community,
        "building": one.home.building,
        "unit": one.home.unit,
        "room": one.home.room,
        "name": member.name,
        "phone": member.phone,
        "relation": member.relation.value,
        "language": member.language,
        "channel": member.channel,
        "consent_at": written(member.consent_at) if member.consent_at else None,
        "since": written(member.since),
        "needs": [
            {
                "kind": need.kind,
                "reason": need.reason,
                "until": need.until.isoformat() if need.until else None,
            }
            for need in member.needs
        ],
        "read_by_staff": _said(_of_home(one, 100)),
    }
