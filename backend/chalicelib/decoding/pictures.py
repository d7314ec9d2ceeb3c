"""What may enter the photo store: a picture drawn anew from its pixels, so that nothing else of what was sent lives on.

What is dropped with it: where the photo was taken (GPS), which telephone took it, thumbnails, comments, colour profiles, and
whatever stands behind the picture's end. What is refused: anything but a JPEG, however it is called, and pictures made to
exhaust a machine.
"""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from chalicelib.domain.picture import MOST_BYTES, NoPicture

Image.preinit()  # now, at a start, and not while somebody waits for the first photo
LONGEST_SIDE = 1600
QUALITY = 82
# A progressive picture is held in memory whole, six bytes a pixel: 100 MB at the most.
MOST_PIXELS = 4096 * 4096
# Every scan of a progressive picture walks over all of it. Cameras write about ten; three megabytes can hold 75,000 of them.
MOST_SCANS = 30
_BEGIN, _SCAN = b"\xff\xd8\xff", b"\xff\xda"


def drawn_anew(content: bytes) -> bytes:
    """The picture as a JPEG of our own making, upright, at most 1600 pixels long. Raises NoPicture.

    Only the first picture of a file is drawn. Takes less than a second and 150 MB whatever was sent.
    """
    if not 0 < len(content) <= MOST_BYTES or not content.startswith(_BEGIN):
        raise NoPicture("no JPEG")
    if content.count(_SCAN) > MOST_SCANS:
        raise NoPicture("too many scans")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
                return _drawn(picture)
    except NoPicture:
        raise
    except Exception as error:  # noqa: BLE001  a decoder that is fed by strangers fails in many ways, SyntaxError among them
        raise NoPicture(type(error).__name__) from None


def _drawn(picture: Image.Image) -> bytes:
    """Raises whatever the decoder raises."""
    if picture.width * picture.height > MOST_PIXELS:
        raise NoPicture("too many pixels")
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # decodes no finer than needed
    picture.load()
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # A new canvas: an opened picture carries comments and profiles along into what is saved.
    canvas = Image.new("RGB", upright.size)
    canvas.paste(upright)
    made = io.BytesIO()
    canvas.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()
