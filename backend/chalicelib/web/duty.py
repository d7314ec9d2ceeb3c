"""Who is there: away with a substitute, back again, and the rota of each building and department; as a page and as JSON."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from chalice import Blueprint, Response
from msgspec import Meta

from chalicelib import wiring
from chalicelib.actions.arrange import Arranged, arrange
from chalicelib.domain import rostering
from chalicelib.domain.change import By
from chalicelib.domain.duty import Standing
from chalicelib.domain.moments import to_milliseconds, written
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Community, Text

from . import body
from .access import open_to
from .answers import json_answer, page, see_other
from .duty_view import duty_view
from .edge import ANY_TYPE, READ, WRITE, problem_for
from .exchange import Exchange
from .fields import Choice, MaybeChoice, MaybeMoment, Moment
from .forms import general_words
from .keys import FIELD, posted
from .problems import Problem, invalid, not_found
from .rendering import Filled, render
from .reports import WORKING
from .said import Said
from .staff_pages import DUTY, other_language, reader_of
from .verbs import in_zone, validated, values_of_form

duty = Blueprint(__name__)

_DAYS = tuple(f"day{n}" for n in range(7))
_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


class AwayNoted(Said, kw_only=True):
    """Somebody is away, from now or from a moment on, until a moment or until they are back; a substitute takes what comes."""

    person: Choice
    since: MaybeMoment = None
    until: MaybeMoment = None
    substitute: MaybeChoice = None


class Back(Said, kw_only=True):
    """An absence is over or called off; it is named by its person and its beginning."""

    person: Choice
    since: Moment


class TurnPlanned(Said, kw_only=True):
    """A line of the rota: who is on duty where, on which weekdays (0 is Monday), from when to when."""

    place: Choice
    person: Choice
    days: Annotated[list[Annotated[int, Meta(ge=0, le=6)]], Meta(min_length=1, max_length=7)]
    starts: Annotated[str, Meta(pattern=_TIME)]
    ends: Annotated[str, Meta(pattern=_TIME)]


class TurnDropped(Said, kw_only=True):
    """A line of the rota is taken out."""

    turn: Annotated[str, Meta(pattern=r"^[0-9a-f]{16}$")]


Decide = Callable[[Any, ZoneInfo, Standing, Community, By], Arranged]


def _away(said: AwayNoted, zone: ZoneInfo, standing: Standing, community: Community, by: By) -> Arranged:
    since, until = (to_milliseconds(in_zone(m, zone)) if m else None for m in (said.since, said.until))
    away, replaced = rostering.note_away(standing, community, by, said.person, since, until, said.substitute)
    return Arranged((away,), replaced)


def _back(said: Back, zone: ZoneInfo, standing: Standing, community: Community, by: By) -> Arranged:
    since = to_milliseconds(in_zone(said.since, zone))
    return Arranged(delete=(rostering.end_absence(standing, community, by, said.person, since),))


def _turn(said: TurnPlanned, zone: ZoneInfo, standing: Standing, community: Community, by: By) -> Arranged:
    if said.place not in rostering.places_of(community):
        raise invalid({"place": general_words("unknown")})
    starts, ends = time.fromisoformat(said.starts), time.fromisoformat(said.ends)
    days, id = frozenset(said.days), secrets.token_hex(8)
    same = [
        one for one in standing.turns if (one.place, one.person, one.days) == (said.place, said.person, days)
    ]
    if any((one.starts, one.ends) == (starts, ends) for one in same):
        return Arranged()  # sent twice
    turn = rostering.plan_turn(standing, community, by, id, said.place, said.person, days, starts, ends)
    return Arranged((turn,))


def _drop(said: TurnDropped, zone: ZoneInfo, standing: Standing, community: Community, by: By) -> Arranged:
    return Arranged(delete=(rostering.drop_turn(standing, community, by, said.turn),))


DUTY_VERBS: Mapping[str, tuple[type[Said], Decide]] = {
    "away": (AwayNoted, _away),
    "back": (Back, _back),
    "turn": (TurnPlanned, _turn),
    "drop": (TurnDropped, _drop),
}


@duty.route("/staff/duty", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *WORKING)
def show_duty(asked: Exchange, session: wiring.Session) -> Response:
    """Who is there, who stands in for whom, and the rota."""
    done = body.query_value(asked, "done")
    saved = Text("已保存，从现在起按这个分派。", "Saved: from now on matters go that way.")
    return _page(asked, session, notice=saved if done in DUTY_VERBS else None)


@duty.route("/v1/staff/duty", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *WORKING)
def get_duty(asked: Exchange, session: wiring.Session) -> Response:
    """The JSON twin."""
    return json_answer(_resource(wiring.duty.standing(session.community)))


@duty.route("/staff/duty/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *WORKING)
def post_duty(asked: Exchange, session: wiring.Session, verb: str) -> Response:
    """One arrangement as the page posts it."""
    if verb not in DUTY_VERBS:
        raise not_found()
    _, fields = posted(asked, FIELD)
    try:
        _carry_out(asked, session, verb, _values(fields))
    except (Problem, Refused) as error:
        problem = problem_for(asked, error)
        if not asked.wants_html:
            raise problem from error
        errors = {name: text.in_language(asked.language) for name, text in problem.errors.items()}
        errors.setdefault("", "" if errors else problem.detail.in_language(asked.language))
        return _page(asked, session, problem.status, tried=(verb, Filled(fields, errors)))
    return see_other(f"{DUTY}?done={verb}{asked.carried_language}")


@duty.route("/v1/staff/duty/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *WORKING)
def post_duty_json(asked: Exchange, session: wiring.Session, verb: str) -> Response:
    """The JSON twin of an arrangement: how things stand after it."""
    if verb not in DUTY_VERBS:
        raise not_found()
    _carry_out(asked, session, verb, body.read_json(asked))
    return json_answer(_resource(wiring.duty.standing(session.community)))


def _carry_out(asked: Exchange, session: wiring.Session, verb: str, values: Mapping[str, Any]) -> None:
    model, decide = DUTY_VERBS[verb]
    said = validated(model, values)
    book = wiring.rulebook()
    zone = ZoneInfo(book.communities[session.community].zone)
    by = By(session.actor, asked.at, "")
    arrange(
        wiring.duty,
        book,
        by,
        session.community,
        lambda standing, community, by: decide(said, zone, standing, community, by),
    )


def _values(fields: Mapping[str, str]) -> dict[str, Any]:
    """The form's values; the ticked weekdays as one list, a time as browsers with seconds send it cut to minutes."""
    values = values_of_form({name: text for name, text in fields.items() if name not in _DAYS})
    if any(name in fields for name in _DAYS) or "starts" in fields:
        values["days"] = [at for at, name in enumerate(_DAYS) if fields.get(name)]
    for name in ("starts", "ends"):
        if isinstance(given := values.get(name), str) and re.fullmatch(r"\d\d:\d\d:\d\d", given):
            values[name] = given[:5]
    return values


def _page(
    asked: Exchange,
    session: wiring.Session,
    status: int = 200,
    notice: Text | None = None,
    tried: tuple[str, Filled] | None = None,
) -> Response:
    reader = reader_of(asked)
    view = duty_view(wiring.duty.standing(session.community), session, reader, notice, tried)
    content = render("staff_duty.html", reader.language, view=view)
    return page(asked, view.title, content, status, other_language=other_language(reader, DUTY))


def _resource(standing: Standing) -> dict[str, Any]:
    def moment(at: datetime | None) -> str | None:
        return written(at) if at else None

    return {
        "away": [
            {
                "person": one.person,
                "since": written(one.since),
                "until": moment(one.until),
                "substitute": one.substitute,
            }
            for one in standing.away
        ],
        "rota": [
            {
                "turn": one.id,
                "place": one.place,
                "person": one.person,
                "days": sorted(one.days),
                "starts": f"{one.starts:%H:%M}",
                "ends": f"{one.ends:%H:%M}",
            }
            for one in standing.turns
        ],
    }
