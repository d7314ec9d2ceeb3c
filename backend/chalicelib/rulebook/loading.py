"""Loads the rulebook from docs/rulebook: reads every file, checks each by itself, then all of them together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from chalicelib.domain.calendar import ServiceCalendar
from chalicelib.domain.standards import Rulebook
from chalicelib.rulebook.compiled import version_of
from chalicelib.rulebook.explaining import written_out
from chalicelib.rulebook.files import RulebookFiles
from chalicelib.rulebook.problems import Problems
from chalicelib.rulebook.read_parts import PartsReader


def load(root: Path | str) -> Rulebook:
    """The rulebook of a folder like docs/rulebook. Raises RulebookError with every mistake in it."""
    problems = Problems(_as_seen_from_here(Path(root)))
    files = RulebookFiles(Path(root), problems)
    reader = PartsReader(files, problems)
    departments = reader.departments()
    ladders = reader.ladders()
    zone, calendars_by_year = reader.service(), reader.years()
    company = reader.company()
    communities = reader.communities(company, departments, zone[0])
    standards = reader.standards(departments, ladders)
    counting = reader.counting()
    forms = reader.forms()
    messages = reader.messages()
    answers = reader.answers()
    topics = reader.topics(standards)
    notices = reader.notices()
    board = reader.board()
    families = reader.families(standards, departments)
    services = reader.services(standards, families)
    incidents = reader.incidents(standards)
    open_days = reader.open_days(communities)
    call_backs = reader.call_backs(departments, families)
    problems.raise_if_any()

    name, opens, closes = zone
    zones = {name, *(community.zone for community in communities.values())}
    people = {**company.people}
    for community in communities.values():
        people.update(community.people)
    drawn = Rulebook(
        version="",
        zone=name,
        standards=standards,
        ladders=ladders,
        departments=departments,
        people=people,
        communities=communities,
        calendars={one: ServiceCalendar(one, opens, closes, calendars_by_year) for one in sorted(zones)},
        forms=forms,
        messages=messages,
        answers=answers,
        topics=topics,
        notices=notices,
        board=board,
        families=families,
        services=services,
        incidents=incidents,
        call_backs=call_backs,
        open_days=open_days,
    )
    explained = {
        standard.id: written_out(standard, drawn, counting, reader.table_of(standard.id))
        for standard in standards.values()
    }
    problems.raise_if_any()
    complete = replace(drawn, standards=explained)
    return replace(complete, version=version_of(complete))


def _as_seen_from_here(root: Path) -> str:
    """The folder as a mistake names it: as it is called from the folder in which the check runs, where it lies inside."""
    here = Path.cwd()
    return str(root.resolve().relative_to(here) if root.resolve().is_relative_to(here) else root)
