"""The post office: renders messages, finds out who gets them, joins what goes to one group, and hands it to the channels."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from chalicelib.domain.case import Case
from chalicelib.domain.change import Message
from chalicelib.domain.codes import Outgoing
from chalicelib.domain.delivering import Bundle, Letter, Parcel, Undelivered
from chalicelib.domain.keeping import Contact, Unavailable
from chalicelib.domain.standards import Audience, Rulebook

from .channels import Channel, Channels
from .places import Places
from .recipients import Author, Recipient, case_number_of, is_for_visitor, post_of, recipients_of
from .wording import Topic, Unfit, relayed, render

log = logging.getLogger(__name__)

Found = Mapping[str, tuple[Case, Contact]]
BETWEEN = "\n\n"


class Office:
    """`look` finds cases with their contacts by number (those that do not exist, or cannot be read, are absent); it is asked once
    for many.
    `there` tells who gets what is meant for a person of a community at this moment; `codes` what a message with a one-time code
    says and to which telephone, None when it goes to nobody (any more). `authors` finds who put posts on the board, by the posts'
    ids, `visitor` who booked the slot of an open day that a message reminds of."""

    def __init__(
        self,
        book: Rulebook,
        channels: Channels,
        look: Callable[[Iterable[str]], Found],
        places: Places,
        there: Callable[[str, str], str] = lambda community, person: person,
        codes: Callable[[Message], Outgoing | None] = lambda message: None,
        authors: Callable[[Iterable[str]], Mapping[str, Author]] = lambda ids: {},
        visitor: Callable[[Message], Author | None] = lambda message: None,
    ) -> None:
        self._book = book
        self._channels = channels
        self._look = look
        self._places = places
        self._there = there
        self._codes = codes
        self._authors = authors
        self._visitor = visitor

    def prepare(self, messages: Sequence[Message]) -> list[Parcel]:
        """The messages made ready, in the same order; one that cannot be rendered has its fault noted."""
        numbers = dict.fromkeys(filter(None, map(case_number_of, messages)))
        found = self._look(list(numbers)) if numbers else {}
        posts = dict.fromkeys(filter(None, map(post_of, messages)))
        authors = self._authors(list(posts)) if posts else {}
        return [self._parcel(message, found, authors) for message in messages]

    def _author(self, message: Message, authors: Mapping[str, Author]) -> Author | None:
        return self._visitor(message) if is_for_visitor(message) else authors.get(post_of(message))

    def bundle(self, parcels: Sequence[Parcel]) -> list[Bundle]:
        """The parcels as they leave. A group robot bears few posts, so its messages are joined as far as one post holds them."""
        bundles: list[Bundle] = []
        filling: dict[str, tuple[int, int]] = {}  # way -> (place in bundles, bytes so far)
        for parcel in parcels:
            channel = self._channels.robot(parcel.way) if parcel.way else None
            if channel is None:
                bundles.append(Bundle((parcel,)))
                continue
            size = len(_text_of(parcel).encode())
            place, used = filling.get(parcel.way, (-1, 0))
            if place >= 0 and used + len(BETWEEN) + size <= channel.joined_bytes:
                open_one = bundles[place]
                bundles[place] = Bundle((*open_one.parcels, parcel), open_one.way, open_one.most)
                filling[parcel.way] = (place, used + len(BETWEEN) + size)
            else:
                filling[parcel.way] = (len(bundles), size)
                bundles.append(Bundle((parcel,), parcel.way, channel.most_posts))
        return bundles

    def send(self, parcels: Sequence[Parcel]) -> None:
        """Hands over the parcels of one bundle. Raises Undelivered; then all of them are to be tried again."""
        if len(parcels) > 1:
            self._post(_joined(parcels))
            return
        failure: Undelivered | None = None
        reached: list[Channel] = []
        for letter in parcels[0].letters:
            try:
                reached.append(self._post(letter))
            except Undelivered as one:
                # While one of them may still be reached it is tried again, whoever failed last.
                failure = one if failure is None or failure.final else failure
                log.warning(
                    "letter of %s by %s failed: %s", parcels[0].message.id, letter.channel, one.reason
                )
        # Among several engineers one who heard is enough, where trying again would tell that one twice.
        if failure is not None and all(channel.tells_repeats for channel in reached):
            raise failure

    def _post(self, letter: Letter) -> Channel:
        channel = self._channel(letter)
        channel.send(letter)
        return channel

    def _channel(self, letter: Letter) -> Channel:
        if letter.channel == "sms":
            return self._channels.sms
        if letter.channel == "email":
            return self._channels.email
        robot = self._channels.robot(letter.to)
        if robot is None:
            raise Undelivered("the group robot is not set up any more")
        return robot

    def _parcel(self, message: Message, found: Found, authors: Mapping[str, Author]) -> Parcel:
        case, contact = found.get(case_number_of(message), (None, None))
        try:
            if message.to.startswith("code:"):
                return Parcel(message, self._code_letters(message))
            author = self._author(message, authors)
            recipients = recipients_of(
                message, self._book, case, contact, self._has_robot, self._there, author
            )
            letters = tuple(self._letter(message, case, one, len(recipients)) for one in recipients)
        except Unfit as unfit:
            return Parcel(message, fault=unfit.reason)
        except Unavailable:
            raise
        except Exception as error:
            # Facts that nobody thought of must not stop the messages behind this one.
            log.exception("message %s cannot be rendered", message.id)
            return Parcel(message, fault=f"cannot be rendered ({type(error).__name__})")
        robots = [one.address for one in recipients if one.channel == "robot"]
        return Parcel(message, letters, way=robots[0] if robots else "")

    def _code_letters(self, message: Message) -> tuple[Letter, ...]:
        """The one letter with a code. The code stands in it and nowhere else: the message itself does not know it."""
        going = self._codes(message)
        if going is None:
            return ()
        said = replace(message, facts={"code": going.code})
        audience: Audience = "staff" if message.template == "staff_code" else "resident"
        to = Recipient("", "sms", going.phone, going.language, audience)
        return (self._letter(said, None, to, 1),)

    def _letter(self, message: Message, case: Case | None, to: Recipient, of: int) -> Letter:
        number = case.number if case else message.case
        if to.audience == "resident":
            link = self._places.for_resident(number)
        else:
            link = self._places.for_staff(number)
        topic = Topic(message, self._book, case, to.language, link)
        wording = render(topic)
        if to.relay:
            wording = relayed(topic, wording)
        return Letter(
            id=message.id if of == 1 else f"{message.id}/{to.id}",
            channel=to.channel,
            to=to.address,
            subject=wording.subject,
            text=wording.text,
            case_number=number or None,
            language=to.language,
            template=wording.template,
            params=wording.params,
        )

    def _has_robot(self, name: str) -> bool:
        return self._channels.robot(name) is not None


def _text_of(parcel: Parcel) -> str:
    return BETWEEN.join(letter.text for letter in parcel.letters)


def _joined(parcels: Sequence[Parcel]) -> Letter:
    first = parcels[0].letters[0]
    return Letter(
        id=first.id,
        channel=first.channel,
        to=first.to,
        subject=first.subject,
        text=BETWEEN.join(map(_text_of, parcels)),
        case_number=None,
        language=first.language,
    )
