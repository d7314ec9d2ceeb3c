"""Put a post on the info board: it waits for the desk (F1)."""

from chalicelib.actions.file_case import TRIES, new_number
from chalicelib.actions.post_request import PostDone, PostRequest
from chalicelib.actions.request import KeyReused
from chalicelib.domain import posting
from chalicelib.domain.keeping import Answered, NumberTaken
from chalicelib.domain.post import Content, Poster
from chalicelib.domain.posting import Place


def file_post(request: PostRequest, place: Place, content: Content, poster: Poster) -> PostDone:
    """Files the post in one transaction. A repetition of the same request gives the post that it made.

    Raises KeyReused and Unavailable.
    """
    for _ in range(TRIES):
        id = "P" + new_number(request.at, place.zone, lambda number: request.store.takes(f"P{number}"))
        change = posting.file(id, place, content, request.by)
        try:
            request.store.save(change, poster, request.key)
            return PostDone(change.after)
        except NumberTaken:
            continue
        except Answered as answered:
            filed = request.store.load(answered.number)
            if request.key is None or answered.body != request.key.body or filed is None:
                raise KeyReused from answered
            return PostDone(filed.post, repeated=True)
    raise NumberTaken(f"no free number in {TRIES} tries")
