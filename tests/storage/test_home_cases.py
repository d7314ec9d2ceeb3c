"""The cases of a home: found by their items, written and taken away in the case's own transaction, and put back by the check."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.domain import case_json, residents, working
from chalicelib.domain.case import Case, fold
from chalicelib.domain.chain import canonical
from chalicelib.domain.events import Role
from chalicelib.domain.filing import file
from chalicelib.domain.keeping import CaseFile
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.check_everything import check_everything
from chalicelib.storage import cases, census, home_cases
from chalicelib.storage.table import HeadRecord, Record
from tests.cases import COMMUNITY, CONTACT, HOUR, MINUTE, NUMBER, TUESDAY_TEN, by, filed, report

pytestmark = pytest.mark.usefixtures("table")

HOME = "g3-2-502"
OF_HOME = replace(CONTACT, home_id=HOME)


def home_keys() -> list[str]:
    """The sort keys of what lies with the home."""
    return sorted(record.sk for record in Record.query(f"HOME#{COMMUNITY}/{HOME}"))


def save(book: Rulebook, n: int = 1) -> Case:
    """The `n`-th case of the home, filed `n` minutes past ten."""
    number = f"261124-{n:06d}"
    change = filed(book, "C2", TUESDAY_TEN + n * MINUTE, number)
    cases.save([change], {number: OF_HOME})
    return change.after


def whole(number: str = NUMBER) -> CaseFile:
    """The case as it is stored."""
    found = cases.load(number)
    assert found is not None
    return found


def pages(since=TUESDAY_TEN, limit: int = 2) -> Iterator[list[str]]:
    """All pages of the home's cases."""
    after = None
    while True:
        numbers, after = home_cases.page(COMMUNITY, HOME, since, after, limit)
        yield numbers
        if after is None:
            return


def test_a_case_of_a_known_home_is_found_by_it_and_keeps_saying_so(rulebook: Rulebook) -> None:
    case = save(rulebook)
    assert home_keys() == [
        "CASE#2026-11-24T02:01:00.000Z#261124-000001",
        "OPEN#2026-11-24T02:01:00.000Z#261124-000001",
    ]
    assert whole().contact.home_id == HOME
    noted = working.note(case, by(Role.DESK), "甲")
    cases.save([noted], {NUMBER: whole().contact})
    assert whole().contact.home_id == HOME
    assert len(home_keys()) == 2


def test_a_case_without_a_known_home_lies_with_none(rulebook: Rulebook) -> None:
    cases.save([filed(rulebook)], {NUMBER: CONTACT})
    assert not [r for r in Record.scan() if r.pk.startswith("HOME#")]


def test_a_case_stays_with_what_is_current_until_the_resident_has_spoken(rulebook: Rulebook) -> None:
    case = save(rulebook)
    resolved = working.resolve(case, by(Role.TECHNICIAN, TUESDAY_TEN + HOUR), rulebook, "换了灯座")
    cases.save([resolved], {NUMBER: OF_HOME})
    assert home_cases.open_ones(COMMUNITY, HOME, TUESDAY_TEN) == [NUMBER]
    confirmed = residents.confirm(resolved.after, by(at=TUESDAY_TEN + 2 * HOUR))
    cases.save([confirmed], {NUMBER: OF_HOME})
    assert home_cases.open_ones(COMMUNITY, HOME, TUESDAY_TEN) == []
    assert home_cases.page(COMMUNITY, HOME, TUESDAY_TEN) == ([NUMBER], None)
    again = residents.reopen(confirmed.after, by(at=TUESDAY_TEN + 3 * HOUR), rulebook, "又不亮了")
    cases.save([again], {NUMBER: OF_HOME})
    assert home_cases.open_ones(COMMUNITY, HOME, TUESDAY_TEN) == [NUMBER]


def test_a_home_reads_its_cases_in_pages_the_newest_first_and_none_from_before_its_time(
    rulebook: Rulebook,
) -> None:
    for n in range(1, 6):
        save(rulebook, n)
    found = list(pages())
    assert found == [
        ["261124-000005", "261124-000004"],
        ["261124-000003", "261124-000002"],
        ["261124-000001"],
    ]
    assert [n for page in pages(since=TUESDAY_TEN + 4 * MINUTE) for n in page] == [
        "261124-000005",
        "261124-000004",
    ]


def test_the_check_misses_items_of_a_home_and_puts_them_back(rulebook: Rulebook) -> None:
    save(rulebook, 1), save(rulebook, 2)
    assert check_everything(census, rulebook, TUESDAY_TEN + 3 * MINUTE).violations == []
    before = home_keys()
    for record in list(Record.query(f"HOME#{COMMUNITY}/{HOME}")):
        record.delete()
    found = check_everything(census, rulebook, TUESDAY_TEN + 3 * MINUTE, repair=True)
    assert {v.rule for v in found.repaired} == {"moment_missing"} and len(found.repaired) == 4
    assert found.violations == []
    assert home_keys() == before


def test_the_check_takes_away_what_lies_with_a_home_that_the_case_does_not_name(rulebook: Rulebook) -> None:
    case = save(rulebook)
    strange = next(iter(home_cases.home_records(case, replace(OF_HOME, home_id="g3-2-503")).values()))
    strange.save()
    found = check_everything(census, rulebook, TUESDAY_TEN + 3 * MINUTE, repair=True)
    assert [v.rule for v in found.repaired] == ["moment_stray"]
    assert not list(Record.query(f"HOME#{COMMUNITY}/g3-2-503"))
    assert len(home_keys()) == 2


def test_a_lost_head_comes_back_with_its_home(rulebook: Rulebook) -> None:
    save(rulebook)
    HeadRecord.get(f"CASE#{NUMBER}", "HEAD").delete()
    found = check_everything(census, rulebook, TUESDAY_TEN + 3 * MINUTE, repair=True)
    # The pointer from the telephone goes: the telephone stood in the head, and nowhere else in words.
    assert [v.rule for v in found.repaired] == ["head_missing", "moment_stray"]
    assert found.violations == []
    assert whole().contact.home_id == HOME and len(home_keys()) == 2


def test_a_case_is_verified_only_when_it_was_filed_so(rulebook: Rulebook) -> None:
    plain = filed(rulebook)
    assert not plain.after.verified and "verified" not in plain.events[0].data
    assert "verified" not in case_json.to_json(plain.after)
    known = file(report(rulebook, verified=True), NUMBER, by(), rulebook)
    assert known.after.verified and known.events[0].data["verified"] is True
    assert case_json.from_json(case_json.to_json(known.after)) == known.after
    assert fold(known.events) == known.after


def test_a_case_saved_before_homes_were_known_reads_as_it_was(rulebook: Rulebook) -> None:
    """What was written then has neither field: it is unverified and belongs to no home."""
    change = filed(rulebook)
    cases.save([change], {NUMBER: CONTACT})
    head = HeadRecord.get(f"CASE#{NUMBER}", "HEAD")
    assert head.home_id is None and '"verified"' not in head.case
    assert "verified" not in canonical(change.events[0].data)
    assert whole().contact == CONTACT and not whole().case.verified
    assert check_everything(census, rulebook, TUESDAY_TEN + MINUTE).violations == []
