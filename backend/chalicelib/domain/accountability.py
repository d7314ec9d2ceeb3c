"""Who may see a missed limit's record, who notes its cause, who decides what follows (E3). Nobody judges themselves.

The supervisor of the department that owns the promise notes the cause, the property manager decides. What a supervisor missed the
manager judges, what the manager missed the general manager. It is seen by the person concerned and by those above them who judge,
and by nobody else.
"""

from collections.abc import Iterable, Mapping

from .change import By
from .events import Actor, Event
from .lapse import Cause, Consequence, Lapse, LapseChange, apply, linked
from .refusals import Refused
from .standards import Community

_RANKS = ("supervisor", "manager", "general_manager")


def may_see(lapse: Lapse, actor: Actor, community: Community) -> bool:
    """Whether somebody of the community may know of the record."""
    return actor.id == lapse.person or _judges(lapse, actor, community)


def verbs_open_to(lapse: Lapse, actor: Actor, community: Community) -> tuple[str, ...]:
    """What somebody may do with the record now: "explain", "note_cause", "decide"."""
    verbs = []
    if actor.id == lapse.person and lapse.stage != "closed":
        verbs.append("explain")
    if _judges(lapse, actor, community) and lapse.stage != "closed":
        verbs.append("note_cause")
    if _decides(lapse, actor, community) and lapse.cause is not None:
        verbs.append("decide")
    return tuple(verbs)


def explain(lapse: Lapse, by: By, words: str) -> LapseChange:
    """The person concerned says how it came about, as long as nothing is decided."""
    if by.actor.id != lapse.person:
        raise Refused("not_your_record")
    if lapse.stage == "closed":
        raise Refused("record_closed")
    return _changed(lapse, by, "explained", {}, words)


def note_cause(lapse: Lapse, by: By, community: Community, cause: Cause, words: str) -> LapseChange:
    """Notes why the limit was missed; noted again, the later one counts, until it is decided."""
    if not _judges(lapse, by.actor, community):
        raise Refused("not_your_judgement")
    if lapse.stage == "closed":
        raise Refused("record_closed")
    return _changed(lapse, by, "cause_noted", {"cause": cause.value}, words)


def decide(lapse: Lapse, by: By, community: Community, consequence: Consequence, words: str) -> LapseChange:
    """Decides what follows; decided again, the later one counts. Without a fault nothing can follow."""
    if not _decides(lapse, by.actor, community):
        raise Refused("not_your_judgement")
    if lapse.cause is None:
        raise Refused("cause_first")
    if lapse.cause is Cause.NONE and consequence is not Consequence.NONE:
        raise Refused("no_fault")
    return _changed(lapse, by, "decided", {"consequence": consequence.value}, words)


def _changed(lapse: Lapse, by: By, kind: str, data: Mapping[str, object], words: str) -> LapseChange:
    event = linked(lapse, lapse.id, kind, by.actor, by.at, data, words, by.salt)
    return LapseChange(lapse, apply(lapse, event), (event,))


def _judges(lapse: Lapse, actor: Actor, community: Community) -> bool:
    return _rank_of_judge(lapse, actor, community) > _rank_of(lapse.person, community)


def _decides(lapse: Lapse, actor: Actor, community: Community) -> bool:
    return _judges(lapse, actor, community) and _rank_of_judge(lapse, actor, community) >= 1


def _rank_of_judge(lapse: Lapse, actor: Actor, community: Community) -> int:
    """The rank in which somebody has to do with the record: 0 its department's supervisor, 1 the manager, 2 the general manager;
    -1 for everybody else. The role counts too: who lost it judges no more."""
    posts = (community.supervisors.get(lapse.department), community.manager, community.general_manager)
    for rank, (post, role) in enumerate(zip(posts, _RANKS, strict=True)):
        if actor.id == post and actor.role.value == role:
            return rank
    return -1


def _rank_of(person: str, community: Community) -> int:
    """The rank of a person who is accountable: -1 below the supervisors."""
    if person == community.general_manager:
        return 2
    if person == community.manager:
        return 1
    return 0 if person in community.supervisors.values() else -1


def passed_up_in_time(lapse: Lapse, events: Iterable[Event]) -> bool:
    """Whether whom the record concerns passed the case upward before the limit had passed: not doing so is itself a fault (E2).

    `events` are the case's. That it came to them from below does not count, nor what was before the case was opened again.
    """
    before = [event for event in events if event.at <= lapse.due]
    begun = max((event.seq for event in before if event.kind == "reopened"), default=0)
    theirs = {f"staff:{lapse.person}", f"staff:{lapse.instead_of}"}
    return any(
        event.kind == "passed_upward" and event.seq > begun and event.data.get("from") in theirs
        for event in before
    )
