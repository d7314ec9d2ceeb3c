"""The lists of the desk: in which of them a case stands while work is owed on it."""

from collections.abc import Mapping

from .case import Case

LISTS = ("of_person", "of_building", "of_department", "unassigned", "waiting", "unverified", "grave")
"""Every list besides the queue of all open cases. The first three are kept for each person, building and department."""


def lists_of(case: Case) -> Mapping[str, str]:
    """The lists that an open case stands in, each with the key of its part of it; none once the case has ended.

    unassigned  nobody was found for it and the desk holds it
    waiting     its clocks rest, or an extension waits for the manager
    unverified  nobody who had signed in filed it, nor staff for a home of the register
    grave       urgent or major
    """
    if not case.is_open:
        return {}
    found = {
        "of_person": person_key(case.community, case.in_charge),
        "of_building": part_key(case.community, case.building),
        "of_department": part_key(case.community, case.department),
    }
    marks = {
        "unassigned": case.fallback,
        "waiting": case.paused is not None or case.asked is not None,
        "unverified": not case.verified,
        "grave": case.severity != "ordinary",
    }
    return found | {name: case.community for name, stands in marks.items() if stands}


def person_key(community: str, in_charge: str) -> str:
    """The part of `of_person` for whoever "staff:<person>" or "department:<id>" means."""
    return f"{community}/{in_charge}"


def part_key(community: str, id: str) -> str:
    """The part of `of_building` or `of_department` for one of them."""
    return f"{community}/{id}"
