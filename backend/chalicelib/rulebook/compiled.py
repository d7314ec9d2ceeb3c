"""The rulebook as one JSON file that the backend reads at a cold start: standard library only, no checks, fast.

What stands in it was checked when it was compiled. This module writes it too, so that both directions are on one page.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from datetime import date, time
from enum import Enum
from pathlib import Path
from typing import Any

from chalicelib.domain.board import Board, DeskReason, PostCategory
from chalicelib.domain.calendar import ServiceCalendar, YearDays
from chalicelib.domain.call_back import CallBackRules
from chalicelib.domain.commitments import Commitment, Family
from chalicelib.domain.limits import Limit, Unit
from chalicelib.domain.open_days import OpenDay
from chalicelib.domain.services import Service
from chalicelib.domain.standards import (
    AnswerWords,
    Building,
    ClockRule,
    Community,
    Department,
    FieldWords,
    FormWords,
    IncidentKind,
    Ladder,
    Level,
    MessageWords,
    NoticeCategory,
    Person,
    Plan,
    Rulebook,
    Standard,
    Step,
    Text,
    Topic,
)

VERSION_LENGTH = 12


def version_of(rulebook: Rulebook) -> str:
    """The first 12 hex digits of the SHA-256 of the content: comments and the order of files do not count."""
    content = _content(rulebook)
    del content["version"]
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:VERSION_LENGTH]


def as_json(rulebook: Rulebook) -> str:
    """The rulebook as JSON text; equal rulebooks give equal text."""
    return json.dumps(_content(rulebook), ensure_ascii=False, separators=(",", ":")) + "\n"


def read_compiled(path: Path | str) -> Rulebook:
    """The rulebook of a compiled file.

    Raises FileNotFoundError when it was not compiled yet (`python -m chalicelib.rulebook compile`).
    """
    return _rulebook(json.loads(Path(path).read_text(encoding="utf-8")))


def _content(rulebook: Rulebook) -> dict[str, Any]:
    content: dict[str, Any] = {
        field.name: _plain(getattr(rulebook, field.name)) for field in dataclasses.fields(rulebook)
    }
    # The years are the same in every zone, and a person works in several communities: each is written once.
    content["years"] = _plain(list(rulebook.calendar.years.values()))
    for calendar in content["calendars"].values():
        del calendar["years"]
    for community in content["communities"].values():
        community["people"] = list(community["people"])
    # The order of the fields is the order of the questions, so it is content, which sorting the keys must not hide.
    for form in content["forms"].values():
        form["fields"] = list(form["fields"].values())
    content["board"]["fields"] = list(content["board"]["fields"].values())
    return content


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(_plain(one) for one in value)
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return value


def _rulebook(data: dict[str, Any]) -> Rulebook:
    years = {one["year"]: _year(one) for one in data["years"]}
    people = {key: _person(one) for key, one in data["people"].items()}
    return Rulebook(
        version=data["version"],
        zone=data["zone"],
        standards={key: _standard(one) for key, one in data["standards"].items()},
        ladders={key: _ladder(one) for key, one in data["ladders"].items()},
        departments={key: _department(one) for key, one in data["departments"].items()},
        people=people,
        communities={key: _community(one, people) for key, one in data["communities"].items()},
        calendars={key: _calendar(one, years) for key, one in data["calendars"].items()},
        forms={key: _form(one) for key, one in data["forms"].items()},
        messages={key: _message(one) for key, one in data["messages"].items()},
        answers={key: _answer(one) for key, one in data["answers"].items()},
        topics={key: _topic(one) for key, one in data["topics"].items()},
        incidents={key: _incident_kind(one) for key, one in data["incidents"].items()},
        notices={key: _notice_category(one) for key, one in data["notices"].items()},
        board=_board(data["board"]),
        families={key: _family(one) for key, one in data["families"].items()},
        services=tuple(map(_service, data["services"])),
        call_backs=CallBackRules(**data["call_backs"]),
        open_days=tuple(map(_open_day, data["open_days"])),
    )


def _text(data: dict[str, str]) -> Text:
    return Text(data["zh"], data["en"])


def _maybe_text(data: dict[str, str] | None) -> Text | None:
    return None if data is None else _text(data)


def _limit(data: dict[str, Any]) -> Limit:
    return Limit(Unit(data["unit"]), data["amount"])


def _standard(data: dict[str, Any]) -> Standard:
    return Standard(
        id=data["id"],
        kind=data["kind"],
        title=_text(data["title"]),
        explanation=_text(data["explanation"]),
        examples=_text(data["examples"]),
        counted=_text(data["counted"]),
        clocks=tuple(_clock_rule(one) for one in data["clocks"]),
        department=data["department"],
        severity=data["severity"],
        source=_text(data["source"]),
        stands=_maybe_text(data["stands"]),
        place=data["place"],
        choosable=data["choosable"],
        applies_with=tuple(data["applies_with"]),
        path=data["path"],
        tell_at_once=tuple(data["tell_at_once"]),
        plans=tuple(map(_plan, data["plans"])),
    )


def _plan(data: dict[str, Any]) -> Plan:
    return Plan(
        data["id"], _text(data["title"]), tuple(Step(one["id"], _text(one["title"])) for one in data["steps"])
    )


def _clock_rule(data: dict[str, Any]) -> ClockRule:
    return ClockRule(**{**data, "limit": _limit(data["limit"])})


def _ladder(data: dict[str, Any]) -> Ladder:
    levels = tuple(
        Level(one["name"], one["to"], one["share"], None if one["after"] is None else _limit(one["after"]))
        for one in data["levels"]
    )
    return Ladder(data["name"], _text(data["title"]), levels)


def _department(data: dict[str, Any]) -> Department:
    return Department(data["id"], _text(data["name"]), data["robot"])


def _person(data: dict[str, Any]) -> Person:
    return Person(**{**data, "strengths": _maybe_text(data["strengths"])})


def _community(data: dict[str, Any], people: dict[str, Person]) -> Community:
    read: dict[str, Any] = {
        "name": _text(data["name"]),
        "address": _text(data["address"]),
        "buildings": {key: _building(one) for key, one in data["buildings"].items()},
        "people": {key: people[key] for key in data["people"]},
    }
    return Community(**{**data, **read})


def _building(data: dict[str, Any]) -> Building:
    return Building(
        data["id"],
        _text(data["name"]),
        _text(data["homes"]),
        data["assistant"],
        tuple(data["technicians"]),
    )


def _year(data: dict[str, Any]) -> YearDays:
    return YearDays(
        year=data["year"],
        holidays=frozenset(map(date.fromisoformat, data["holidays"])),
        make_up_days=frozenset(map(date.fromisoformat, data["make_up_days"])),
        announced=data["announced"],
        source=data["source"],
    )


def _calendar(data: dict[str, Any], years: dict[int, YearDays]) -> ServiceCalendar:
    opens, closes = time.fromisoformat(data["opens"]), time.fromisoformat(data["closes"])
    return ServiceCalendar(data["zone"], opens, closes, years)


def _form(data: dict[str, Any]) -> FormWords:
    fields = {one["id"]: _field(one) for one in data["fields"]}
    return FormWords(data["kind"], _text(data["title"]), _text(data["intro"]), _text(data["submit"]), fields)


def _field(data: dict[str, Any]) -> FieldWords:
    errors = {cause: _text(words) for cause, words in data["errors"].items()}
    return FieldWords(data["id"], _text(data["label"]), _text(data["hint"]), errors)


def _message(data: dict[str, Any]) -> MessageWords:
    return MessageWords(data["id"], data["audience"], _text(data["subject"]), _text(data["text"]))


def _answer(data: dict[str, Any]) -> AnswerWords:
    kinds = tuple(data["kinds"])
    return AnswerWords(data["id"], data["verb"], kinds, _text(data["title"]), _text(data["text"]))


def _topic(data: dict[str, Any]) -> Topic:
    return Topic(data["id"], _text(data["title"]), data["page"], tuple(data["zh"]), tuple(data["en"]))


def _notice_category(data: dict[str, Any]) -> NoticeCategory:
    return NoticeCategory(**{**data, "name": _text(data["name"])})


def _board(data: dict[str, Any]) -> Board:
    categories = tuple(
        PostCategory(**{**one, **{name: _text(one[name]) for name in ("name", "hint", "unit")}})
        for one in data["categories"]
    )
    reasons = tuple(
        DeskReason(one["id"], tuple(one["verbs"]), _text(one["text"]), one["needs_words"])
        for one in data["reasons"]
    )
    fields = {one["id"]: _field(one) for one in data["fields"]}
    return Board(
        title=_text(data["title"]),
        intro=_text(data["intro"]),
        submit=_text(data["submit"]),
        fields=fields,
        categories=categories,
        reasons=reasons,
    )


def _family(data: dict[str, Any]) -> Family:
    return Family(
        data["id"], data["page"], _text(data["source"]), tuple(map(_commitment, data["commitments"]))
    )


def _commitment(data: dict[str, Any]) -> Commitment:
    read: dict[str, Any] = {name: _text(data[name]) for name in ("title", "explanation", "often", "source")}
    return Commitment(
        **{**data, **read, "kinds": tuple(data["kinds"]), "stands": _maybe_text(data["stands"])}
    )


def _service(data: dict[str, Any]) -> Service:
    read: dict[str, Any] = {name: _text(data[name]) for name in ("title", "price", "note")}
    return Service(**{**data, **read})


def _incident_kind(data: dict[str, Any]) -> IncidentKind:
    words = {name: _text(data[name]) for name in ("name", "announced", "working", "over", "mind")}
    return IncidentKind(**{**data, **words, "categories": tuple(data["categories"])})


def _open_day(data: dict[str, Any]) -> OpenDay:
    read: dict[str, Any] = {
        "date": date.fromisoformat(data["date"]),
        "place": _text(data["place"]),
        "slots": tuple(map(time.fromisoformat, data["slots"])),
    }
    return OpenDay(**{**data, **read})
