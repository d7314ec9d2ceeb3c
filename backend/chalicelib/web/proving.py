"""The second proof of those who decide, and the way from one community to another for those who work in several."""

from __future__ import annotations

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.domain import codes, totp
from chalicelib.domain.allowances import Exhausted
from chalicelib.domain.standards import Text
from chalicelib.storage.entering import Entered

from . import body, signing
from .access import EVERYBODY, cookie_name, open_to, token_in
from .answers import json_answer, see_other
from .doors import STAFF_PROOF
from .edge import ANY_TYPE, READ, WRITE
from .entrance import following, session_cookie
from .exchange import Exchange
from .my_entrance import only, refused
from .problems import Problem, not_found, sign_in
from .sign_in_pages import places_page, proof_page
from .staff_pages import START, first_page

proving = Blueprint(__name__)

WRONG = Text(
    "动态码不对，或者刚才已经用过。请等 App 换下一个再填；总是不对，请检查手机的时间是不是自动校准的。",
    "This code is wrong or was used just now. Wait for the next one; if none is right, set your telephone's clock to automatic.",
)


@proving.route(STAFF_PROOF, methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def ask(asked: Exchange) -> Response:
    """The page that asks for the app's code, or sets the app up; only halfway between the two proofs."""
    _, halfway = _halfway(asked)
    return proof_page(asked, halfway, *_to_set_up(halfway))


@proving.route(STAFF_PROOF, methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def prove(asked: Exchange) -> Response:
    """The app's code: on to the queue with a whole session."""
    fields = body.read_form(asked)
    asked.speak(fields)
    token, halfway = _halfway(asked)
    try:
        entered = _proven(asked, token, fields.get("code", ""))
    except (Problem, Exhausted) as error:
        return refused(
            asked, error, lambda problem: proof_page(asked, halfway, *_to_set_up(halfway), problem)
        )
    path = f"{following(entered)}?lang={asked.language}"
    return see_other(path, {"Set-Cookie": session_cookie(asked, entered.token)})


@proving.route("/v1/staff/proof", methods=WRITE, content_types=ANY_TYPE)
@open_to("anyone")
def post_proof(asked: Exchange) -> Response:
    """The JSON twin of the second proof."""
    code = only(asked, "code")["code"]
    token, _ = _halfway(asked)
    entered = _proven(asked, token, code)
    cookie = session_cookie(asked, entered.token)
    return json_answer({"entered": True, "proof": False}, 201, {"Set-Cookie": cookie})


@proving.route("/staff/communities", methods=READ, content_types=ANY_TYPE)
@open_to("staff", *EVERYBODY)
def choose(asked: Exchange, session: wiring.Session) -> Response:
    """The communities in which this person works."""
    places = wiring.accounts.of_phone(wiring.vault.phone_key(session.account.phone))
    return places_page(asked, session, [one.community for one in places])


@proving.route("/staff/communities", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff", *EVERYBODY)
def move(asked: Exchange, session: wiring.Session) -> Response:
    """On to another community, with a session there and none here any more."""
    fields = body.read_form(asked)
    asked.speak(fields)
    token = token_in(asked, cookie_name(asked)) or ""
    moved = wiring.entering.move(token, fields.get("community", ""), asked.at)
    if moved is None:
        raise not_found()
    there = wiring.sessions.find(moved, asked.at)
    path = first_page(there.actor.role.value) if there else START
    return see_other(f"{path}?lang={asked.language}", {"Set-Cookie": session_cookie(asked, moved)})


def _halfway(asked: Exchange) -> tuple[str, wiring.Session]:
    token = token_in(asked, cookie_name(asked))
    halfway = wiring.sessions.find_halfway(token, asked.at) if token else None
    if token is None or halfway is None:
        raise sign_in()
    return token, halfway


def _to_set_up(halfway: wiring.Session) -> tuple[str | None, str]:
    secret = wiring.entering.secret_to_show(halfway)
    return secret, totp.address_of(secret, halfway.actor.id) if secret else ""


def _proven(asked: Exchange, token: str, typed: str) -> Entered:
    code = codes.typed(typed)
    if code is None:
        raise signing.wrong_code(signing.NOT_A_CODE)
    entered = wiring.entering.prove(token, code, asked.at)
    if entered is None:
        raise signing.wrong_code(WRONG)
    return entered
