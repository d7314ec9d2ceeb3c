"""A case told to programs: plain JSON, moments in UTC, with what the reader may see and do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib.domain.call_back import CallBack
from chalicelib.domain.clock import Clock
from chalicelib.domain.events import Actor
from chalicelib.domain.keeping import CaseFile, Owed, Row
from chalicelib.domain.moments import written
from chalicelib.domain.rules import open_to
from chalicelib.domain.standards import Rulebook, Standard, Text

from .buttons import verbs_of_staff
from .clock_views import left_words, status_of
from .story import Reader, Seen, contact_of, seen_events
from .words import CLOCK, limit_words, moment_words, promise_words


def both(text: Text) -> dict[str, str]:
    """Words in both languages."""
    return {"zh": text.zh, "en": text.en}


def clock_resource(clock: Clock, reader: Reader) -> dict[str, Any]:
    """One clock. `original` is what was promised, `due` what is enforced now."""
    status = status_of(clock, reader.now)
    missed = clock.missed(reader.now)
    end = clock.met or clock.stopped or reader.now
    return {
        "clock": clock.kind,
        "standard": clock.standard,
        "status": status,
        "started": written(clock.started),
        "original": written(clock.original),
        "due": written(clock.due),
        "met": written(clock.met) if clock.met else None,
        "appointed": written(clock.appointed) if clock.appointed else None,
        "extended": written(clock.extended) if clock.extended else None,
        "provisional": clock.provisional,
        "missed": missed,
        "late_by_seconds": max(0, int((end - clock.original).total_seconds())) if missed else 0,
        "words": both(left_words(clock, reader.now)),
    }


def event_resource(seen: Seen, reader: Reader) -> dict[str, Any]:
    """One event; for residents without the ids of people."""
    event = seen.event
    said: dict[str, Any] = {
        "seq": event.seq,
        "at": written(event.at),
        "kind": event.kind,
        "role": event.actor.role.value,
        "words": seen.words,
    }
    if reader.staff:
        said["by"] = event.actor.id
    return said


def case_resource(file: CaseFile, reader: Reader, actor: Actor) -> dict[str, Any]:
    """A case with its clocks, its visible history and what `actor` may do now."""
    case = file.case
    in_charge = contact_of(case, reader)
    said: dict[str, Any] = {
        "number": case.number,
        "kind": case.kind,
        "category": case.category,
        "community": case.community,
        "building": case.building,
        "state": case.state.value,
        "opened": written(case.opened),
        "version": case.version,
        "rulebook": case.rulebook,
        "severity": case.severity,
        "paused": case.paused,
        "reopened": case.reopened,
        "rating": list(case.rating) if case.rating else None,
        "call_back": _call_back_resource(case.call_back) if case.call_back else None,
        "photos": case.photos,
        "work_photos": case.work_photos,
        "closes_at": written(case.closes_at) if case.closes_at else None,
        "follow_up_at": written(case.watch.at) if case.watch else None,
        "in_charge": {"name": in_charge.name, "role": in_charge.role, "phone": in_charge.phone},
        "clocks": [clock_resource(clock, reader) for clock in case.clocks],
        "events": [event_resource(seen, reader) for seen in seen_events(file, reader.staff)],
        "verbs": list(verbs_of_staff(file, actor, reader.now) if reader.staff else open_to(case, actor)),
    }
    if reader.staff:
        said["contact"] = {
            "name": file.contact.name,
            "phone": file.contact.phone,
            "home": file.contact.home,
        }
        said["joined_to"] = case.joined_to
        said["absorbed"] = list(case.absorbed)
        said["plan"] = case.plan
        said["steps"] = [{"step": step, "ticked": step in case.ticked} for step in case.steps]
        said["asked"] = (
            {"clock": case.asked.clock, "until": written(case.asked.until)} if case.asked else None
        )
    return said


def _call_back_resource(call_back: CallBack) -> dict[str, Any]:
    """Whether a resident is, or was, called back (E4)."""
    return {
        "month": call_back.month,
        "until": written(call_back.until),
        "pending": call_back.pending,
        "calls": call_back.calls,
        "answer": call_back.answer.value if call_back.answer else None,
    }


def row_resource(row: Row, reader: Reader) -> dict[str, Any]:
    """A row of the staff queue."""
    case = row.case
    return {
        "number": case.number,
        "kind": case.kind,
        "category": case.category,
        "building": case.building,
        "home": row.home,
        "excerpt": row.excerpt,
        "state": case.state.value,
        "severity": case.severity,
        "in_charge": case.in_charge,
        "due": written(case.due) if case.due else None,
        "late": bool(case.due and reader.now > case.due),
        "paused": case.paused,
        "verified": case.verified,
        "version": case.version,
    }


def stuck_resource(owed: Owed) -> dict[str, Any]:
    """A message that could not be sent."""
    message = owed.message
    return {
        "number": message.case or None,
        "template": message.template,
        "to": message.to.partition(":")[0],
        "since": written(message.at),
        "attempts": owed.attempts,
        "reason": owed.error,
    }


def standard_resource(standard: Standard, book: Rulebook) -> dict[str, Any]:
    """One published promise with the clocks a case of it carries."""
    return {
        "id": standard.id,
        "kind": standard.kind,
        "title": both(standard.title),
        "explanation": both(standard.explanation),
        "examples": both(standard.examples),
        "counted": both(standard.counted),
        "severity": standard.severity,
        "place": standard.place,
        "department": standard.department,
        "choosable": standard.choosable,
        "path": standard.path,
        "source": both(standard.source),
        "clocks": [
            {
                "clock": rule.clock,
                "standard": rule.standard,
                "amount": rule.limit.amount,
                "unit": rule.limit.unit.value,
                "words": both(limit_words(rule.limit)),
                "promise": both(promise_words(rule.clock, rule.limit, rule.agreed)),
                "agreed": rule.agreed,
                "starts": rule.starts,
            }
            for rule in book.clock_rules(standard.id)
        ],
    }


def promise_resource(clocks: tuple[Clock, ...], now: datetime, zone: str) -> list[dict[str, Any]]:
    """The clocks that a filing would start, as the form's preview shows them."""
    return [
        {
            "clock": clock.kind,
            "clock_words": both(CLOCK[clock.kind]),
            "standard": clock.standard,
            "due": written(clock.due),
            "due_words": both(moment_words(clock.due, now, zone)),
            "provisional": clock.provisional,
        }
        for clock in sorted(clocks, key=lambda clock: clock.due)
    ]
