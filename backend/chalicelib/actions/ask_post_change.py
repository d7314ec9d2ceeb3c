"""Ask a post's author to change something first."""

from chalicelib.actions.post_request import PostDone, PostRequest, change_post
from chalicelib.domain import posting


def ask_post_change(request: PostRequest, id: str, reason: str, words: str | None = None) -> PostDone:
    """The rule: :func:`chalicelib.domain.posting.ask_change`. Raises what :func:`change_post` raises."""
    return change_post(request, id, lambda post: posting.ask_change(post, request.by, reason, words))
