"""Add a photo that was uploaded to the store."""

from chalicelib.actions.request import Done, Request, change_case, open_file
from chalicelib.domain import photos
from chalicelib.domain.photos import Photo, PhotoStore, Stage
from chalicelib.domain.refusals import Refused


def add_photo(
    request: Request, number: str, upload: str, store: PhotoStore, stage: Stage | None = None
) -> Done:
    """Keep what was uploaded, drawn anew, and note it in the case; said twice, or sent twice, it counts once.

    The upload is deleted only when the case has the photo, so that whoever got no answer may say it again.
    The rule: :func:`chalicelib.domain.photos.add_photo`. Raises NoPicture, and what :func:`change_case` raises.
    """
    file = open_file(request, number)
    if photos.noted(file.events, upload=upload):
        store.forget_upload(number, upload)
        return Done(file.case, repeated=True)
    try:
        photos.check_room(file.case, request.by, stage)  # before the work of drawing
    except Refused:
        store.forget_upload(number, upload)
        raise
    photo = store.keep(number, upload, request.at)
    if photos.noted(file.events, key=photo.key):
        done = Done(file.case, repeated=True)
    else:
        done = note_photo(request, number, photo, store, stage)
    store.forget_upload(number, upload)
    return done


def note_photo(
    request: Request, number: str, photo: Photo, store: PhotoStore, stage: Stage | None = None
) -> Done:
    """Note a photo that lies in the store; what the rules refuse does not stay there. Raises what :func:`change_case` raises."""
    try:
        return change_case(
            request, number, lambda file: photos.add_photo(file.case, request.by, photo, stage)
        )
    except Refused:
        store.forget_upload(number, photo.upload)
        if not photos.noted(open_file(request, number).events, key=photo.key):
            store.remove([photo.key])
        raise
