"""Messages and the channels that carry them: what is said (wording), to whom (recipients), by which way (channels)."""

from .office import Office
from .places import Places

__all__ = ["Office", "Places"]
