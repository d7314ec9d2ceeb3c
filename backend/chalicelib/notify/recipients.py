"""Who gets a message, and where: somebody always does, unless the resident asked not to be told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chalicelib.domain.case import Case
from chalicelib.domain.change import DESK, Message
from chalicelib.domain.keeping import Contact
from chalicelib.domain.open_days import VISITOR
from chalicelib.domain.post import ID as POST_ID
from chalicelib.domain.posting import POSTER
from chalicelib.domain.standards import Audience, Person, Rulebook
from chalicelib.domain.telephones import is_landline

from .wording import Unfit

STAFF_LANGUAGE = "zh"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address. `relay` says that the message is meant for a resident whom the desk has to tell, having no telephone that gets
    text messages."""

    id: str
    channel: str
    address: str
    language: str
    audience: Audience
    relay: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """Whoever put a post on the board, or booked an open day; `phone` is None once they asked to be forgotten or cancelled."""

    phone: str | None
    language: str


def case_number_of(message: Message) -> str:
    """The case a message is about, "" for none. A resident's message is about their own case: joined cases are told of
    another's end."""
    sort, _, rest = message.to.partition(":")
    if sort == "resident":
        return rest
    return "" if POST_ID.fullmatch(message.case) else message.case


def post_of(message: Message) -> str:
    """The post whose author a message is for, "" for any other message."""
    sort, _, rest = message.to.partition(":")
    return rest if f"{sort}:" == POSTER else ""


def is_for_visitor(message: Message) -> bool:
    """Whether a message is for somebody who booked a slot of an open day."""
    return message.to.startswith(VISITOR)


def recipients_of(
    message: Message,
    book: Rulebook,
    case: Case | None,
    contact: Contact | None,
    has_robot: Callable[[str], bool],
    there: Callable[[str, str], str] = lambda community, person: person,
    author: Author | None = None,
) -> tuple[Recipient, ...]:
    """Whom the message reaches; () when it is a resident's who does not want to be told, or who asked to be forgotten.

    `has_robot` tells whether a group robot of that name is set up, `there` who stands in for a person who is away. Whoever is
    missing is replaced by the community's desk, the desk by the manager, the manager by the engineers. Raises Unfit for an
    address that nothing can be made of.
    """
    sort, _, rest = message.to.partition(":")
    community_id, _, id = rest.rpartition("/")
    if sort == "engineers":
        return _engineers(book)
    if sort == "resident":
        return _resident(message, book, case, contact, there)
    if f"{sort}:" == POSTER:
        if author is None:
            raise Unfit("there is no such post")
        return (Recipient("", "sms", author.phone, author.language, "resident"),) if author.phone else ()
    if f"{sort}:" == VISITOR:
        if author is None or not author.phone:
            return ()
        return (Recipient("", "sms", author.phone, author.language, "resident"),)
    if sort == "department":
        return _department(id, community_id, book, has_robot, there)
    if f"{sort}:" == DESK:
        community = book.communities.get(rest)
        return _department(community.desk_department if community else "", rest, book, has_robot, there)
    if sort == "staff":
        community = book.communities.get(community_id)
        if community and id in community.people:
            id = there(community_id, id)
        person = (community.people.get(id) if community else None) or book.people.get(id)
        reached = _reach(person) if person else None
        return (reached,) if reached else _desk(community_id, book, there)
    raise Unfit("the address is of no known kind")


def _department(
    id: str,
    community_id: str,
    book: Rulebook,
    has_robot: Callable[[str], bool],
    there: Callable[[str, str], str],
) -> tuple[Recipient, ...]:
    department = book.departments.get(id)
    if department is not None and department.robot and has_robot(department.robot):
        return (Recipient(department.robot, "robot", department.robot, STAFF_LANGUAGE, "staff"),)
    return _desk(community_id, book, there)


def _resident(
    message: Message,
    book: Rulebook,
    case: Case | None,
    contact: Contact | None,
    there: Callable[[str, str], str],
) -> tuple[Recipient, ...]:
    if case is None or contact is None:
        raise Unfit("there is no such case")
    if not case.tell_resident:
        return ()
    if contact.phone and not is_landline(contact.phone):
        return (Recipient("", "sms", contact.phone, case.language, "resident"),)
    if case.forget and not contact.phone:
        return ()
    return tuple(
        Recipient(one.id, one.channel, one.address, one.language, one.audience, relay=True)
        for one in _desk(message.community, book, there)
    )


def _desk(community_id: str, book: Rulebook, there: Callable[[str, str], str]) -> tuple[Recipient, ...]:
    for person in _who_answers_for(community_id, book, there):
        reached = _reach(person)
        if reached is not None:
            return (reached,)
    return _engineers(book)


def _who_answers_for(community_id: str, book: Rulebook, there: Callable[[str, str], str]) -> Iterator[Person]:
    community = book.communities.get(community_id)
    if community is None:
        return
    for id in (community.desk, community.manager, community.general_manager):
        person = community.people.get(there(community_id, id)) or community.people.get(id)
        if person is not None:
            yield person


def _engineers(book: Rulebook) -> tuple[Recipient, ...]:
    for role in ("engineer", "general_manager"):
        reached = [_reach(one, "engineer") for one in book.people.values() if one.role == role]
        found = tuple(one for one in reached if one is not None)
        if found:
            return found
    raise Unfit("nobody is named in the rulebook who could be told")


def _reach(person: Person, audience: Audience = "staff") -> Recipient | None:
    """The person at the channel they chose, or at the other one; None when they have neither."""
    ways = {"sms": person.phone, "email": person.email}
    for channel in (person.channel, *ways):
        if ways[channel]:
            return Recipient(person.id, channel, ways[channel], STAFF_LANGUAGE, audience)
    return None
