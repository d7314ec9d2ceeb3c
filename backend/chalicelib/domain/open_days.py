"""The general manager's open day (A4): slots that a home books once, and questions gathered before and answered in public.

Everything about one day is one value, so that two people who want the same slot cannot both have it: whoever saves second has
read something that is no longer true and decides anew. No name stands here, and none is ever shown in public.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from .change import DESK, Message
from .moments import written
from .refusals import Refused
from .standards import Text

MOST_QUESTIONS = 200
MOST_OF_A_HOME = 3
LONGEST_QUESTION = 500
VISITOR = "visitor:"

QuestionState = Literal["waiting", "answered", "declined"]


@dataclass(frozen=True)
class OpenDay:
    """One open day of a community; each of `slots` lasts `minutes` from its beginning, in the community's zone."""

    id: str
    community: str
    date: date
    place: Text
    minutes: int
    slots: tuple[time, ...]

    def begins(self, slot: time, zone: str) -> datetime:
        """The moment at which a slot begins."""
        return datetime.combine(self.date, slot, ZoneInfo(zone))

    def slot(self, said: str) -> time | None:
        """The slot that is written so ("14:20"); None where there is none."""
        return next((one for one in self.slots if f"{one:%H:%M}" == said), None)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who comes or asks: a member of a home, by their ids in the register."""

    home: str
    member: str


@dataclass(frozen=True, slots=True)
class Booking:
    """A slot that somebody has; `token` names this booking and no later one of the same slot."""

    slot: str
    visitor: Visitor
    at: datetime
    token: str


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to ask; public with its answer once staff answered it, never before and never with a name."""

    id: str
    visitor: Visitor
    at: datetime
    words: str
    state: QuestionState = "waiting"
    answer: str = ""


@dataclass(frozen=True, slots=True)
class OpenDayBook:
    """Everything noted about one open day; version 0 before anything was."""

    day: str
    bookings: tuple[Booking, ...] = ()
    questions: tuple[Question, ...] = ()
    version: int = 0

    def of_home(self, home: str) -> Booking | None:
        """The booking of a home, if it has one."""
        return next((one for one in self.bookings if one.visitor.home == home), None)

    def of_slot(self, slot: str) -> Booking | None:
        """The booking of a slot, if it is taken."""
        return next((one for one in self.bookings if one.slot == slot), None)


@dataclass(frozen=True, slots=True)
class Noted:
    """A day as it is after a change, and the messages that the change owes."""

    book: OpenDayBook
    messages: tuple[Message, ...] = field(default=())


def book_slot(
    book: OpenDayBook, day: OpenDay, zone: str, slot: str, visitor: Visitor, at: datetime, token: str
) -> Noted:
    """Gives a slot to a home. Asked for again it changes nothing.

    Raises Refused: "no_such_slot", "slot_over" once it has begun, "slot_taken", or "one_slot" for a home that has another.
    """
    known = day.slot(slot)
    if known is None:
        raise Refused("no_such_slot")
    mine = book.of_home(visitor.home)
    if mine is not None and mine.slot == slot:
        return Noted(book)
    begins = day.begins(known, zone)
    if begins <= at:
        raise Refused("slot_over")
    if book.of_slot(slot) is not None:
        raise Refused("slot_taken")
    if mine is not None:
        raise Refused("one_slot")
    booking = Booking(slot, visitor, at, token)
    return Noted(replace(book, bookings=(*book.bookings, booking)), _reminder(day, zone, booking, begins))


def cancel_slot(book: OpenDayBook, day: OpenDay, zone: str, home: str, at: datetime) -> Noted:
    """Gives a home's slot back, for others. The reminder finds nobody then. Raises Refused: "not_booked", "slot_over"."""
    mine = book.of_home(home)
    if mine is None:
        raise Refused("not_booked")
    known = day.slot(mine.slot)
    if known is not None and day.begins(known, zone) <= at:
        raise Refused("slot_over")
    return Noted(replace(book, bookings=tuple(one for one in book.bookings if one is not mine)))


def ask(
    book: OpenDayBook, day: OpenDay, zone: str, words: str, visitor: Visitor, at: datetime, id: str
) -> Noted:
    """Notes a question until the day is over, and the desk hears of it; said twice in the same words it counts once.

    Raises Refused: "day_over", "asked_enough" for a home with three, "questions_full".
    """
    of_home = [one for one in book.questions if one.visitor.home == visitor.home]
    if any(one.words == words for one in of_home):
        return Noted(book)
    if at >= day.begins(time(0), zone) + timedelta(days=1):
        raise Refused("day_over")
    if len(of_home) >= MOST_OF_A_HOME:
        raise Refused("asked_enough")
    if len(book.questions) >= MOST_QUESTIONS:
        raise Refused("questions_full")
    told = Message(
        id=f"open-day/{day.id}/{id}",
        template="open_day_question",
        to=f"{DESK}{day.community}",
        community=day.community,
        case="",
        at=at,
        facts={"day": day.id},
    )
    return Noted(replace(book, questions=(*book.questions, Question(id, visitor, at, words))), (told,))


def answer(book: OpenDayBook, id: str, words: str) -> Noted:
    """Answers a question, in public; answered again, the later answer stands. Raises Refused: "no_such_question"."""
    return _settled(book, id, "answered", words)


def decline(book: OpenDayBook, id: str, words: str) -> Noted:
    """Keeps a question from the public, with the reason that the asker reads. Raises Refused: "no_such_question"."""
    return _settled(book, id, "declined", words)


def without(book: OpenDayBook, visitor: Visitor) -> Noted:
    """The day without what a person booked and asked; what was answered in public stays, and nobody is behind it any more."""
    nobody = Visitor("", "")
    return Noted(
        replace(
            book,
            bookings=tuple(one for one in book.bookings if one.visitor != visitor),
            questions=tuple(
                replace(one, visitor=nobody) if one.visitor == visitor else one
                for one in book.questions
                if one.visitor != visitor or one.state == "answered"
            ),
        )
    )


def _settled(book: OpenDayBook, id: str, state: QuestionState, words: str) -> Noted:
    if all(one.id != id for one in book.questions):
        raise Refused("no_such_question")
    questions = tuple(
        replace(one, state=state, answer=words) if one.id == id else one for one in book.questions
    )
    return Noted(replace(book, questions=questions))


def _reminder(day: OpenDay, zone: str, booking: Booking, begins: datetime) -> tuple[Message, ...]:
    """A message on the day before at the hour of the slot; whoever books later than that remembers by themselves."""
    at = (datetime.combine(day.date - timedelta(days=1), begins.timetz())).astimezone(ZoneInfo("UTC"))
    if at <= booking.at:
        return ()
    return (
        Message(
            id=f"open-day/{day.id}/{booking.token}",
            template="open_day_reminder",
            to=f"{VISITOR}{day.id}/{booking.token}",
            community=day.community,
            case="",
            at=at,
            facts={"day": day.id, "due": written(begins)},
        ),
    )
