"""The info board as anybody reads it: the list of a community, a post, and a word to the desk about one (F1).

Title, text, price and photographs are public; how to reach the author is for signed-in residents of the same community.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from chalice import Blueprint, Response

from chalicelib import wiring
from chalicelib.actions.post_request import PostRequest
from chalicelib.actions.report_post import report_post
from chalicelib.domain.keeping import PostRow
from chalicelib.domain.moments import written
from chalicelib.domain.post import ID, Content, Post, PostFile
from chalicelib.domain.standards import Community, Text

from . import body
from .access import open_to, resident_or_none
from .answers import json_answer, page, see_other
from .board_view import BOARD, BoardView, PostView, content_view, line_of
from .edge import ANY_TYPE, READ, WRITE
from .exchange import Exchange
from .paging import MOMENT, opaque, position
from .problems import not_found
from .rendering import render
from .staff_pages import other_language
from .story import Reader
from .words import moment_words

board = Blueprint(__name__)

PAGE = 20
# How many of the newest posts one step of a search looks at: one query of about 200 KB.
MOST_SEARCHED = 200
POSITION = re.compile(rf"{MOMENT}#{ID.pattern}")
_REPORTED = Text(
    "已经告诉值班台，会有人来看。谢谢您。", "The desk has been told and will look at it. Thank you."
)
_EMPTY = Text("这里还没有信息。", "Nothing here yet.")
_NOTHING_FOUND = Text(
    "没有找到。换个词试试，或者看看全部。", "Nothing found. Try another word, or look at everything."
)


@dataclass(frozen=True)
class Asked:
    """What of the board is asked for, by whom: a community, one of its categories or all, words that must stand in a post."""

    reader: Reader
    community: Community
    category: str
    words: str
    cursor: str | None
    resident: wiring.ResidentSession | None

    @classmethod
    def of(cls, asked: Exchange) -> Asked:
        """Without a community in the address it is the resident's own, for anybody else the first. Raises Problem."""
        book = wiring.rulebook()
        resident = resident_or_none(asked)
        own = resident.memberships[0].community if resident else next(iter(book.communities))
        named = body.query_value(asked, "community") or own
        category = body.query_value(asked, "category") or ""
        if named not in book.communities or (category and book.board.category(category) is None):
            raise not_found()
        words = " ".join((body.query_value(asked, "words") or "").split())
        reader = Reader(asked.language, False, asked.at, book)
        cursor = position(asked, POSITION)
        return cls(reader, book.communities[named], category, words, cursor, resident)

    def to(self, **changes: str) -> str:
        """The address of this list with something else in it; what is empty is left out."""
        said = {"community": self.community.id, "category": self.category, "words": self.words} | changes
        said["lang"] = self.reader.language
        return f"{BOARD}?{urlencode({name: value for name, value in said.items() if value})}"

    def rows(self) -> tuple[list[PostRow], str | None]:
        """A page by one query; of what is over, however late the clock's job is, nothing is shown."""
        here = self.community.id
        limit = MOST_SEARCHED if self.words else PAGE
        found, cursor = wiring.posts.board(here, self.category, self.cursor, limit)
        shown = [row for row in found if row.ends is None or row.ends > self.reader.now]
        if not self.words:
            return shown, cursor
        wanted = self.words.casefold().split()
        fitting = [row for row in shown if _has(row, wanted)]
        if len(fitting) > PAGE:
            fitting = fitting[:PAGE]
            cursor = f"{written(fitting[-1].moment)}#{fitting[-1].id}"
        return fitting, cursor


def _has(row: PostRow, wanted: Sequence[str]) -> bool:
    said = f"{row.title} {row.excerpt}".casefold()
    return all(word in said for word in wanted)


@board.route("/board", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def show_board(asked: Exchange) -> Response:
    """The public posts of a community, the newest first."""
    said = Asked.of(asked)
    reader = said.reader
    rows, cursor = said.rows()
    book = reader.book
    everything = [(reader.say(Text("全部", "All")), said.to(category=""), not said.category)]
    view = BoardView(
        language=reader.language,
        community=reader.say(said.community.name),
        communities=[
            (reader.say(one.name), said.to(community=one.id), one.id == said.community.id)
            for one in book.communities.values()
        ],
        categories=everything
        + [
            (reader.say(one.name), said.to(category=one.id), one.id == said.category)
            for one in book.board.categories
        ],
        rows=[
            line_of(row, _page_of(row.id, reader), said.community.zone, reader, wiring.photos.address)
            for row in rows
        ],
        next_address=said.to(cursor=opaque(cursor)) if cursor else "",
        words=said.words,
        hidden=[("community", said.community.id), ("category", said.category), ("lang", reader.language)],
        new_address=f"/api/my/posts/new?lang={reader.language}",
        mine_address=f"/api/my/posts?lang={reader.language}",
        empty=reader.say(_NOTHING_FOUND if said.words else _EMPTY),
        first=said.to(words="") if said.words else said.to() if said.cursor else "",
    )
    title = reader.say(Text("信息栏", "Info board"))
    content = render("board.html", reader.language, view=view)
    changed = {} if not said.cursor else {"cursor": opaque(said.cursor)}
    here = said.to(**changed).replace(f"&lang={reader.language}", "")
    return page(asked, title, content, other_language=other_language(reader, here))


@board.route("/v1/board", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def get_board(asked: Exchange) -> Response:
    """The JSON twin of the list."""
    rows, cursor = Asked.of(asked).rows()
    items = [row_resource(row) for row in rows]
    return json_answer({"items": items, "next_cursor": opaque(cursor) if cursor else None})


@board.route("/board/{post}", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def show_post(asked: Exchange, post: str) -> Response:
    """A post."""
    found, content, resident = _open(asked, post)
    reader = Reader(asked.language, False, asked.at, wiring.rulebook())
    neighbour, own = _is_neighbour(resident, found[0]), _is_own(resident, found)
    address = _page_of(post, reader)
    shown = found[0]
    done = body.query_value(asked, "done") == "report"
    view = PostView(
        language=reader.language,
        id=post,
        community=reader.say(reader.book.communities[shown.community].name),
        content=content_view(content, shown.zone, reader, wiring.photos.address, neighbour),
        published=reader.say(moment_words(shown.published or shown.filed, reader.now, shown.zone)),
        published_iso=written(shown.published or shown.filed),
        report_action=f"{BOARD}/{post}/report" if neighbour and not own else "",
        hidden=[("language", reader.language)],
        list_address=f"{BOARD}?{urlencode({'community': shown.community, 'lang': reader.language})}",
        sign_in_address="" if resident else ("/my/" if reader.language == "zh" else "/en/my/"),
        own_address=f"/api/my/posts/{post}?lang={reader.language}" if own else "",
        notice=reader.say(_REPORTED) if done else "",
    )
    html = render("board_post.html", reader.language, view=view)
    return page(asked, content.title, html, other_language=other_language(reader, address.partition("?")[0]))


@board.route("/v1/board/{post}", methods=READ, content_types=ANY_TYPE)
@open_to("anyone")
def get_post(asked: Exchange, post: str) -> Response:
    """The JSON twin of a post."""
    found, content, resident = _open(asked, post)
    said = content_resource(content, _is_neighbour(resident, found[0]))
    published = written(found[0].published or found[0].filed)
    return json_answer({"id": post, "community": found[0].community, "published": published, **said})


@board.route("/board/{post}/report", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def post_report(asked: Exchange, resident: wiring.ResidentSession, post: str) -> Response:
    """One tap: the desk should look at this. It counts once for each resident."""
    fields = body.read_form(asked)
    asked.speak(fields)
    _report(asked, resident, post)
    return see_other(f"{BOARD}/{post}?done=report&lang={asked.language}")


@board.route("/v1/board/{post}/report", methods=WRITE, content_types=ANY_TYPE)
@open_to("resident")
def post_report_json(asked: Exchange, resident: wiring.ResidentSession, post: str) -> Response:
    """The JSON twin of the tap."""
    _report(asked, resident, post)
    return json_answer({"reported": True})


def _report(asked: Exchange, resident: wiring.ResidentSession, post: str) -> None:
    if not ID.fullmatch(post):
        raise not_found()

    def may(file: PostFile) -> bool:
        return file.post.is_public(asked.at) and _is_neighbour(resident, file.post)

    request = PostRequest(wiring.RESIDENT, asked.at, wiring.posts, may)
    report_post(request, post, wiring.posts.reporter_of(post, resident.phone_key))


def _open(asked: Exchange, id: str) -> tuple[tuple[Post, Any], Content, wiring.ResidentSession | None]:
    """A public post with what it says. Raises Problem (404) for any other."""
    found = wiring.posts.heads([id]).get(id) if ID.fullmatch(id) else None
    if found is None or found[0].live is None or not found[0].is_public(asked.at):
        raise not_found()
    return found, found[0].live, resident_or_none(asked)


def _is_neighbour(resident: wiring.ResidentSession | None, post: Post) -> bool:
    """Whether a reader has signed in and lives in the post's community."""
    return resident is not None and any(one.community == post.community for one in resident.memberships)


def _is_own(resident: wiring.ResidentSession | None, found: tuple[Post, Any]) -> bool:
    poster = found[1]
    return (
        resident is not None
        and bool(poster.phone)
        and wiring.vault.phone_key(poster.phone) == resident.phone_key
    )


def _page_of(id: str, reader: Reader) -> str:
    return f"{BOARD}/{id}?lang={reader.language}"


def row_resource(row: PostRow) -> dict[str, Any]:
    """A line of a list of posts, for programs."""
    return {
        "id": row.id,
        "category": row.category,
        "title": row.title,
        "excerpt": row.excerpt,
        "price": None if row.price is None else str(row.price),
        "until": row.until.isoformat(),
        "moment": written(row.moment),
        "state": row.state,
    }


def content_resource(content: Content, with_contact: bool) -> dict[str, Any]:
    """What a post says, for programs; how to reach its author only for those who may know it."""
    return {
        "category": content.category,
        "title": content.title,
        "text": content.text,
        "price": None if content.price is None else str(content.price),
        "until": content.until.isoformat(),
        "photos": [link for link in map(wiring.photos.address, content.photos) if link],
        "contact": content.contact if with_contact else None,
    }
