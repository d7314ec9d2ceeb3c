"""Change what a post says: the desk looks at it again, and what is public stands until then."""

from chalicelib.actions.post_request import PostDone, PostRequest, change_post, tidy
from chalicelib.domain import posting
from chalicelib.domain.photos import PhotoStore
from chalicelib.domain.post import Content


def edit_post(request: PostRequest, id: str, content: Content, photos: PhotoStore | None = None) -> PostDone:
    """The rule: :func:`chalicelib.domain.posting.edit`. Raises what :func:`change_post` raises."""
    return tidy(change_post(request, id, lambda post: posting.edit(post, content, request.by)), photos)
