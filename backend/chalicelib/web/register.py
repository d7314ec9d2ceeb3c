"""The register of homes at the desk: a home found or put in, who lives there, somebody added, corrected or moved out, and what is
to be minded with its reason and last day; as pages and as JSON.

A home is named in an address by a token that nobody else can read: what stands in a browser's history says nothing of anybody.
Every look at a home and every search leaves an event before anything is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain.addresses import Unsound, tidy_room, tidy_unit
from chalicelib.domain.households import Home, Household, new_home
from chalicelib.domain.moments import written
from chalicelib.domain.refusals import Refused
from chalicelib.domain.standards import Text

from . import body, keys, limits
from .access import open_to
from .answers import json_answer, page, see_other
from .caller_view import home_label
from .edge import ANY_TYPE, READ, WRITE, problem_for
from .exchange import Exchange
from .forms import general_words
from .home_verbs import HOME_VERBS, Doing, FindHomes, NewHome
from .noted import homes_read
from .problems import Problem, invalid, not_found
from .register_view import HomeFound, home_view, homes_view
from .rendering import Filled, render
from .staff_pages import HOMES, other_language, reader_of
from .verbs import validated

register = Blueprint(__name__)

KEEPING = ("desk", "manager", "general_manager")
FOUND = 10
_TOKEN = re.compile(r"[A-Za-z0-9_-]{40,200}")


@register.route("/staff/homes", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *KEEPING)
def show_homes(asked: Exchange, session: wiring.Session) -> Response:
    """The page on which a home is found, or put into the register."""
    return _homes_page(asked, session)


@register.route("/staff/homes", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *KEEPING)
def post_homes(asked: Exchange, session: wiring.Session) -> Response:
    """Homes are looked for, or one is put into the register."""
    along, fields = keys.posted(asked, "step")
    try:
        if along.get("step") == "new":
            token = token_of(session.community, _new_home(session, fields).id)
            return see_other(f"{HOMES}/{token}{_language(asked)}")
        typed = validated(FindHomes, fields).typed
        return _homes_page(asked, session, Filled({"typed": typed}), _found(asked, session, typed))
    except Problem as problem:
        if problem.status != 422 or not asked.wants_html:
            raise
        errors = {name: text.in_language(asked.language) for name, text in problem.errors.items()}
        return _homes_page(asked, session, Filled(fields, errors), status=422)


@register.route("/v1/staff/homes", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *KEEPING)
def post_home_json(asked: Exchange, session: wiring.Session) -> Response:
    """The JSON twin: a home is put into the register; as it is where it is there already."""
    home = _new_home(session, body.read_json(asked))
    household = _read(asked, session, home.id)
    headers = {"Location": f"/api/v1/staff/homes/{token_of(session.community, home.id)}"}
    return json_answer(_resource(household), 201, headers)


@register.route("/v1/staff/homes/find", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *KEEPING)
def find_homes_json(asked: Exchange, session: wiring.Session) -> Response:
    """The JSON twin: the homes that may be meant. Posted: what is typed belongs into no address."""
    found = _found(asked, session, validated(FindHomes, body.read_json(asked)).typed)
    return json_answer(
        {"items": [{"home": one.token, "label": one.label, "people": one.people} for one in found]}
    )


@register.route("/staff/homes/{home}", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *KEEPING)
def show_home(asked: Exchange, session: wiring.Session, home: str) -> Response:
    """A home with everybody in it."""
    household = _read(asked, session, _id_of(session, home))
    done = body.query_value(asked, "done")
    saved = Text("已保存。", "Saved.")
    if done == "leave":
        saved = Text(
            "已办搬走，这个人的电话现在不能再登录这一户。",
            "Moved out: their telephone opens nothing here now.",
        )
    return _home_page(asked, session, home, household, notice=saved if done in HOME_VERBS else None)


@register.route("/v1/staff/homes/{home}", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *KEEPING)
def get_home(asked: Exchange, session: wiring.Session, home: str) -> Response:
    """The JSON twin."""
    return json_answer(_resource(_read(asked, session, _id_of(session, home))))


@register.route("/staff/homes/{home}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *KEEPING)
def post_home_verb(asked: Exchange, session: wiring.Session, home: str, verb: str) -> Response:
    """One change of a home as its page posts it."""
    id = _id_of(session, home)
    if verb not in HOME_VERBS:
        raise not_found()
    _, fields = keys.posted(asked)
    values: dict[str, Any] = dict(fields)
    if "consent" in values:
        values["consent"] = values["consent"] == "yes"
    try:
        _change(asked, session, id, verb, values)
    except (Problem, Refused) as error:
        problem = problem_for(asked, error)
        if problem.status not in (409, 422) or not asked.wants_html:
            raise problem from error
        errors = {name: text.in_language(asked.language) for name, text in problem.errors.items()}
        if not errors:
            errors[""] = problem.detail.in_language(asked.language)
        household = _read(asked, session, id)
        tried = (verb, Filled(fields, errors))
        return _home_page(asked, session, home, household, status=problem.status, tried=tried)
    return see_other(f"{HOMES}/{home}?done={verb}{asked.carried_language}")


@register.route("/v1/staff/homes/{home}/{verb}", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *KEEPING)
def post_home_verb_json(asked: Exchange, session: wiring.Session, home: str, verb: str) -> Response:
    """The JSON twin of a change: the home after it."""
    id = _id_of(session, home)
    if verb not in HOME_VERBS:
        raise not_found()
    _change(asked, session, id, verb, body.read_json(asked))
    return json_answer(_resource(_read(asked, session, id)))


def token_of(community: str, id: str) -> str:
    """How a home is named in an address of this community's staff."""
    return wiring.vault.seal(id, f"address of a home in {community}")


def _id_of(session: wiring.Session, token: str) -> str:
    """The id behind a token. Raises Problem (404) for any that was not made for this community."""
    if not _TOKEN.fullmatch(token):
        raise not_found()
    try:
        return wiring.vault.unseal(token, f"address of a home in {session.community}")
    except wiring.vault.Unreadable:
        raise not_found() from None


def _read(asked: Exchange, session: wiring.Session, id: str) -> Household:
    """The home; that it was read is noted first. Raises Problem (404)."""
    household = wiring.households.household(session.community, id)
    if household is None:
        raise not_found()
    homes_read(asked, session, [id])
    return household


def _found(asked: Exchange, session: wiring.Session, typed: str) -> list[HomeFound]:
    limits.take_search(asked, session)
    reader = reader_of(asked)
    community = reader.book.communities[session.community]
    called = {
        name: one.id for one in community.buildings.values() for name in (one.name.zh, one.name.en, one.id)
    }
    found = wiring.home_search.find(session.community, typed, FOUND, called)
    homes_read(asked, session, [one.home.id for one in found])
    return [
        HomeFound(
            token_of(session.community, one.home.id),
            home_label(community, one.home.building, one.home.said, reader),
            "、".join(member.name for member in one.members),
        )
        for one in found
    ]


def _new_home(session: wiring.Session, values: Mapping[str, Any]) -> Home:
    """The home that is in the register from now on. Raises Problem (422)."""
    given = {name: value for name, value in values.items() if value != ""}
    said = validated(NewHome, given)
    if said.building not in wiring.rulebook().communities[session.community].buildings:
        raise invalid({"building": general_words("unknown")})
    try:
        unit = tidy_unit(said.unit or "")
    except Unsound:
        raise invalid({"unit": general_words("invalid")}) from None
    try:
        room = tidy_room(said.room)
    except Unsound:
        raise invalid({"room": general_words("invalid")}) from None
    return wiring.households.save_home(new_home(session.community, said.building, unit, room)).home


def _change(asked: Exchange, session: wiring.Session, id: str, verb: str, values: Mapping[str, Any]) -> None:
    model, decide = HOME_VERBS[verb]
    said = validated(model, values)
    zone = ZoneInfo(wiring.rulebook().communities[session.community].zone)
    doing = Doing(session.community, asked.at, asked.at.astimezone(zone).date())
    try:
        wiring.households.change(session.community, id, lambda found: decide(found, said, doing))
    except LookupError:
        raise not_found() from None


def _resource(household: Household) -> dict[str, Any]:
    home = household.home
    return {
        "building": home.building,
        "unit": home.unit,
        "room": home.room,
        "members": [
            {
                "member": one.id,
                "name": one.name,
                "phone": one.phone,
                "relation": one.relation.value,
                "spoken": one.language,
                "channel": one.channel,
                "since": written(one.since),
                "consent_at": written(one.consent_at) if one.consent_at else None,
                "needs": [
                    {
                        "kind": need.kind,
                        "reason": need.reason,
                        "until": need.until.isoformat() if need.until else None,
                    }
                    for need in one.needs
                ],
            }
            for one in household.living
        ],
    }


def _homes_page(
    asked: Exchange,
    session: wiring.Session,
    filled: Filled | None = None,
    found: list[HomeFound] | None = None,
    status: int = 200,
) -> Response:
    reader = reader_of(asked)
    view = homes_view(filled or Filled(), found, session, reader)
    content = render("staff_homes.html", reader.language, view=view)
    return page(asked, view.title, content, status, other_language=other_language(reader, HOMES))


def _home_page(
    asked: Exchange,
    session: wiring.Session,
    token: str,
    household: Household,
    notice: Text | None = None,
    status: int = 200,
    tried: tuple[str, Filled] | None = None,
) -> Response:
    reader = reader_of(asked)
    view = home_view(token, household, session, reader, notice, tried)
    content = render("staff_home.html", reader.language, view=view)
    path = f"{HOMES}/{token}"
    return page(asked, view.title, content, status, other_language=other_language(reader, path))


def _language(asked: Exchange) -> str:
    return f"?lang={asked.asked_language}" if asked.asked_language else ""
