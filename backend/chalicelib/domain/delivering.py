"""How a message leaves: what the job that delivers asks of a post office, and how a channel says no.

`chalicelib.notify` is the post office; wiring plugs it in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from .change import Message


class Undelivered(Exception):
    """The channel did not take it. `reason` is shown to staff and holds codes only, never a telephone, a name or a key.

    `final` says that no further try will help. After a lost answer nobody knows whether it went out: that is not final, because
    a message told twice is better than one never told.
    """

    def __init__(self, reason: str, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


@dataclass(frozen=True, slots=True)
class Letter:
    """What a channel carries to one address. `id` never changes, so that a channel that can tell sees a repeat as one.

    channel      sms, email or robot
    to           a telephone, an e-mail address or the name of a group robot: this never goes into a log
    template     id of the words, for providers of SMS that send registered templates only, with `params` to fill them
    """

    id: str
    channel: str
    to: str
    subject: str
    text: str
    case_number: str | None
    language: str
    template: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message made ready.

    letters   what goes out; empty when the resident does not want to be told
    way       name of a channel that several messages share and that bears only so many posts; "" when it has one to itself
    fault     why it cannot be rendered, or None
    """

    message: Message
    letters: tuple[Letter, ...] = ()
    way: str = ""
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """Parcels that leave as one post, in order; `most` is how many posts its way bears in one run (None: any number)."""

    parcels: tuple[Parcel, ...]
    way: str = ""
    most: int | None = None


class PostOffice(Protocol):
    """Renders messages, finds out who gets them, and hands them to the channels."""

    def prepare(self, messages: Sequence[Message]) -> list[Parcel]:
        """The messages made ready, in the same order. May raise Unavailable; never fails because of one bad message."""

    def bundle(self, parcels: Sequence[Parcel]) -> list[Bundle]:
        """The parcels as they leave: those for one group robot joined into few posts, all others alone."""

    def send(self, parcels: Sequence[Parcel]) -> None:
        """Hands over the parcels of one bundle. Raises Undelivered; then all of them are to be tried again."""
