"""What a photo that was sent may be, for whoever decodes it and whoever keeps it."""

MOST_BYTES = 3 * 1024 * 1024


class NoPicture(Exception):
    """What was sent cannot be shown as a photo: it did not arrive, is no JPEG, is broken, too large or made to do harm."""
