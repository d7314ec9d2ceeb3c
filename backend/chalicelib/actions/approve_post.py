"""Let a post become public as its author sent it."""

from chalicelib.actions.post_request import PostDone, PostRequest, change_post, tidy
from chalicelib.domain import posting
from chalicelib.domain.photos import PhotoStore


def approve_post(request: PostRequest, id: str, photos: PhotoStore | None = None) -> PostDone:
    """The rule: :func:`chalicelib.domain.posting.approve`. Raises what :func:`change_post` raises."""
    return tidy(change_post(request, id, lambda post: posting.approve(post, request.by)), photos)
