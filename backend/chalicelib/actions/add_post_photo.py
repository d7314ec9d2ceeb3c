"""Add a photo that was uploaded to the store to a post of one's own."""

from chalicelib.actions.post_request import PostDone, PostRequest, change_post, open_post
from chalicelib.domain import posting
from chalicelib.domain.photos import PhotoStore, noted
from chalicelib.domain.refusals import Refused


def add_post_photo(request: PostRequest, id: str, upload: str, store: PhotoStore) -> PostDone:
    """Keep what was uploaded, drawn anew, and note it in the post; said twice, or sent twice, it counts once.

    The upload is deleted only when the post has the photo, so that whoever got no answer may say it again. Raises NoPicture, and
    what :func:`change_post` raises.
    """
    file = open_post(request, id)
    if noted(file.events, upload=upload):
        store.forget_upload(id, upload)
        return PostDone(file.post, repeated=True)
    try:
        posting.check_photo(file.post, request.by)  # before the work of drawing
        photo = store.keep(id, upload)
        if file.post.newest is not None and photo.key in file.post.newest.photos:
            done = PostDone(file.post, repeated=True)
        else:
            done = change_post(request, id, lambda post: posting.add_photo(post, request.by, photo))
    except Refused:
        store.forget_upload(id, upload)
        raise
    store.forget_upload(id, upload)
    return done
