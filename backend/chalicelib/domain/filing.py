"""Filing: a report becomes a case with its promises stamped, someone in charge, and the messages this owes."""

from dataclasses import dataclass
from typing import Literal

from .change import By, Change, Draft
from .charge import address_at_level, first_in_charge
from .promise import stamp
from .standards import Rulebook


@dataclass(frozen=True, slots=True)
class Report:
    """What a resident reports. Who they are stands in the contact that is kept beside the case, not here.

    `verified`: the company knows the home it comes from, because the resident had signed in or staff filed it for a home of
    the register. Only the server says so, never what was sent.
    """

    community: str
    building: str
    category: str
    place: Literal["home", "shared"]
    words: str
    language: str = "zh"
    tell_resident: bool = True
    visit_agreed: bool = False
    verified: bool = False
    plan: str = ""


def file(report: Report, number: str, by: By, book: Rulebook) -> Change:
    """The change that files `report` under `number`.

    The report was validated against the rulebook at the edge: an unknown community, building, category or plan is a KeyError.
    A major complaint reaches the manager in the same transaction (B2), not at the next look of the scheduled check.
    """
    standard = book.standards[report.category]
    community = book.communities[report.community]
    community.buildings[report.building]
    charge = first_in_charge(standard, community, report.building, by)
    starts = ("filing", "visit_agreed") if report.visit_agreed else ("filing",)
    plan = standard.plan(report.plan) if standard.plans else None
    data: dict[str, object] = {
        "community": report.community,
        "building": report.building,
        "kind": standard.kind,
        "category": standard.id,
        "severity": standard.severity,
        "department": standard.department,
        "place": report.place,
        "language": report.language,
        "rulebook": book.version,
        "in_charge": f"staff:{charge.person}",
    }
    if charge.fallback:
        data["fallback"] = True
    if charge.instead_of is not None:
        data["instead_of"] = charge.instead_of
    if plan is not None:
        data["plan"] = plan.id
        data["steps"] = [step.id for step in plan.steps]
    if not report.tell_resident:
        data["tell"] = False
    if report.verified:
        data["verified"] = True
    draft = Draft(None, by, number)
    draft.record(
        "filed", data, words=report.words, clocks=stamp(book, report.community, standard.id, by.at, starts)
    )
    draft.tell_in_charge("assigned_to_fallback" if charge.fallback else "assigned", {"standard": standard.id})
    draft.tell_resident("filed", {"standard": standard.id})
    for role in standard.tell_at_once:
        draft.owe("told_at_once", address_at_level(role, draft.case, book, by), {"standard": standard.id})
    return draft.done()
