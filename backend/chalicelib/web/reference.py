"""What anyone may know: the published promises, and whether the portal is up."""

from __future__ import annotations

from chalice import Blueprint, Response

from chalicelib import wiring

from . import openapi, resources
from .access import open_to
from .answers import json_answer
from .edge import ANY_TYPE, READ
from .exchange import Exchange
from .filing import standard_of

reference = Blueprint(__name__)


@reference.route("/v1/standards", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def get_standards(asked: Exchange) -> Response:
    """Every promise that runs a clock, with the version of the rulebook."""
    book = wiring.rulebook()
    items = [resources.standard_resource(one, book) for one in book.standards.values()]
    return json_answer({"version": book.version, "items": items, "next_cursor": None})


@reference.route("/v1/standards/{id}", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def get_standard(asked: Exchange, id: str) -> Response:
    """One promise."""
    book = wiring.rulebook()
    return json_answer(resources.standard_resource(standard_of(id), book))


@reference.route("/v1/openapi.json", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def get_openapi(asked: Exchange) -> Response:
    """The description of this interface."""
    return json_answer(openapi.document())


@reference.route("/v1/health", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def get_health(asked: Exchange) -> Response:
    """That the portal answers, and by which rulebook. It asks no database: a probe must not cost what it watches."""
    return json_answer({"status": "up", "rulebook": wiring.rulebook().version})
