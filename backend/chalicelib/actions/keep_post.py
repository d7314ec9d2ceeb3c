"""Leave a post where it is that somebody reported."""

from chalicelib.actions.post_request import PostDone, PostRequest, change_post
from chalicelib.domain import posting


def keep_post(request: PostRequest, id: str) -> PostDone:
    """The rule: :func:`chalicelib.domain.posting.keep`. Raises what :func:`change_post` raises."""
    return change_post(request, id, lambda post: posting.keep(post, request.by))
