"""What the rows of a list make of a home of the register: people added, changed, moved out, and what is said about each.

Whoever is new is reached in Chinese and by text message unless the list says otherwise.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from .home_list import HomeLine
from .households import (
    MOST_MEMBERS,
    SENSITIVE,
    Home,
    Household,
    Member,
    Need,
    Relation,
    digits_of,
    moved_out,
    new_home,
    with_member,
)
from .importing import Finding
from .retention import NEEDS as LONGEST_NEED
from .telephones import hidden_middle

DEFAULT_LANGUAGE, DEFAULT_CHANNEL = "zh", "sms"


@dataclass(frozen=True, slots=True)
class HomePlan:
    """What a list makes of a home: the home after it, and what is to be said about it."""

    after: Household
    findings: tuple[Finding, ...]

    @property
    def changes(self) -> bool:
        """Whether anything changes."""
        return any(one.kind == "change" for one in self.findings)


def plan(
    community: str,
    found: Household | None,
    lines: Sequence[HomeLine],
    now: datetime,
    whole: bool,
    new_id: Callable[[], str],
) -> HomePlan:
    """What the lines of one home make of it. `whole`: whoever lives there and stands on no line has moved out."""
    first = lines[0]
    home = found.home if found else new_home(community, first.building, first.unit, first.room)
    after = found or Household(home)
    findings: list[Finding] = []
    if found is None:
        findings.append(_change("new_home", first.row, home))
    meant = _matched(after, [line for line in lines if line.name])
    # Who leaves goes first: they take up no room of those who come.
    for line in lines:
        if line.left and (gone := meant.get(line.row)) is not None:
            findings.append(_change("moved_out", line.row, home, gone.name))
            after = moved_out(after, gone.id, now)
    if whole:
        stay = {one.id for one in meant.values()}
        for one in found.living if found else ():
            if one.id not in stay:
                findings.append(_change("not_on_list", None, home, one.name))
                after = moved_out(after, one.id, now)
    for line in lines:
        if not line.name or line.left:
            continue
        member = meant.get(line.row)
        if member is not None:
            changed, its = _changed(member, line, home, now)
            if _lacks_consent(changed):
                findings.append(_finding("fault", "consent_needed", line.row, home, line.name, "consent"))
            else:
                findings += its
                after = with_member(after, changed)
        elif line.relation is None:
            findings.append(_finding("fault", "relation_needed", line.row, home, line.name, "relation"))
        elif len(after.living) >= MOST_MEMBERS:
            most = str(MOST_MEMBERS)
            findings.append(
                _finding("fault", "too_many_people", line.row, home, line.name, "name", most=most)
            )
        else:
            member = _new_member(line, home, now, new_id())
            if _lacks_consent(member):
                findings.append(_finding("fault", "consent_needed", line.row, home, line.name, "consent"))
                continue
            findings.append(
                _finding(
                    "change", "new_person", line.row, home, line.name,
                    relation=member.relation.value, phone=hidden_middle(member.phone or ""),
                    language=member.language, needs=needs_said(member.needs),
                )
            )  # fmt: skip
            after = with_member(after, member)
    return HomePlan(after, tuple(findings))


def _lacks_consent(member: Member) -> bool:
    return member.consent_at is None and any(need.kind in SENSITIVE for need in member.needs)


def needs_said(needs: Iterable[Need]) -> str:
    """What is to be minded, for a sentence that the edge says: `kind|reason|day`, one a line."""
    return "\n".join(
        f"{need.kind}|{need.reason}|{need.until.isoformat() if need.until else ''}" for need in needs
    )


def _matched(household: Household, lines: Sequence[HomeLine]) -> dict[int, Member]:
    """Which member each row means: by name and telephone, by name, else by a telephone that only they have: a new name."""
    free = list(household.living)
    meant: dict[int, Member] = {}

    def take(line: HomeLine, fits: list[Member]) -> None:
        if line.row not in meant and fits:
            meant[line.row] = fits[0]
            free.remove(fits[0])

    for line in lines:
        take(line, [m for m in free if m.name == line.name and digits_of(m.phone or "") == line.phone])
    for line in lines:
        take(line, [m for m in free if m.name == line.name])
    for line in lines:
        fits = [m for m in free if line.phone and digits_of(m.phone or "") == line.phone]
        wanting = [one for one in lines if one.phone == line.phone and one.row not in meant]
        if len(fits) == 1 and len(wanting) == 1 and not line.left:
            take(line, fits)
    return meant


def _changed(member: Member, line: HomeLine, home: Home, now: datetime) -> tuple[Member, list[Finding]]:
    """The member as the line says, and each difference."""
    after = replace(
        member,
        name=line.name,
        phone=_phone(member.phone, line.phone),
        relation=Relation(line.relation) if line.relation else member.relation,
        language=line.language or member.language,
        channel=line.channel or member.channel,
    )
    if line.consent is not None:
        after = _consented(after, line.consent)
    if line.needs is not None:
        after = replace(after, needs=_needs_after(member.needs, line.needs, now))
    findings = []
    for field, was, is_now in (
        ("name", member.name, after.name),
        ("phone", hidden_middle(member.phone or ""), hidden_middle(after.phone or "")),
        ("relation", member.relation.value, after.relation.value),
        ("language", member.language, after.language),
        ("channel", member.channel, after.channel),
        ("consent", "yes" if member.consent_at else "", "yes" if after.consent_at else ""),
        ("needs", needs_said(member.needs), needs_said(after.needs)),
    ):
        if getattr(member, "consent_at" if field == "consent" else field) != getattr(
            after, "consent_at" if field == "consent" else field
        ):
            facts = {"before": was, "after": is_now}
            findings.append(_finding("change", field, line.row, home, member.name, field, **facts))
    return after, findings


def _phone(before: str | None, said: str | None) -> str | None:
    """The telephone after the list; one that is the same number stays as it was written."""
    if said is None or digits_of(before or "") == said:
        return before
    return said or None


def _consented(member: Member, consent: str) -> Member:
    """Consent given counts from the day first told; taken back, what rested on it goes."""
    if not consent:
        needs = tuple(need for need in member.needs if need.kind not in SENSITIVE)
        return replace(member, consent_at=None, needs=needs)
    if member.consent_at is not None:
        return member
    return replace(member, consent_at=_midday(consent))


def _midday(day: str) -> datetime:
    """The day as a moment: its noon in China."""
    return datetime.combine(date.fromisoformat(day), time(4), UTC)


def _needs_after(
    before: Sequence[Need], said: Sequence[tuple[str, str, str]], now: datetime
) -> tuple[Need, ...]:
    """What is to be minded after the list. Without a last day what is there keeps its own, and what is new has a year."""
    known = {(need.kind, need.reason): need for need in before}
    longest = now.date() + LONGEST_NEED
    out = []
    for kind, reason, until in said:
        same = known.get((kind, reason))
        if until:
            out.append(Need(kind, reason, date.fromisoformat(until)))
        else:
            out.append(same or Need(kind, reason, longest - timedelta(days=1)))
    return tuple(out)


def _new_member(line: HomeLine, home: Home, now: datetime, id: str) -> Member:
    return Member(
        id=id,
        community=home.community,
        home=home.id,
        name=line.name,
        phone=line.phone or None,
        relation=Relation(line.relation or ""),
        language=line.language or DEFAULT_LANGUAGE,
        channel=line.channel or DEFAULT_CHANNEL,
        consent_at=_midday(line.consent) if line.consent else None,
        needs=_needs_after((), line.needs or (), now),
        since=now,
    )


def _change(code: str, row: int | None, home: Home, about: str = "") -> Finding:
    return _finding("change", code, row, home, about)


def _finding(
    kind: str, code: str, row: int | None, home: Home, about: str, column: str = "", **facts: str
) -> Finding:
    where = {"building": home.building, "home": home.said}
    return Finding(kind, code, row, column, about, {**where, **facts})
