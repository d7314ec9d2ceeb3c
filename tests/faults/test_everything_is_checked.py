"""The nightly check names whatever was lost, puts back what can be derived, and cries no wolf (G13)."""

import random
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.owing import owed_by
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.check_everything import Report, check_everything
from chalicelib.jobs.enforce_deadlines import enforce_deadlines
from chalicelib.storage import cases, census
from chalicelib.storage.table import Record, connection
from tests.cases import HOUR, MINUTE, TUESDAY_TEN, file_one
from tests.faults.verbs import BY_NAME, VERBS, ready_for

pytestmark = pytest.mark.usefixtures("table")

LOOKED_AT = TUESDAY_TEN + 2 * HOUR
CASES = 500
TRIALS = 200
AT_ONCE = 50


def check(book: Rulebook, repair: bool = False) -> Report:
    """The nightly check of the test's table."""
    return check_everything(census, book, LOOKED_AT, repair=repair)


def items() -> Iterator[dict[str, Any]]:
    """Every item of the table as it is stored."""
    start = None
    while True:
        page = Record._get_connection().scan(exclusive_start_key=start, consistent_read=True)
        yield from page["Items"]
        start = page.get("LastEvaluatedKey")
        if not start:
            return


def snapshot() -> dict[tuple[str, str], dict[str, Any]]:
    """The table by keys."""
    return {(item["pk"]["S"], item["sk"]["S"]): item for item in items()}


def put(item: dict[str, Any]) -> None:
    """Puts a stored item back as it was."""
    connection().client._make_api_call("PutItem", {"TableName": Record.Meta.table_name, "Item": item})


def take(pk: str, sk: str) -> None:
    """Removes an item by hand, as a mistaken person would."""
    key = {"pk": {"S": pk}, "sk": {"S": sk}}
    connection().client._make_api_call("DeleteItem", {"TableName": Record.Meta.table_name, "Key": key})


def change(item: dict[str, Any], **values: str | None) -> None:
    """Puts an item with other values of some text attributes; None takes one away."""
    changed = {**item, **{name: {"S": value} for name, value in values.items() if value is not None}}
    put({name: value for name, value in changed.items() if values.get(name, "") is not None})


def fill(book: Rulebook, most: int) -> None:
    """Cases of many kinds that went through many verbs, some of them escalated."""
    made = 0
    while made < most:
        for verb in VERBS:
            number = ready_for(verb, book, minutes=made % 50)
            verb.act(verb.request(book, 58), number, file_one(book, "C5").number)
            made += 2
    enforce_deadlines(cases, book, LOOKED_AT)


def test_every_verb_leaves_a_table_without_a_fault_and_owes_just_what_its_history_says(
    rulebook: Rulebook,
) -> None:
    fill(rulebook, 1)
    report = check(rulebook)
    assert report.violations == []
    assert report.cases == 2 * len(VERBS) and report.messages > report.cases and report.moments > 0
    lying = {id for _, _, id in (key[1].partition("#") for key in snapshot() if key[0].startswith("OUT#"))}
    numbers = {key[0].removeprefix("CASE#") for key in snapshot() if key[0].startswith("CASE#")}
    owed = set()
    for number in numbers:
        file = cases.load(number)
        assert file is not None
        owed |= set(owed_by(file.events, rulebook).sure)
    assert owed == lying


def test_any_item_taken_away_by_hand_is_named_and_what_can_be_derived_is_put_back(rulebook: Rulebook) -> None:
    """200 items of 200 different cases in a table of more than 500, fifty at a time: the goal names 2,000 cases, but the check
    reads the whole table each time, and no rule depends on how many other cases there are."""
    fill(rulebook, CASES)
    before = snapshot()
    named = back = derivable = 0
    for keys in drawn(before):
        for key in keys:
            take(*key)
        violations = check(rulebook).violations
        for key in keys:
            assert any(names(v.item, before[key]) for v in violations), f"{key} was not missed: {violations}"
            named += 1
        after = check(rulebook, repair=True)
        lost = [key for key in keys if not is_derivable(before[key])]
        for key in keys:
            still = any(names(violation.item, before[key]) for violation in after.violations)
            assert still == (key in lost), after.violations
        derivable += len(keys) - len(lost)
        back += len(keys) - len(lost)
        for key in lost:
            put(before[key])
        put_contacts_back(before, keys)
    print(f"{named} of {TRIALS} named, {back} of {derivable} put back")
    assert named == TRIALS and derivable > TRIALS / 2
    assert check(rulebook).violations == []
    assert snapshot().keys() == before.keys()


def drawn(before: dict[tuple[str, str], dict[str, Any]]) -> list[list[tuple[str, str]]]:
    """TRIALS items, no two of one case, of every sort in turn; in groups of fifty."""
    chance = random.Random(20261124)
    by_sort = {sort: [] for sort in ("due", "message", "event", "head")}
    for key, item in sorted(before.items()):
        by_sort.get(item["sort"]["S"], []).append(key)
    taken: set[str] = set()
    out = []
    while len(out) < TRIALS:
        keys = by_sort[("due", "message", "event", "head")[len(out) % 4]]
        key = chance.choice(keys)
        number = re.search(r"\d{6}-\d{6}", "/".join(key))
        assert number is not None
        if number.group() not in taken:
            taken.add(number.group())
            out.append(key)
    return [out[start : start + AT_ONCE] for start in range(0, TRIALS, AT_ONCE)]


def put_contacts_back(before: dict[tuple[str, str], dict[str, Any]], keys: list[tuple[str, str]]) -> None:
    """A head comes back without its contact, which stood nowhere else, and the pointer from its telephone went with it: this
    test puts both in again by hand."""
    heads = {key for key in keys if before[key]["sort"]["S"] == "head"}
    numbers = {pk.removeprefix("CASE#") for pk, _ in heads}
    for key, item in before.items():
        pointer = item["sort"]["S"] == "phone_case" and key[1].rpartition("#")[2] in numbers
        if key in heads or pointer:
            put(item)


def names(said: str, item: dict[str, Any]) -> bool:
    """Whether a violation's words name this item."""
    pk, sk = item["pk"]["S"], item["sk"]["S"]
    if item["sort"]["S"] == "message":
        return said == sk.partition("#")[2]
    return said.startswith(pk) and (item["sort"]["S"] == "event" or sk in said)


def is_derivable(item: dict[str, Any]) -> bool:
    """Due moments, heads and the messages of escalations follow from the events; other messages and the events do not."""
    if item["sort"]["S"] == "message":
        id = item["sk"]["S"].partition("#")[2]
        return not id.split("/")[1].isdigit()
    return item["sort"]["S"] in {"due", "head", "provisional"}


def one_case(book: Rulebook) -> tuple[str, dict[tuple[str, str], dict[str, Any]]]:
    """A case that was reminded once, and the table around it."""
    number = file_one(book, "B2").number
    enforce_deadlines(cases, book, TUESDAY_TEN + 8 * HOUR)
    return number, snapshot()


def rules(report: Report) -> set[str]:
    """The names of the rules that are violated."""
    return {violation.rule for violation in report.violations}


@pytest.mark.parametrize(
    ("rule", "attributes"),
    [
        ("head_state", {"case": ('"major"', '"ordinary"')}),
        ("head_version", {"case": ('"version":', '"version":1')}),
        ("index_fields", {"queue_at": ("2026", "2027")}),
        ("unreadable", {"case": ("{", "[")}),
    ],
)
def test_a_head_changed_by_hand_is_named(
    rulebook: Rulebook, rule: str, attributes: dict[str, tuple[str, str]]
) -> None:
    number, before = one_case(rulebook)
    head = before[(f"CASE#{number}", "HEAD")]
    change(head, **{name: head[name]["S"].replace(*words, 1) for name, words in attributes.items()})
    report = check(rulebook)
    assert rule in rules(report)
    assert all(f"CASE#{number}" in violation.item for violation in report.violations)


def test_an_event_changed_by_hand_breaks_the_chain(rulebook: Rulebook) -> None:
    number, before = one_case(rulebook)
    event = before[(f"CASE#{number}", "EV#000001")]
    change(event, event=event["event"]["S"].replace("gui-assistant-1", "gui-assistant-2"))
    assert rules(check(rulebook)) == {"chain_broken"}


def test_a_reopened_case_escalates_again_under_messages_of_their_own(rulebook: Rulebook) -> None:
    number = file_one(rulebook, "C1").number
    enforce_deadlines(cases, rulebook, TUESDAY_TEN + 20 * MINUTE)
    done, reopened = BY_NAME["resolve"], BY_NAME["reopen"]
    done.act(done.request(rulebook, 21), number, "")
    reopened.act(reopened.request(rulebook, 30), number, "")
    enforce_deadlines(cases, rulebook, TUESDAY_TEN + 50 * MINUTE)
    file = cases.load(number)
    assert file is not None
    ids = [id for id in owed_by(file.events, rulebook).sure if "/arrive/" in id]
    assert [id.removeprefix(f"{number}/arrive/") for id in ids] == [
        "1/reminder",
        "1/supervisor",
        "1/manager",
        "2/reminder",
        "2/supervisor",
        "2/manager",
    ]
    assert check(rulebook).violations == []


def test_words_that_were_erased_break_nothing(rulebook: Rulebook) -> None:
    number, before = one_case(rulebook)
    change(before[(f"CASE#{number}", "EV#000001")], words=None, salt=None)
    assert check(rulebook).violations == []


def test_a_moment_of_no_case_or_of_another_time_is_named_and_removed(rulebook: Rulebook) -> None:
    number, before = one_case(rulebook)
    stray = ("DUE#0", f"2026-12-01T00:00:00.000Z#{number}#reply")
    orphan = ("DUE#0", "2026-12-01T00:00:00.000Z#261124-999999#reply")
    for pk, sk in (stray, orphan):
        put({"pk": {"S": pk}, "sk": {"S": sk}, "sort": {"S": "due"}})
    report = check(rulebook)
    assert [violation.rule for violation in report.violations] == ["moment_stray", "moment_stray"]
    assert len(check(rulebook, repair=True).repaired) == 2
    assert snapshot().keys() == before.keys()


def test_a_message_in_two_places_and_a_message_that_nothing_owes_are_named(rulebook: Rulebook) -> None:
    number, before = one_case(rulebook)
    key, item = next((key, item) for key, item in before.items() if key[0].startswith("OUT#"))
    id = key[1].partition("#")[2]
    put({**item, "pk": {"S": f"SENT#{number}"}, "sk": {"S": id}})
    false = item["message"]["S"].replace(id, f"{number}/77/1")
    put({**item, "pk": {"S": f"SENT#{number}"}, "sk": {"S": f"{number}/77/1"}, "message": {"S": false}})
    assert rules(check(rulebook)) == {"message_twice", "message_stray"}


def test_what_was_sent_so_long_ago_that_it_was_forgotten_is_not_missed(rulebook: Rulebook) -> None:
    _, before = one_case(rulebook)
    for pk, sk in before:
        if pk.startswith("OUT#"):
            take(pk, sk)
    assert rules(check(rulebook)) == {"message_missing"}
    late = LOOKED_AT + census.SENT_KEPT + timedelta(days=1)
    assert check_everything(census, rulebook, late).violations == []


def test_a_remembered_request_for_a_case_that_is_not_there_is_named(rulebook: Rulebook) -> None:
    item = {"sort": {"S": "key"}, "body": {"S": ""}, "number": {"S": "261124-999999"}}
    put({"pk": {"S": "KEY#1"}, "sk": {"S": "KEY"}, "version": {"N": "1"}, "expires": {"N": "1"}, **item})
    assert rules(check(rulebook)) == {"key_dangling"}


def test_a_case_that_changes_while_it_is_read_is_no_violation(rulebook: Rulebook) -> None:
    """The scan sees the case before the sweep and its due items after it: only a second look tells."""
    number = file_one(rulebook, "C1").number

    class Moving:
        """The census with a sweep between the cases and everything else."""

        def __getattr__(self, name: str) -> Any:
            return getattr(census, name)

        def everything(self) -> Iterator[Any]:
            for found in sorted(census.everything(), key=lambda f: not hasattr(f, "events")):
                yield found
                if hasattr(found, "events"):
                    enforce_deadlines(cases, rulebook, TUESDAY_TEN + 5 * MINUTE)
                    yield from ()

    moved = Moving()
    before = set(snapshot())
    assert check_everything(moved, rulebook, LOOKED_AT).violations == []  # type: ignore[arg-type]
    assert set(snapshot()) != before and cases.load(number) is not None
