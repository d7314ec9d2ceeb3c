"""What must hold about every case: its chain, its head, its escalations. The rules of the nightly check, pure.

Each rule has a short name that a violation carries, so that a test can ask for it and an engineer can search for it.
"""

from collections.abc import Sequence
from typing import cast

from .case import OPEN, Case, apply
from .chain import faults as chain_faults
from .events import Event
from .evidence import CaseFound, Violation
from .lapse import id_of, newly_missed
from .standards import Rulebook


def standing(found: CaseFound) -> Case | None:
    """The case as the table can still say it: what the events make where they are whole and not behind the head, otherwise
    what the head states; None when neither says anything."""
    made = _made(found)
    if made is not None and (found.head is None or made.version >= found.head.version):
        return made
    return found.head.case if found.head else None


def is_whole(found: CaseFound) -> bool:
    """Whether the events are all there, so that everything else can be derived from them."""
    made = _made(found)
    return made is not None and (found.head is None or made.version >= found.head.version)


def _made(found: CaseFound) -> Case | None:
    if not found.events or found.unreadable or chain_faults(found.events):
        return None
    case: Case | None = None
    try:
        for event in found.events:
            case = apply(case, event)
    except (ValueError, KeyError, TypeError):
        return None
    return case


def lapses_of(events: Sequence[Event]) -> set[str]:
    """The ids of the records of missed limits that a whole history must have (E3)."""
    out: set[str] = set()
    case: Case | None = None
    for event in events:
        before = case.clocks if case else ()
        case = apply(case, event)
        out.update(id_of(event.case, clock) for clock in newly_missed(before, case.clocks))
    return out


def faults_of(found: CaseFound, book: Rulebook) -> list[Violation]:
    """What is wrong within a case's own partition: its chain, its head, its escalations."""
    partition = f"CASE#{found.number}"
    out = list(found.unreadable)
    if not found.events:
        return [*out, Violation("events_missing", partition, "a case without any event")]
    out += [Violation("chain_broken", partition, fault) for fault in chain_faults(found.events)]
    filed = sum(event.kind == "filed" for event in found.events)
    if filed != 1 or found.events[0].kind != "filed":
        out.append(Violation("filed_once", partition, f"filed {filed} times, and once at the start is right"))
    if found.head is None:
        return [*out, Violation("head_missing", f"{partition} / HEAD", "events without the case they make")]
    out += _faults_of_head(found, partition)
    if not out:
        out += faults_of_escalations(found.events, book)
    return out


def _faults_of_head(found: CaseFound, partition: str) -> list[Violation]:
    head, last = found.head, found.events[-1]
    assert head is not None
    item = f"{partition} / HEAD"
    out = []
    if head.version > last.seq:
        missing = ", ".join(f"EV#{seq:06d}" for seq in range(last.seq + 1, head.version + 1)[:5])
        out.append(
            Violation(
                "events_missing", f"{partition} / {missing}", f"the head stands at version {head.version}"
            )
        )
    elif head.version < last.seq:
        out.append(
            Violation("head_behind", item, f"version {head.version}, but the events go up to {last.seq}")
        )
    elif head.case.head != last.hash:
        out.append(Violation("head_hash", item, "its hash is not that of the last event"))
    if head.case.version != head.version:
        out.append(
            Violation("head_version", item, f"version {head.version} beside a case at {head.case.version}")
        )
    made = _made(found)
    if made is None:
        if not chain_faults(found.events) and not found.unreadable:
            out.append(Violation("events_senseless", partition, "the events make no case"))
    elif not out and made != head.case:
        out.append(Violation("head_state", item, "it does not say what the events say"))
    return out


def faults_of_escalations(events: Sequence[Event], book: Rulebook) -> list[Violation]:
    """Each level once for a clock and deadline version, in the ladder's order, and none after the case had ended."""
    out: list[Violation] = []
    fired: dict[tuple[str, int], list[str]] = {}
    case: Case | None = None
    for event in events:
        if event.kind == "escalated" and case is not None:
            item = f"CASE#{event.case} / EV#{event.seq:06d}"
            kind, level = cast(str, event.data["clock"]), cast(str, event.data["level"])
            clock = case.clock(kind)
            if case.state not in OPEN:
                out.append(Violation("escalated_after_end", item, f"{kind}/{level} in state {case.state}"))
            if clock is None:
                out.append(Violation("escalated_nothing", item, f"the case has no clock {kind}"))
            else:
                if not clock.running:
                    out.append(Violation("escalated_at_rest", item, f"{kind}/{level} while its clock stood"))
                if event.data.get("version", clock.version) != clock.version:
                    what = f"{kind}/{level} of deadline {event.data['version']}, which version {clock.version} replaced"
                    out.append(Violation("escalated_old_deadline", item, what))
                before = fired.setdefault((kind, clock.version), [])
                if level in before:
                    out.append(
                        Violation("escalated_twice", item, f"{kind}/{clock.version}/{level} fired before")
                    )
                ladder = book.ladders.get(clock.ladder)
                order = [one.name for one in ladder.levels] if ladder else []
                later = [one for one in before if one in order and level in order[: order.index(one)]]
                if later:
                    out.append(
                        Violation("escalated_out_of_order", item, f"{kind}/{level} came after {later[-1]}")
                    )
                before.append(level)
        if event.kind == "unattended" and (case is None or case.state not in OPEN):
            item = f"CASE#{event.case} / EV#{event.seq:06d}"
            out.append(Violation("unattended_after_end", item, "somebody was told of a case that had ended"))
        case = apply(case, event)
    return out
