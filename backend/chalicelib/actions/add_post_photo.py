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
    except Refused:
        store.forget_upload(id, upload)
        raise
    photo = store.keep(id, upload, request.at)
    if file.post.newest is not None and photo.key in file.post.newest.photos:
        done = PostDone(file.post, repeated=True)
    else:
        try:
            done = change_post(request, id, lambda post: posting.add_photo(post, request.by, photo))
        except Refused:
            # Another one took the last place meanwhile: what the rules refuse does not stay in the store.
            store.forget_upload(id, upload)
            if not noted(open_post(request, id).events, key=photo.key):
                store.remove([photo.key])
            raise
    store.forget_upload(id, upload)
    return done
