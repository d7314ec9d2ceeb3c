"""Adding a photo to a case: ask for a way to send it, send it to the store, say that it is there. For residents and for staff."""

from __future__ import annotations

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.add_photo import add_photo
from chalicelib.actions.request import Request, open_file
from chalicelib.domain.keeping import RequestKey
from chalicelib.domain.photos import Stage, check_room
from chalicelib.domain.picture import NoPicture

from . import body, photos, resources
from .access import open_to
from .answers import json_answer
from .buttons import tracking_path
from .desk import refuse_other_account
from .edge import ANY_TYPE, WRITE
from .exchange import Exchange
from .fields import CASE_NUMBER
from .forms import digest_of
from .noted import case_read
from .problems import not_found
from .story import Reader
from .tracking import get_case_now
from .verbs import validated

picturing = Blueprint(__name__)


@picturing.route("/v1/track/{link}/photos", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident link")
def post_photo(asked: Exchange, number: str) -> Response:
    """A way to send one photo, good for five minutes."""
    link = tracking_path(number).rpartition("/")[2]
    return _way(asked, wiring.request_of_resident(asked.at), number, f"/api/v1/track/{link}", None)


@picturing.route("/v1/track/{link}/photos/{id}/done", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident link")
def post_photo_done(asked: Exchange, number: str, id: str) -> Response:
    """The photo is in the store: it is drawn anew and noted in the case. Said twice it counts once."""
    key = RequestKey(f"photo|{number}", id, digest_of({"photo": id}), asked.at)
    _take(wiring.request_of_resident(asked.at, key), number, id, None)
    return get_case_now(asked, number)


@picturing.route("/v1/staff/cases/{number}/photos", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff")
def post_work_photo(asked: Exchange, session: wiring.Session, number: str) -> Response:
    """A way to send one photo of the work, good for five minutes."""
    request = wiring.request_of_staff(session.actor, session.community, asked.at)
    return _way(asked, request, _known(number), f"/api/v1/staff/cases/{number}", "after")


@picturing.route("/v1/staff/cases/{number}/photos/{id}/done", methods=WRITE, content_types=ANY_TYPE)
@open_to("staff")
def post_work_photo_done(asked: Exchange, session: wiring.Session, number: str, id: str) -> Response:
    """The photo of the work is in the store, and shows how the place was found or how it was left. Said twice it counts once."""
    said = validated(photos.PhotoOfWork, body.read_json(asked))
    refuse_other_account(session, said.account)
    key = RequestKey(f"photo|{_known(number)}", id, digest_of({"photo": id}), asked.at)
    request = wiring.request_of_staff(session.actor, session.community, asked.at, key)
    _take(request, number, id, said.stage)
    reader = Reader(asked.language, True, asked.at, wiring.rulebook())
    file = case_read(asked, session, open_file(request, number))
    return json_answer(resources.case_resource(file, reader, session.actor))


def _way(asked: Exchange, request: Request, number: str, case: str, stage: Stage | None) -> Response:
    """A way to send a photo, if the case takes another one. Raises Problem, NotFound and Refused."""
    photos.needs_store()
    photos.announced(body.read_json(asked))
    check_room(open_file(request, number).case, request.by, stage)
    upload = wiring.photos.upload_for(number)
    done = f"{case}/photos/{upload.id}/done"
    return json_answer({"id": upload.id, "url": upload.url, "fields": upload.fields, "done": done}, 201)


def _take(request: Request, number: str, upload: str, stage: Stage | None) -> None:
    """Raises Problem (422) for what is no picture, and what add_photo raises."""
    photos.needs_store()
    try:
        add_photo(request, number, upload, wiring.photos, stage)
    except NoPicture:
        raise photos.no_picture() from None


def _known(number: str) -> str:
    if not CASE_NUMBER.fullmatch(number):
        raise not_found()
    return number
