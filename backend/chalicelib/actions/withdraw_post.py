"""Take one's own post off the board."""

from chalicelib.actions.post_request import PostDone, PostRequest, change_post
from chalicelib.domain import posting


def withdraw_post(request: PostRequest, id: str) -> PostDone:
    """The rule: :func:`chalicelib.domain.posting.withdraw`. Raises what :func:`change_post` raises."""
    return change_post(request, id, lambda post: posting.withdraw(post, request.by))
