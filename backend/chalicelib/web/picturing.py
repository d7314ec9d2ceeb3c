"""Adding a photo to a case: ask for a way to send it, send it to the store, say that it is there."""

from __future__ import annotations

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.add_photo import add_photo
from chalicelib.actions.request import NotFound
from chalicelib.domain.keeping import RequestKey
from chalicelib.domain.refusals import Refused
from chalicelib.domain.residents import MOST_PHOTOS
from chalicelib.domain.rules import allow

from . import body, photos
from .access import open_to
from .answers import json_answer
from .buttons import tracking_path
from .edge import ANY_TYPE, WRITE
from .exchange import Exchange
from .forms import digest_of
from .tracking import get_case_now
from .verbs import validated

picturing = Blueprint(__name__)


@picturing.route("/v1/track/{link}/photos", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident link")
def post_photo(asked: Exchange, number: str) -> Response:
    """A way to send one photo, good for five minutes."""
    photos.bucket()
    announced = validated(photos.PhotoAnnounced, body.read_json(asked))
    file = wiring.cases.load(number)
    if file is None:
        raise NotFound(number)
    allow("add_photo", file.case, wiring.RESIDENT)
    if file.case.photos >= MOST_PHOTOS:
        raise Refused("too_many_photos", {"most": MOST_PHOTOS})
    upload = photos.upload_for(number, announced.size)
    link = tracking_path(number).rpartition("/")[2]
    done = f"/api/v1/track/{link}/photos/{upload.id}/done"
    return json_answer({"id": upload.id, "url": upload.url, "fields": upload.fields, "done": done}, 201)


@picturing.route("/v1/track/{link}/photos/{id}/done", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident link")
def post_photo_done(asked: Exchange, number: str, id: str) -> Response:
    """The photo is in the store: it is looked at and noted in the case. Said twice it counts once."""
    key, size = photos.arrived(number, id)
    request_key = RequestKey(f"photo|{number}", id, digest_of({"photo": id}), asked.at)
    add_photo(wiring.request_of_resident(asked.at, request_key), number, key, size)
    return get_case_now(asked, number)
