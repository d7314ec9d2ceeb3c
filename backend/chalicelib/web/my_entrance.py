"""How residents come in and leave: a telephone, a code by SMS, a session of thirty days; leaving ends it at once."""

from __future__ import annotations

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain import codes
from chalicelib.domain.allowances import Exhausted

from . import body, limits, signing
from .access import open_to, resident_cookie_name, token_in
from .answers import json_answer, see_other
from .edge import ANY_TYPE, READ, WRITE, problem_for
from .exchange import Exchange
from .problems import Problem, bad_request
from .sign_in_pages import DOORS, Door, ask_page, code_page

my_entrance = Blueprint(__name__)

DOOR = DOORS["resident"]
HOME = "/api/my"


@my_entrance.route("/my/code", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def ask_code(asked: Exchange) -> Response:
    """A telephone wants a code: on to the page that asks for it, whether anybody has that number or not."""
    return code_asked(asked, DOOR)


@my_entrance.route("/my/session", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def ask(asked: Exchange) -> Response:
    """The page that asks for the code, or for the telephone where none is waiting."""
    return page_at(asked, DOOR)


@my_entrance.route("/my/session", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def enter(asked: Exchange) -> Response:
    """The code: on to one's own page, with a session."""
    fields = body.read_form(asked)
    asked.speak(fields)
    waiting = signing.waiting(asked, DOOR.id)
    if waiting is None:
        return refused(
            asked, signing.too_late(), lambda problem: ask_page(asked, DOOR, fields.get("phone", ""), problem)
        )
    try:
        token = _begin(asked, waiting.phone, fields.get("code", ""))
    except (Problem, Exhausted) as error:
        return refused(asked, error, lambda problem: code_page(asked, DOOR, waiting, problem))
    cookies = [session_cookie(asked, token), signing.no_longer_waiting(asked, DOOR.id)]
    return see_other(f"{HOME}?lang={asked.language}", {"Set-Cookie": cookies})


@my_entrance.route("/my/session/end", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def leave(asked: Exchange) -> Response:
    """Signing out: the session is gone at once; without one there is nothing to end."""
    if asked.media_type == body.FORM:
        asked.speak(body.read_form(asked))
    _end(asked)
    home = "/" if asked.language == "zh" else "/en/"
    return see_other(home, {"Set-Cookie": session_cookie(asked, "")})


@my_entrance.route("/v1/my/code", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def post_code(asked: Exchange) -> Response:
    """The JSON twin of asking for a code."""
    send_code(asked, DOOR.id, only(asked, "phone")["phone"])
    return json_answer({"sent": True}, 202)


@my_entrance.route("/v1/my/session", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def post_session(asked: Exchange) -> Response:
    """The JSON twin of entering."""
    values = only(asked, "phone", "code")
    token = _begin(asked, signing.phone_of(values["phone"]), values["code"])
    return json_answer({"entered": True}, 201, {"Set-Cookie": session_cookie(asked, token)})


@my_entrance.route("/v1/my/session/end", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def post_session_end(asked: Exchange) -> Response:
    """The JSON twin of leaving."""
    _end(asked)
    return json_answer({"entered": False}, 200, {"Set-Cookie": session_cookie(asked, "")})


def code_asked(asked: Exchange, door: Door) -> Response:
    """What the form of a door's first page is answered: on to the page that asks for the code, or the form with what is wrong."""
    fields = body.read_form(asked)
    asked.speak(fields)
    try:
        phone = send_code(asked, door.id, fields.get("phone", ""))
    except (Problem, Exhausted) as error:
        return refused(asked, error, lambda problem: ask_page(asked, door, fields.get("phone", ""), problem))
    return see_other(
        f"{door.enter}?lang={asked.language}", {"Set-Cookie": signing.waiting_cookie(asked, door.id, phone)}
    )


def page_at(asked: Exchange, door: Door) -> Response:
    """The page that asks for the code, or for the telephone where none is waiting."""
    waiting = signing.waiting(asked, door.id)
    return code_page(asked, door, waiting) if waiting else ask_page(asked, door)


def send_code(asked: Exchange, door: str, typed: str) -> str:
    """Sends a code to a telephone if somebody has it, and gives its digits. Raises Problem (422) or Exhausted."""
    phone = signing.phone_of(typed)
    key = wiring.vault.phone_key(phone)
    wiring.codes.issue(door, key, asked.language, asked.at, limits.of_code(asked, door, key))
    wiring.hurry()
    return phone


def refused(asked: Exchange, error: Exception, page: signing.PageOf) -> Response:
    """The page again with what has to be changed, for a browser; the problem itself for whoever wants no page."""
    problem = problem_for(asked, error)
    if problem.status not in (422, 429) or not asked.wants_html:
        raise problem from error
    return page(problem)


def only(asked: Exchange, *names: str) -> dict[str, str]:
    """The texts of these names in a JSON body, and no others but `language`. Raises Problem (400)."""
    values = body.read_json(asked)
    if set(values) - {"language"} != set(names) or not all(isinstance(one, str) for one in values.values()):
        raise bad_request("malformed", signing.MALFORMED)
    asked.speak(values)
    return {name: values[name] for name in names}


def session_cookie(asked: Exchange, token: str) -> str:
    """The cookie of a resident's session; "" takes it away."""
    kept = int(wiring.sessions.KEPT_RESIDENT.total_seconds()) if token else 0
    return signing.cookie(asked, resident_cookie_name(asked), token, kept)


def _begin(asked: Exchange, phone: str, typed: str) -> str:
    code = codes.typed(typed)
    if code is None:
        raise signing.wrong_code(signing.NOT_A_CODE)
    limits.take_try(asked)
    key = wiring.vault.phone_key(phone)
    token = wiring.entering.enter_resident(key, code, asked.language, asked.at)
    if token is None:
        raise signing.wrong_code()
    return token


def _end(asked: Exchange) -> None:
    token = token_in(asked, resident_cookie_name(asked))
    if token:
        wiring.sessions.end(token)
