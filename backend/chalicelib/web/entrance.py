"""How staff come in and leave: a telephone and a code by SMS, or an entry code; leaving ends the session at once."""

from __future__ import annotations

import re

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain import codes
from chalicelib.domain.allowances import Exhausted
from chalicelib.storage.entering import Entered

from . import body, limits, signing
from .access import cookie_name, open_to, token_in
from .answers import json_answer, see_other
from .doors import STAFF_CODE, STAFF_SESSION
from .edge import ANY_TYPE, READ, WRITE
from .exchange import Exchange
from .my_entrance import code_asked, only, page_at, refused, send_code
from .problems import Problem, bad_request, sign_in
from .sign_in_pages import DOORS, PLACES, PROOF, code_page
from .staff_pages import START, first_page

entrance = Blueprint(__name__)

DOOR = DOORS["staff"]
# The browser forgets what staff did without a signal and the phone still keeps (site/scripts/outbox.js), whichever page was left.
_FORGET = {"Clear-Site-Data": '"storage"'}
_CODE = re.compile(r"[A-Za-z0-9_-]{16,100}")


@entrance.route(STAFF_CODE, methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def ask_code(asked: Exchange) -> Response:
    """A telephone wants a code: on to the page that asks for it, whether a member of staff has that number or not."""
    return code_asked(asked, DOOR)


@entrance.route(STAFF_SESSION, methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def ask(asked: Exchange) -> Response:
    """The page that asks for the code, or for the telephone where none is waiting."""
    return page_at(asked, DOOR)


@entrance.route(STAFF_SESSION, methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def enter(asked: Exchange) -> Response:
    """A code: on to the queue, or to the second proof. An entry code of the site's staff page is spent for a session."""
    fields = body.read_form(asked)
    asked.speak(fields)
    typed = fields.get("code", "")
    waiting = signing.waiting(asked, DOOR.id)
    if waiting is None or _CODE.fullmatch(typed.strip()):
        token = _exchanged(asked, typed)
        session = wiring.sessions.find(token, asked.at)
        return _to(
            asked, first_page(session.actor.role.value) if session else START, [session_cookie(asked, token)]
        )
    try:
        entered = _begin(asked, waiting.phone, typed)
    except (Problem, Exhausted) as error:
        return refused(asked, error, lambda problem: code_page(asked, DOOR, waiting, problem))
    cookies = [session_cookie(asked, entered.token), signing.no_longer_waiting(asked, DOOR.id)]
    return _to(asked, following(entered), cookies)


@entrance.route("/staff/session/end", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def leave(asked: Exchange) -> Response:
    """Signing out: the session is gone at once; without one there is nothing to end."""
    _end(asked)
    home = "/" if asked.language == "zh" else "/en/"
    return see_other(home, {"Set-Cookie": session_cookie(asked, ""), **_FORGET})


@entrance.route("/v1/staff/code", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def post_code(asked: Exchange) -> Response:
    """The JSON twin of asking for a code."""
    send_code(asked, DOOR.id, only(asked, "phone")["phone"])
    return json_answer({"sent": True}, 202)


@entrance.route("/v1/staff/session", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def post_session(asked: Exchange) -> Response:
    """The JSON twin of entering: with a telephone and its code, or with an entry code alone."""
    values = body.read_json(asked)
    code, phone = values.get("code"), values.get("phone")
    if set(values) == {"code"} and isinstance(code, str):
        cookie = session_cookie(asked, _exchanged(asked, code))
        return json_answer({"entered": True, "proof": False}, 201, {"Set-Cookie": cookie})
    if set(values) != {"code", "phone"} or not isinstance(code, str) or not isinstance(phone, str):
        raise bad_request("malformed", signing.MALFORMED)
    entered = _begin(asked, signing.phone_of(phone), code)
    said = {"entered": entered.whole, "proof": not entered.whole}
    return json_answer(said, 201, {"Set-Cookie": session_cookie(asked, entered.token)})


@entrance.route("/v1/staff/session/end", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def post_session_end(asked: Exchange) -> Response:
    """The JSON twin of leaving."""
    _end(asked)
    return json_answer({"entered": False, "proof": False}, 200, {"Set-Cookie": session_cookie(asked, "")})


def following(entered: Entered) -> str:
    """Where to go on to: the second proof, the choice of a place, or the first page of the role."""
    if not entered.whole:
        return PROOF
    return PLACES if len(entered.places) > 1 else first_page(entered.places[0].role.value)


def session_cookie(asked: Exchange, token: str) -> str:
    """The cookie of a staff session; "" takes it away."""
    kept = int(wiring.sessions.KEPT.total_seconds()) if token else 0
    return signing.cookie(asked, cookie_name(asked), token, kept)


def _begin(asked: Exchange, phone: str, typed: str) -> Entered:
    code = codes.typed(typed)
    if code is None:
        raise signing.wrong_code(signing.NOT_A_CODE)
    limits.take_try(asked)
    entered = wiring.entering.enter_staff(wiring.vault.phone_key(phone), code, asked.at)
    if entered is None:
        raise signing.wrong_code()
    return entered


def _exchanged(asked: Exchange, code: str) -> str:
    code = code.strip()
    token = wiring.sessions.exchange(code, asked.at) if _CODE.fullmatch(code) else None
    if token is None:
        raise sign_in()
    return token


def _end(asked: Exchange) -> None:
    token = token_in(asked, cookie_name(asked))
    if token:
        wiring.sessions.end(token)


def _to(asked: Exchange, path: str, cookies: list[str]) -> Response:
    return see_other(f"{path}?lang={asked.language}", {"Set-Cookie": cookies})
