"""Who gets what: somebody always does, groups read nothing personal, and a robot is not overrun."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import pytest

from chalicelib.domain.case import Case
from chalicelib.domain.delivering import Letter, Undelivered
from chalicelib.domain.keeping import Contact
from chalicelib.domain.standards import Person, Rulebook
from chalicelib.notify import Office
from chalicelib.notify.channels import Channels
from chalicelib.rulebook.read_words import MESSAGE_IDS
from tests.cases import COMMUNITY, NUMBER, case
from tests.notify.facts import PLACES, SECRET, audience_address, message

PHONE, HOME, NAME, EXCERPT = "000-0000-0987", "9-9876", "某某某", "厨房水管爆了"
CONTACT = Contact(name=NAME, phone=PHONE, home=HOME, excerpt=EXCERPT)
MARKERS = (PHONE, HOME, NAME, EXCERPT)


@dataclass
class Taken:
    """A channel that keeps what it gets; it refuses the addresses in `refuses`."""

    letters: list[Letter] = field(default_factory=list)
    refuses: tuple[str, ...] = ()
    tells_repeats: bool = True
    joined_bytes: int = 0
    most_posts: int | None = None

    def send(self, letter: Letter) -> None:
        if letter.to in self.refuses:
            raise Undelivered("refused")
        self.letters.append(letter)


def office(
    book: Rulebook,
    cases: Mapping[str, tuple[Case, Contact]],
    taken: Taken | None = None,
    robot: Callable[[str], Taken | None] = lambda name: None,
) -> Office:
    """A post office over these cases."""
    taken = taken or Taken()

    def look(numbers: Iterable[str]) -> dict[str, tuple[Case, Contact]]:
        return {number: cases[number] for number in numbers if number in cases}

    return Office(book, Channels(sms=taken, email=taken, robot=robot), look, PLACES)


def letters_of(
    book: Rulebook, of: Case, to: str, template: str = "assigned", **options: object
) -> tuple[Letter, ...]:
    """The letters of one message about a case whose contact holds every marker."""
    contact = options.pop("contact", CONTACT)
    desk = office(book, {of.number: (of, contact)}, **options)  # type: ignore[dict-item, arg-type]
    [parcel] = desk.prepare([message(template, to)])
    assert parcel.fault is None
    return parcel.letters


def without(book: Rulebook, *ids: str) -> Rulebook:
    """The rulebook after these people left."""

    def stay(people: Mapping[str, Person]) -> dict[str, Person]:
        return {id: one for id, one in people.items() if id not in ids}

    communities = {id: replace(one, people=stay(one.people)) for id, one in book.communities.items()}
    return replace(book, people=stay(book.people), communities=communities)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "template", [t for ts in MESSAGE_IDS.values() for t in ts if not t.endswith("_code")]
)
def test_no_text_holds_a_telephone_a_room_a_name_or_what_a_resident_wrote(
    rulebook: Rulebook, template: str, language: str
) -> None:
    of = replace(case(rulebook), language=language)
    addresses = [audience_address(rulebook, template), f"department:{COMMUNITY}/order", "engineers"]
    for to in addresses:
        for letter in letters_of(rulebook, of, to, template, robot=lambda name: Taken()):
            everything = " ".join([letter.subject, letter.text, *letter.params.values()])
            assert not any(marker in everything for marker in MARKERS)
            # A reminder of an open day is about no case, so there is no case's link in it.
            assert (SECRET in everything) == (letter.to == PHONE and template != "open_day_reminder")


def test_the_resident_reads_their_own_language_at_their_own_telephone(rulebook: Rulebook) -> None:
    of = replace(case(rulebook), language="en")
    [letter] = letters_of(rulebook, of, f"resident:{NUMBER}", "replied")
    assert (letter.channel, letter.to, letter.language) == ("sms", PHONE, "en")
    assert letter.text.startswith("There is an answer")
    assert SECRET in letter.text


def test_a_resident_who_does_not_want_to_be_told_is_not_told(rulebook: Rulebook) -> None:
    of = replace(case(rulebook), tell_resident=False)
    assert letters_of(rulebook, of, f"resident:{NUMBER}", "resolved_joined") == ()


def test_a_resident_without_a_telephone_is_told_by_the_desk_which_gets_no_secret_link(
    rulebook: Rulebook,
) -> None:
    [letter] = letters_of(
        rulebook, case(rulebook), f"resident:{NUMBER}", "replied", contact=Contact(home=HOME)
    )
    assert letter.to == rulebook.people["gui-desk"].phone
    assert "有答复了" in letter.text
    assert SECRET not in letter.text
    assert HOME not in letter.text


def test_the_resident_of_a_joined_case_reads_about_their_own_case(rulebook: Rulebook) -> None:
    theirs = case(rulebook, number="261124-000002")
    desk = office(rulebook, {theirs.number: (theirs, CONTACT)})
    [parcel] = desk.prepare([message("resolved_joined", f"resident:{theirs.number}", case=NUMBER)])
    [letter] = parcel.letters
    assert theirs.number in letter.text
    assert NUMBER not in letter.text


def test_staff_are_reached_at_the_channel_they_chose_and_at_the_other_when_it_is_empty(
    rulebook: Rulebook,
) -> None:
    of = case(rulebook)
    community = rulebook.communities[COMMUNITY]
    person = community.people["gui-technician-1"]
    for changed, expected in (
        (person, ("sms", person.phone)),
        (replace(person, phone=""), ("email", person.email)),
    ):
        people = {**community.people, person.id: changed}
        book = replace(rulebook, communities={COMMUNITY: replace(community, people=people)})
        [letter] = letters_of(book, of, f"staff:{COMMUNITY}/{person.id}")
        assert (letter.channel, letter.to) == expected


def test_whoever_is_missing_is_replaced_by_the_desk_then_the_manager_then_the_engineers(
    rulebook: Rulebook,
) -> None:
    of, to = case(rulebook), f"staff:{COMMUNITY}/nobody"
    people = rulebook.people
    [first] = letters_of(rulebook, of, to)
    [second] = letters_of(without(rulebook, "gui-desk"), of, to)
    [third] = letters_of(without(rulebook, "gui-desk", "gui-manager", "gm-nuo"), of, to)
    assert [first.to, second.to, third.to] == [
        people["gui-desk"].phone,
        people["gui-manager"].phone,
        people["engineer-xian"].email,
    ]
    [elsewhere] = letters_of(rulebook, of, "staff:no-such-place/nobody")
    assert elsewhere.to == people["engineer-xian"].email


def test_a_department_is_told_in_its_group_or_at_the_desk_when_no_robot_is_set_up(rulebook: Rulebook) -> None:
    of, to = case(rulebook), f"department:{COMMUNITY}/order"
    [group] = letters_of(rulebook, of, to, robot=lambda name: Taken())
    [desk] = letters_of(rulebook, of, to)
    assert (group.channel, group.to) == ("robot", "order-group")
    assert desk.to == rulebook.people["gui-desk"].phone


def test_what_comes_in_for_the_desk_reaches_the_group_of_its_department_or_the_desk_itself(
    rulebook: Rulebook,
) -> None:
    of, to = case(rulebook), f"desk:{COMMUNITY}"
    [desk] = letters_of(rulebook, of, to)
    assert desk.to == rulebook.people["gui-desk"].phone
    department = rulebook.communities[COMMUNITY].desk_department
    with_robot = replace(
        rulebook,
        departments={
            **rulebook.departments,
            department: replace(rulebook.departments[department], robot="desk-group"),
        },
    )
    [group] = letters_of(with_robot, of, to, robot=lambda name: Taken())
    assert (group.channel, group.to) == ("robot", "desk-group")


def test_the_company_is_never_without_someone_who_hears_of_its_machines(rulebook: Rulebook) -> None:
    desk = office(without(rulebook, "engineer-xian"), {})
    [parcel] = desk.prepare([message("clock_refused", "engineers", case="")])
    assert [letter.to for letter in parcel.letters] == [rulebook.people["gm-nuo"].phone]


def test_one_bad_message_spoils_no_other(rulebook: Rulebook) -> None:
    of = case(rulebook)
    bad = [
        message("no_such_words", id="a"),
        message("supervisor", id="b", due=[]),
        message("assigned", "pigeon:coop", id="c"),
        message("assigned", id="d", case="999999-999999"),
        message("filed", "resident:999999-999999", id="e"),
        message("paused", f"resident:{NUMBER}", id="f", wait={}),
    ]
    parcels = office(rulebook, {NUMBER: (of, CONTACT)}).prepare([*bad, message(id="good")])
    assert [parcel.fault is None for parcel in parcels] == [False] * len(bad) + [True]
    assert all(PHONE not in (parcel.fault or "") for parcel in parcels)


def test_messages_to_one_group_are_joined_as_far_as_a_post_holds_them(rulebook: Rulebook) -> None:
    of = case(rulebook)
    group = Taken(joined_bytes=2048, most_posts=15)
    desk = office(rulebook, {NUMBER: (of, CONTACT)}, robot=lambda name: group)
    to = f"department:{COMMUNITY}/order"
    parcels = desk.prepare([message("supervisor", to, id=f"m{n}") for n in range(40)])
    bundles = desk.bundle(parcels)
    for bundle in bundles:
        desk.send(bundle.parcels)
    assert 1 < len(bundles) <= 15
    assert {(bundle.way, bundle.most) for bundle in bundles} == {("order-group", 15)}
    assert [p.message.id for b in bundles for p in b.parcels] == [f"m{n}" for n in range(40)]
    assert all(len(letter.text.encode()) <= 2048 for letter in group.letters)
    assert sum(letter.text.count("请主管马上处理") for letter in group.letters) == 40


def test_messages_of_two_groups_and_of_people_stay_apart(rulebook: Rulebook) -> None:
    of = case(rulebook)
    desk = office(
        rulebook, {NUMBER: (of, CONTACT)}, robot=lambda name: Taken(joined_bytes=2048, most_posts=15)
    )
    tos = [
        f"department:{COMMUNITY}/order",
        f"staff:{COMMUNITY}/gui-manager",
        f"department:{COMMUNITY}/cleaning",
    ]
    parcels = desk.prepare([message("assigned", to, id=f"{n}{to}") for n in range(2) for to in tos])
    ways = [(bundle.way, len(bundle.parcels)) for bundle in desk.bundle(parcels)]
    assert ways == [("order-group", 2), ("", 1), ("cleaning-group", 2), ("", 1)]


def two_engineers(book: Rulebook) -> Rulebook:
    first = book.people["engineer-xian"]
    second = replace(first, id="engineer-two", email="two@shounuo.example")
    return replace(book, people={**book.people, second.id: second})


@pytest.mark.parametrize("tells_repeats", [True, False])
def test_one_engineer_who_heard_is_enough_unless_repeats_are_harmless(
    rulebook: Rulebook, tells_repeats: bool
) -> None:
    book = two_engineers(rulebook)
    taken = Taken(refuses=("two@shounuo.example",), tells_repeats=tells_repeats)
    desk = office(book, {}, taken)
    parcels = desk.prepare([message("clock_refused", "engineers", case="")])
    if tells_repeats:
        with pytest.raises(Undelivered):
            desk.send(parcels)
    else:
        desk.send(parcels)
    assert [letter.to for letter in taken.letters] == [rulebook.people["engineer-xian"].email]
    assert len({letter.id for letter in parcels[0].letters}) == 2


@pytest.mark.parametrize("order", [1, -1])
def test_while_one_engineer_may_still_be_reached_it_is_tried_again_in_whichever_order(
    rulebook: Rulebook, order: int
) -> None:
    gone, busy = Undelivered("no such address", final=True), Undelivered("try later")

    class Failing(Taken):
        failures = [gone, busy][::order]

        def send(self, letter: Letter) -> None:
            raise self.failures.pop(0)

    desk = office(two_engineers(rulebook), {}, Failing())
    with pytest.raises(Undelivered) as failure:
        desk.send(desk.prepare([message("clock_refused", "engineers", case="")]))
    assert failure.value is busy


@pytest.mark.parametrize("phone", ["021-55667788", "02155667788", "0755 2345678", "400-820-8820"])
def test_a_resident_with_a_landline_is_told_by_the_desk(rulebook: Rulebook, phone: str) -> None:
    [letter] = letters_of(
        rulebook, case(rulebook), f"resident:{NUMBER}", "replied", contact=replace(CONTACT, phone=phone)
    )
    [without_any] = letters_of(
        rulebook, case(rulebook), f"resident:{NUMBER}", "replied", contact=replace(CONTACT, phone=None)
    )
    assert letter.to == rulebook.people["gui-desk"].phone and letter == without_any


def test_of_a_resident_who_was_forgotten_nobody_tells_the_desk(rulebook: Rulebook) -> None:
    gone = replace(case(rulebook), forget=True)
    assert letters_of(rulebook, gone, f"resident:{NUMBER}", "replied", contact=Contact()) == ()
    [still_told] = letters_of(rulebook, gone, f"resident:{NUMBER}", "replied")
    assert still_told.to == PHONE


def test_nobody_reached_is_a_failure_on_every_channel(rulebook: Rulebook) -> None:
    taken = Taken(refuses=(rulebook.people["engineer-xian"].email,), tells_repeats=False)
    desk = office(rulebook, {}, taken)
    with pytest.raises(Undelivered):
        desk.send(desk.prepare([message("clock_refused", "engineers", case="")]))
