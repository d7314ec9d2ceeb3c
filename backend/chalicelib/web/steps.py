"""The plan of a breach or an emergency as a checklist: what is done, by whom and when, and a form for each step that is not."""

from __future__ import annotations

from chalicelib.domain.events import Actor
from chalicelib.domain.keeping import CaseFile
from chalicelib.domain.rules import open_to
from chalicelib.domain.standards import Text

from .buttons import hidden_fields
from .plan_views import PlanView, StepView
from .story import Reader, step_title, who_did


def plan_view(file: CaseFile, reader: Reader, actor: Actor) -> PlanView | None:
    """The checklist of a case; None for one that has no plan."""
    case = file.case
    if case.plan is None:
        return None
    standard = reader.book.standards.get(case.category)
    titles = {one.id: one.title for one in standard.plans} if standard else {}
    ticks = {str(event.data["step"]): event for event in file.events if event.kind == "ticked"}
    steps = []
    for id in case.steps:
        title, tick = reader.say(step_title(case, id, reader.book)), ticks.get(id)
        if tick is None:
            steps.append(StepView(id, title))
        else:
            when = f"{reader.moment(tick.at, case)} · {who_did(tick, case, reader)}"
            steps.append(StepView(id, title, when, tick.words or ""))
    may = "tick" in open_to(case, actor)
    return PlanView(
        title=reader.say(titles.get(case.plan, Text(case.plan, case.plan))),
        steps=steps,
        left=len(case.steps) - len(case.ticked),
        action=f"/api/staff/cases/{case.number}/tick" if may else "",
        hidden=[*hidden_fields(reader.language), ("seen", str(case.version))] if may else (),
    )
