"""Give a post a later last day."""

from datetime import date

from chalicelib.actions.post_request import PostDone, PostRequest, change_post
from chalicelib.domain import posting


def renew_post(request: PostRequest, id: str, until: date) -> PostDone:
    """The rule: :func:`chalicelib.domain.posting.renew`. Raises what :func:`change_post` raises."""
    return change_post(request, id, lambda post: posting.renew(post, until, request.by))
