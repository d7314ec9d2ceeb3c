"""The verbs on a case as requests: what each one asks for, and how it is carried out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Meta

from chalicelib.actions.agree_visit import agree_visit
from chalicelib.actions.appoint import appoint
from chalicelib.actions.arrive import arrive
from chalicelib.actions.ask_extension import ask_extension
from chalicelib.actions.assign import assign
from chalicelib.actions.call_back import call_back
from chalicelib.actions.confirm import confirm
from chalicelib.actions.decide_extension import decide_extension
from chalicelib.actions.join import join
from chalicelib.actions.note import note
from chalicelib.actions.pass_upward import pass_upward
from chalicelib.actions.pause import pause
from chalicelib.actions.propose import propose
from chalicelib.actions.rate import rate
from chalicelib.actions.reopen import reopen
from chalicelib.actions.reply import reply
from chalicelib.actions.request import Done, Request
from chalicelib.actions.resolve import resolve
from chalicelib.actions.resume import resume
from chalicelib.actions.tick import tick
from chalicelib.actions.urge import urge
from chalicelib.actions.withdraw import withdraw
from chalicelib.actions.write import write
from chalicelib.domain.call_back import Answer
from chalicelib.domain.resting import Wait
from chalicelib.domain.telephones import folded

from .fields import Choice, MaybeWords, Moment, Number, Words
from .forms import general_words
from .problems import invalid
from .said import Said, read

Model = TypeVar("Model", bound=Said)
Score = Annotated[int, Meta(ge=1, le=5)]


class Plain(Said, kw_only=True):
    """A verb that needs no word. `seen` is the version on the asker's screen: if the case moved on since, nothing changes."""

    seen: Annotated[int, Meta(ge=1, le=10_000)] | None = None


class WithWords(Plain, kw_only=True):
    """A verb with words to go with it."""

    words: Words


class WithMaybeWords(Plain, kw_only=True):
    """A verb with words to go with it, or none."""

    words: MaybeWords = None


class Assign(WithMaybeWords, kw_only=True):
    """Hand a case to a colleague, by the id of a person of the community."""

    person: Choice


class Tick(WithMaybeWords, kw_only=True):
    """Tick a step of the plan of a breach or an emergency; the words say how, or why it does not apply."""

    step: Choice


class Pause(WithMaybeWords, kw_only=True):
    """Hold the clocks because of something outside."""

    reason: Wait


class Appoint(Plain, kw_only=True):
    """Note the moment agreed with the resident; without a zone it is the community's time."""

    moment: Moment


class AskExtension(WithWords, kw_only=True):
    """Ask the manager for a later due moment of one clock."""

    clock: Literal["reply", "arrive", "resolve"]
    until: Moment


class DecideExtension(WithWords, kw_only=True):
    """Grant an extension or refuse it."""

    approved: bool


class CallBack(WithMaybeWords, kw_only=True):
    """Note a call to a resident and what it came to; the words are what the resident said."""

    answer: Answer


class Join(Plain, kw_only=True):
    """Join a case to another one."""

    other: Number


class Rate(WithMaybeWords, kw_only=True):
    """Three scores from 1 to 5."""

    speed: Score
    manner: Score
    quality: Score


Carry = Callable[[Request, str, Any, ZoneInfo], Done]

RESIDENT_VERBS: Mapping[str, tuple[type[Plain], Carry]] = {
    "urge": (Plain, lambda request, number, said, zone: urge(request, number)),
    "write": (WithWords, lambda request, number, said, zone: write(request, number, said.words)),
    "withdraw": (WithMaybeWords, lambda request, number, said, zone: withdraw(request, number, said.words)),
    "confirm": (Plain, lambda request, number, said, zone: confirm(request, number)),
    "reopen": (WithWords, lambda request, number, said, zone: reopen(request, number, said.words)),
    "rate": (
        Rate,
        lambda request, number, said, zone: rate(
            request, number, (said.speed, said.manner, said.quality), said.words
        ),
    ),
}

STAFF_VERBS: Mapping[str, tuple[type[Plain], Carry]] = {
    "assign": (
        Assign,
        lambda request, number, said, zone: assign(request, number, said.person, said.words),
    ),
    "reply": (WithWords, lambda request, number, said, zone: reply(request, number, said.words)),
    "arrive": (Plain, lambda request, number, said, zone: arrive(request, number)),
    "resolve": (WithWords, lambda request, number, said, zone: resolve(request, number, said.words)),
    "pause": (Pause, lambda request, number, said, zone: pause(request, number, said.reason, said.words)),
    "resume": (Plain, lambda request, number, said, zone: resume(request, number)),
    "appoint": (
        Appoint,
        lambda request, number, said, zone: appoint(request, number, in_zone(said.moment, zone)),
    ),
    "agree_visit": (Plain, lambda request, number, said, zone: agree_visit(request, number)),
    "ask_extension": (
        AskExtension,
        lambda request, number, said, zone: ask_extension(
            request, number, said.clock, in_zone(said.until, zone), said.words
        ),
    ),
    "decide_extension": (
        DecideExtension,
        lambda request, number, said, zone: decide_extension(request, number, said.approved, said.words),
    ),
    "pass_upward": (WithWords, lambda request, number, said, zone: pass_upward(request, number, said.words)),
    "join": (Join, lambda request, number, said, zone: join(request, number, said.other)),
    "propose": (WithWords, lambda request, number, said, zone: propose(request, number, said.words)),
    "tick": (Tick, lambda request, number, said, zone: tick(request, number, said.step, said.words)),
    "call_back": (
        CallBack,
        lambda request, number, said, zone: call_back(request, number, said.answer, said.words),
    ),
    "note": (WithWords, lambda request, number, said, zone: note(request, number, said.words)),
}

_NUMBERS = ("seen", "speed", "manner", "quality")
_DECISIONS = {"yes": True, "no": False}


def in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment; one written without a zone is meant in `zone`."""
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def values_of_form(fields: Mapping[str, str]) -> dict[str, Any]:
    """The values that a browser posted as the JSON that a program would have sent; what was left empty is absent."""
    values: dict[str, Any] = {}
    for name, text in fields.items():
        if text == "":
            continue
        if name in _NUMBERS and re.fullmatch(r"\d{1,6}", folded(text).strip()):
            values[name] = int(folded(text))
        elif name == "approved":
            values[name] = _DECISIONS.get(text, text)
        else:
            values[name] = text
    return values


def validated(model: type[Model], values: Mapping[str, Any]) -> Model:
    """The model that `values` make. Raises Problem (422) with a sentence for each field."""
    said, causes = read(model, values)
    if said is None:
        raise invalid({name: general_words(cause) for name, cause in causes.items()})
    return said
