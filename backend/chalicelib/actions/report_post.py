"""Tell the desk that a post should be looked at."""

from chalicelib.actions.post_request import PostDone, PostRequest, change_post
from chalicelib.domain import posting


def report_post(request: PostRequest, id: str, reporter: str) -> PostDone:
    """Counts once for each `reporter` (a keyed hash of who it is). The rule: :func:`chalicelib.domain.posting.report`.

    Raises what :func:`change_post` raises.
    """
    return change_post(request, id, lambda post: posting.report(post, request.by), reporter)
