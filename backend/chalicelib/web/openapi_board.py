"""What the description of the JSON API says about the info board: for anybody, for authors, for the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from chalicelib.domain.board import Board, DeskList
from chalicelib.domain.photos import MOST_PHOTOS
from chalicelib.domain.post import ID, State, Verdict

from .desk_board import DESK_POST_VERBS
from .my_posts import VERBS
from .openapi_words import COUNT, CURSOR, DAY, MAYBE_TEXT, MOMENT, TEXT, closed
from .post_forms import PostEdit, PostFiling
from .said import Said, needs_something

Operation = Callable[..., dict[str, Any]]
Json = Callable[..., dict[str, Any]]

_MODELS: tuple[type[Said], ...] = (
    PostFiling,
    PostEdit,
    *VERBS.values(),
    *(one for one, _ in DESK_POST_VERBS.values()),
)
BOARD_MODELS: Mapping[str, type[Said]] = {model.__name__: model for model in _MODELS}

_PRICE: Mapping[str, Any] = {
    "type": ["string", "null"],
    "description": "In yuan, exact; null is to be agreed.",
    "pattern": r"^\d+\.\d\d$",
}
_STATE: Mapping[str, Any] = {"enum": list(get_args(State))}
_HOME = {"name": "home", "in": "query", "schema": {"type": "string", "pattern": r"^\d{1,3}$"}}
_POST = {
    "name": "post",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": f"^{ID.pattern}$"},
}


def _pages(model: Mapping[str, Any]) -> dict[str, Any]:
    return closed({"items": {"type": "array", "items": model}, "next_cursor": MAYBE_TEXT})


_CONTENT: Mapping[str, Any] = {
    "category": TEXT,
    "title": TEXT,
    "text": TEXT,
    "price": _PRICE,
    "until": DAY,
    "photos": {"type": "array", "items": TEXT, "maxItems": MOST_PHOTOS},
    "contact": MAYBE_TEXT,
}
_LINE: Mapping[str, Any] = {
    **dict.fromkeys(("id", "category", "title", "excerpt"), TEXT),
    "price": _PRICE,
    "until": DAY,
    "moment": MOMENT,
    "state": _STATE,
}
_MAYBE_CONTENT: Mapping[str, Any] = {"anyOf": [closed(_CONTENT), {"type": "null"}]}
_OWN: Mapping[str, Any] = {
    "id": TEXT,
    "community": TEXT,
    "state": _STATE,
    "verdict": {"enum": [*get_args(Verdict), None]},
    "reason": MAYBE_TEXT,
    "filed": MOMENT,
    "version": COUNT,
    "live": _MAYBE_CONTENT,
    "draft": _MAYBE_CONTENT,
    "verbs": {"type": "array", "items": TEXT},
}
_EVENT: Mapping[str, Any] = {
    "seq": COUNT,
    "at": MOMENT,
    **dict.fromkeys(("kind", "role", "by"), TEXT),
}

BOARD_ANSWERS: Mapping[str, Any] = {
    "Posts": _pages(closed(_LINE)),
    "Post": closed({"id": TEXT, "community": TEXT, "published": MOMENT, **_CONTENT}),
    "Reported": closed({"reported": {"const": True}}),
    "MyPost": closed(_OWN),
    "MyPosts": _pages({"$ref": "#/components/schemas/MyPost"}),
    "DeskPosts": _pages(closed({**_LINE, "reports": COUNT})),
    "DeskPost": closed({**_OWN, "reports": COUNT, "events": {"type": "array", "items": closed(_EVENT)}}),
}


def board_paths(operation: Operation, json: Json, key: Mapping[str, Any], board: Board) -> dict[str, Any]:
    """The paths; `key` is the description of the header under which a post counts once."""

    def door(who: str, made: dict[str, Any], model: type[Said] | None = None) -> dict[str, Any]:
        if model is not None:
            needed = needs_something(model)
            made["requestBody"] = json({"$ref": f"#/components/schemas/{model.__name__}"}, needed)
        return {**made, "security": [{who: []}]}

    def query(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
        return {"name": name, "in": "query", "schema": dict(schema)}

    categories = {"type": "string", "enum": [one.id for one in board.categories]}
    lists = {"type": "string", "enum": list(get_args(DeskList))}
    asked = [
        query("community", TEXT),
        query("category", categories),
        query("words", {**TEXT, "maxLength": 60}),
    ]
    write = (400, 401, 403, 404, 409, 413, 415, 422, 429)
    upload = operation("post_post_photo", "A way to send one photo of a post", "Upload", 201, *write)
    upload["requestBody"] = json({"$ref": "#/components/schemas/PhotoAnnounced"})
    filed = operation("post_post", "Post on the info board", "MyPost", 201, *write)
    paths: dict[str, Any] = {
        "/v1/board": {
            "get": operation("get_board", "The public posts of a community", "Posts", 200, 400, 404)
            | {"parameters": [*asked, CURSOR]}
        },
        "/v1/board/{post}": {
            "parameters": [_POST],
            "get": operation("get_post", "A public post", "Post", 200, 404),
        },
        "/v1/board/{post}/report": {
            "parameters": [_POST],
            "post": door(
                "resident",
                operation(
                    "report_post", "Tell the desk to look at a post", "Reported", 200, 401, 403, 404, 409
                ),
            ),
        },
        "/v1/my/posts": {
            "get": door("resident", operation("get_my_posts", "My posts", "MyPosts", 200, 400, 401, 404))
            | {"parameters": [CURSOR]},
            "post": door("resident", filed, PostFiling) | {"parameters": [dict(key), _HOME]},
        },
        "/v1/my/posts/{post}": {
            "parameters": [_POST],
            "get": door("resident", operation("get_my_post", "One of my posts", "MyPost", 200, 401, 404)),
        },
        "/v1/my/posts/{post}/photos": {"parameters": [_POST], "post": door("resident", upload)},
        "/v1/my/posts/{post}/photos/{id}/done": {
            "parameters": [
                _POST,
                {
                    "name": "id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
                },
            ],
            "post": door(
                "resident",
                operation("post_post_photo_done", "The photo is in the store", "MyPost", 200, *write),
            ),
        },
        "/v1/staff/board": {
            "get": door(
                "session",
                operation("get_desk_posts", "A list of the desk's", "DeskPosts", 200, 400, 401, 403),
            )
            | {"parameters": [query("list", lists), CURSOR]}
        },
        "/v1/staff/board/{post}": {
            "parameters": [_POST],
            "get": door(
                "session", operation("get_desk_post", "A post at the desk", "DeskPost", 200, 401, 403, 404)
            ),
        },
    }
    of_author: dict[str, type[Said]] = {"edit": PostEdit, **VERBS}
    for verb, model in of_author.items():
        made = operation(f"my_post_{verb}", (model.__doc__ or "").strip(), "MyPost", 200, *write)
        paths[f"/v1/my/posts/{{post}}/{verb}"] = {
            "parameters": [_POST],
            "post": door("resident", made, model),
        }
    for verb, (said, _) in DESK_POST_VERBS.items():
        made = operation(f"desk_post_{verb}", (said.__doc__ or "").strip(), "DeskPost", 200, *write[:-1])
        paths[f"/v1/staff/board/{{post}}/{verb}"] = {
            "parameters": [_POST],
            "post": door("session", made, said),
        }
    return paths
