"""Which messages a history owes, and whether each lies in exactly one place: the outbox's part of the nightly check, pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from .case import Case, apply
from .change import Message
from .escalation import message_of_silence
from .events import Event, Role
from .evidence import Place, Violation
from .moments import written
from .standards import Rulebook


@dataclass(frozen=True, slots=True)
class Owed:
    """The messages that a history owes, by id. `sure` must exist; what is only in `possible` may exist: the rulebook that
    decided about it is not the one at hand. A message stands beside its id where the history says all of it."""

    sure: Mapping[str, Message | None] = field(default_factory=dict)
    possible: frozenset[str] = frozenset()
    at: Mapping[str, datetime] = field(default_factory=dict)


# How many messages an event owes to others than the resident, named after the event itself; "filed", "wrote", "resumed",
# "resolved", "called", "escalated" and "unattended" need a closer look.
_OWES = {
    "assigned": 1,
    "passed_upward": 1,
    "urged": 1,
    "withdrawn": 1,
    "confirmed": 1,
    "reopened": 2,
    "rated": 1,
    "visit_agreed": 1,
    "extension_asked": 1,
    "extended": 1,
    "extension_refused": 1,
}
_TELLS_RESIDENT = frozenset(
    {
        "filed",
        "replied",
        "resolved",
        "joined",
        "proposed",
        "closed",
        "paused",
        "appointed",
        "extended",
        "reopened",
        "incident_told",
    }
)
_MOST_TOLD_AT_ONCE = 9


def owed_by(events: Sequence[Event], book: Rulebook) -> Owed:
    """The messages that a whole history owes. Their ids follow from the events alone (see Draft.owe)."""
    sure: dict[str, Message | None] = {}
    possible: set[str] = set()
    at: dict[str, datetime] = {}
    case: Case | None = None
    for place, event in enumerate(events):
        before, case = case, apply(case, event)
        if event.kind == "escalated":
            if before is not None and event.data["to"]:
                message = message_of_escalation(event, before)
                sure[message.id] = message
                at[message.id] = event.at
            continue
        if event.kind == "unattended":
            message = message_of_silence(event, case)
            sure[message.id] = message
            at[message.id] = event.at
            continue
        following = events[place + 1] if place + 1 < len(events) else None
        count = _OWES.get(event.kind, 0) + (event.kind in _TELLS_RESIDENT and case.tell_resident)
        if event.kind == "resolved":
            count += len(case.absorbed)
        elif event.kind == "wrote":
            count += not _resumed_by_writing(event, following)
        elif event.kind == "resumed":
            count += place > 0 and _resumed_by_writing(events[place - 1], event)
        elif event.kind == "called":
            count += cast(int, event.data["told"])
        elif event.kind == "filed":
            count += 1
            if event.data["rulebook"] == book.version and case.category in book.standards:
                count += len(book.standards[case.category].tell_at_once)
            else:
                possible |= {
                    f"{event.case}/{event.seq}/{count + n}" for n in range(1, _MOST_TOLD_AT_ONCE + 1)
                }
        for n in range(1, count + 1):
            id = f"{event.case}/{event.seq}/{n}"
            sure[id] = None
            at[id] = event.at
    return Owed(sure, frozenset(possible), at)


def _resumed_by_writing(event: Event, following: Event | None) -> bool:
    """Whether the resident's words set the clocks running again: then both events are one change, which owes one message."""
    return (
        event.kind == "wrote"
        and following is not None
        and following.kind == "resumed"
        and following.actor.role is Role.RESIDENT
        and following.at == event.at
    )


def message_of_escalation(event: Event, before: Case) -> Message:
    """The message that an escalation owes, from the event and the case as it stood before it."""
    data = cast("Mapping[str, str]", event.data)
    clock = before.clock(data["clock"])
    return Message(
        id=f"{event.case}/{data['clock']}/{event.data['version']}/{data['level']}",
        template=data["level"],
        to=data["to"],
        community=before.community,
        case=event.case,
        at=event.at,
        facts={
            "clock": data["clock"],
            "standard": clock.standard if clock else "",
            "due": data["due"],
            "late_by": event.data["late_by"],
        },
    )


# The engineers are told, under this id, of a message that could not be sent (jobs/deliver_messages).
ALARM = "stuck/"


def faults_of_messages(
    number: str, owed: Owed, lying: Mapping[str, Sequence[Place]], now: datetime, sent_kept: timedelta
) -> list[Violation]:
    """Each message owed lies in exactly one place (to be sent, sent, or stuck), and none lies there that nothing owes.

    What was sent is forgotten after `sent_kept`, so an older one need not be found.
    """
    out = []
    for id in owed.sure:
        if id not in lying and owed.at[id] + sent_kept > now:
            out.append(
                Violation(
                    "message_missing", id, f"owed since {written(owed.at[id])}, in no place of the outbox"
                )
            )
    for id, places in lying.items():
        if len(places) > 1:
            out.append(Violation("message_twice", id, "it lies in " + " and ".join(map(str, places))))
        owed_by_event = id.removeprefix(ALARM)
        if owed_by_event not in owed.sure and owed_by_event not in owed.possible:
            out.append(Violation("message_stray", str(places[0]), f"no event of case {number} owes {id}"))
    return out
