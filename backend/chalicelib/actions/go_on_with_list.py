"""Go on with a list that was sent in: a few pieces of it looked through, or carried out after its report was accepted.

Every step is bounded and may be stopped at any instruction. What it did stands; done again it finds nothing left to do
there. A home that changed since the report is left as it is and named, unless it already is as the list wants it.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Protocol

from chalicelib.domain.accounts import Account
from chalicelib.domain.home_list import HomeLine
from chalicelib.domain.home_plan import HomePlan, plan
from chalicelib.domain.households import Household
from chalicelib.domain.importing import Finding, Import, Report, Sort, Stage, carried, looked
from chalicelib.domain.keeping import Stale
from chalicelib.domain.list_reading import Piece
from chalicelib.domain.staff_list import StaffLine, StaffPlan, plan_staff

from .send_list import read_piece

# Of those who change the same homes at once, each is read anew so often.
TRIES = 4
_DONE = Finding("outcome", "done")


class Lists(Protocol):
    """Keeps lists that were sent in. Every method may raise Unavailable."""

    def piece(self, id: str, number: int) -> str:
        """The rows of a piece. Raises LookupError when the list is gone."""

    def report(self, id: str, number: int) -> Report | None:
        """What was found in a piece."""

    def advance(self, before: Import, after: Import, reports: Mapping[int, Report] | None = None) -> Import:
        """Keeps what a step made. Raises Stale."""


class Homes(Protocol):
    """Keeps the register of homes. Every method may raise Unavailable."""

    def households(self, community: str, ids: Iterable[str]) -> dict[str, Household]:
        """Homes by id, consistently."""

    def save_all(self, homes: Sequence[tuple[Household | None, Household]], by: str = "") -> list[str]:
        """Keeps homes as they are to be, if each is still as it was; the ids of those that were not. What a home becomes on
        the way, where it takes several steps, says that the list `by` goes on with it."""

    def new_member_id(self) -> str:
        """An id for somebody new."""


class Accounts(Protocol):
    """Keeps staff accounts. Every method may raise Unavailable."""

    def everyone(self, community: str) -> list[Account]:
        """All accounts of a community."""

    def save(self, account: Account) -> Account:
        """Keeps an account. Raises Stale when somebody else changed it first."""


def go_on_with_list(
    lists: Lists, homes: Homes, accounts: Accounts, one: Import, at: datetime, time_is_up: Callable[[], bool]
) -> Import:
    """The list after as many steps as there is time for, at least one. Raises Stale when somebody else went on with it first,
    LookupError when it was removed meanwhile."""
    while one.working:
        number = one.done
        piece = read_piece(lists.piece(one.id, number))
        report = lists.report(one.id, number)
        if one.stage is Stage.LOOKING:
            made = (
                _look_at_staff(accounts, one, piece)
                if one.sort is Sort.STAFF
                else _look(homes, one, piece, at)
            )
            one = lists.advance(one, looked(one, 1, made.findings), {number: made})
        else:
            assert report is not None
            if one.sort is Sort.STAFF:
                outcomes = _carry_out_staff(accounts, one, piece, report)
            else:
                outcomes = _carry_out(homes, one, piece, report, at)
            told = [outcome for outcome in outcomes if outcome.code != "done"]
            kept = replace(report, findings=(*report.findings, *told))
            one = lists.advance(one, carried(one, 1, outcomes), {number: kept} if told else {})
        if time_is_up():
            break
    return one


def _look(homes: Homes, one: Import, piece: Piece, at: datetime) -> Report:
    """What the lines of a piece would make of the homes as they are."""
    found, plans = _plans(homes, one, piece, at)
    findings = [*piece.findings, *(finding for _, its in plans for finding in its.findings)]
    findings.sort(key=lambda finding: finding.row or 0)
    base = {id: (found[id].version if id in found else 0) for id, _ in plans}
    return Report(tuple(findings), base)


def _carry_out(homes: Homes, one: Import, piece: Piece, report: Report, at: datetime) -> list[Finding]:
    promised = {
        f"{finding.facts.get('building')}|{finding.facts.get('home')}"
        for finding in report.findings
        if finding.kind == "change"
    }
    outcomes: list[Finding] = []
    lost: dict[str, Finding] = {}
    for _ in range(TRIES):
        found, plans = _plans(homes, one, piece, at, lost or None)
        ready: list[tuple[Household | None, Household]] = []
        named: dict[str, Finding] = {}
        for id, its in plans:
            home = its.after.home
            if f"{home.building}|{home.said}" not in promised and not its.changes:
                continue
            before = found.get(id)
            named[id] = Finding(
                "outcome", "changed_meanwhile", None, "", "", {"building": home.building, "home": home.said}
            )
            if not its.changes:
                outcomes.append(_DONE)  # it is as it was to be, by whosever hand
            elif not _as_looked_at(before, report.base.get(id, -1), one):
                outcomes.append(named[id])
            else:
                ready.append((before, its.after))
        lost = {id: named[id] for id in homes.save_all(ready, one.id)}
        outcomes += [_DONE] * (len(ready) - len(lost))
        if not lost:
            break
        # Somebody was faster: whoever goes on with this very list, or a change that makes it another home.
    return [*outcomes, *lost.values()]


def _as_looked_at(home: Household | None, base: int, one: Import) -> bool:
    """Whether nobody has changed a home since the report, but for this list itself on its way."""
    if home is None:
        return base == 0
    return home.version == base or home.on_the_way_by == one.id


def _plans(
    homes: Homes, one: Import, piece: Piece, at: datetime, only: Container[str] | None = None
) -> tuple[dict[str, Household], list[tuple[str, HomePlan]]]:
    """The homes of a piece, or `only` some of them, as they are and as the list wants them."""
    lines = [HomeLine.from_json(kept) for kept in piece.lines]
    groups = [
        (id, list(its))
        for id, its in groupby(lines, key=lambda line: line.home)
        if only is None or id in only
    ]
    found = homes.households(one.community, [id for id, _ in groups])
    spoiled = frozenset(piece.spoiled)
    plans = [
        (
            id,
            plan(
                one.community,
                found.get(id),
                its,
                at,
                one.whole and id not in spoiled,
                homes.new_member_id,
            ),
        )
        for id, its in groups
    ]
    return found, plans


def _look_at_staff(accounts: Accounts, one: Import, piece: Piece) -> Report:
    everyone, its = _staff_plan(accounts, one, piece)
    findings = sorted((*piece.findings, *its.findings), key=lambda finding: finding.row or 0)
    return Report(tuple(findings), {account.id: account.version for account in everyone})


def _carry_out_staff(accounts: Accounts, one: Import, piece: Piece, report: Report) -> list[Finding]:
    everyone, its = _staff_plan(accounts, one, piece)
    versions = {account.id: account.version for account in everyone}
    outcomes: list[Finding] = []
    for account in its.after:
        meanwhile = Finding("outcome", "changed_meanwhile", None, "", account.name)
        if versions.get(account.id, 0) != report.base.get(account.id, 0):
            outcomes.append(meanwhile)
            continue
        try:
            accounts.save(account)
        except Stale:
            outcomes.append(meanwhile)
        else:
            outcomes.append(_DONE)
    return outcomes


def _staff_plan(accounts: Accounts, one: Import, piece: Piece) -> tuple[list[Account], StaffPlan]:
    lines = [StaffLine.from_json(kept) for kept in piece.lines]
    everyone = accounts.everyone(one.community)
    whole = one.whole and not piece.spoiled
    return everyone, plan_staff(
        one.community, everyone, lines, one.by, whole, lambda row: f"p-{one.id[:6]}-{row}"
    )
