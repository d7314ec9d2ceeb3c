"""The channels, one file each, and how they are chosen.

Every channel either hands a letter over or raises Undelivered; none waits longer than three seconds for an answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.delivering import Letter


class Channel(Protocol):
    """A way to send letters.

    tells_repeats   whether a letter sent twice under one id is shown once
    joined_bytes    up to which size (UTF-8) several texts may be joined into one post; 0 for never
    most_posts      how many posts it bears in one run of a minute; None for any number
    """

    @property
    def tells_repeats(self) -> bool: ...
    @property
    def joined_bytes(self) -> int: ...
    @property
    def most_posts(self) -> int | None: ...

    def send(self, letter: Letter) -> None:
        """Hands the letter over. Raises Undelivered."""


@dataclass(frozen=True, slots=True)
class Channels:
    """The channels of one installation; `robot` gives the group robot of a name, None when it is not set up."""

    sms: Channel
    email: Channel
    robot: Callable[[str], Channel | None]
