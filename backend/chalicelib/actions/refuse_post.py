"""Refuse a post, with a reason."""

from chalicelib.actions.post_request import PostDone, PostRequest, change_post
from chalicelib.domain import posting


def refuse_post(request: PostRequest, id: str, reason: str, words: str | None = None) -> PostDone:
    """The rule: :func:`chalicelib.domain.posting.refuse`. Raises what :func:`change_post` raises."""
    return change_post(request, id, lambda post: posting.refuse(post, request.by, reason, words))
