"""Take a public post down, with a reason."""

from chalicelib.actions.post_request import PostDone, PostRequest, change_post
from chalicelib.domain import posting


def take_down_post(request: PostRequest, id: str, reason: str, words: str | None = None) -> PostDone:
    """The rule: :func:`chalicelib.domain.posting.take_down`. Raises what :func:`change_post` raises."""
    return change_post(request, id, lambda post: posting.take_down(post, request.by, reason, words))
