"""A case as its head keeps it: JSON values, as short as they can be, for an item is paid for by the kilobyte."""

from collections.abc import Mapping
from typing import cast

from . import call_back as call_backs_of
from . import clock as clocks_of
from .case import Asked, Case, State
from .moments import read, written
from .watch import watch_from_json, watch_to_json

# In the order in which they lie in "is", without their names: an item is paid for by the kilobyte, and each change of a case
# pays for its head again. None is added to them: what is new stands under its own name, so that what lies there stays readable.
PLAIN = (
    "number",
    "community",
    "building",
    "kind",
    "category",
    "severity",
    "department",
    "place",
    "language",
    "rulebook",
)


def to_json(case: Case) -> dict[str, object]:
    """The case as JSON values, without what stands at its usual value."""
    out: dict[str, object] = {
        "is": [getattr(case, name) for name in PLAIN],
        "opened": written(case.opened),
        "state": case.state.value,
        "in_charge": case.in_charge,
        "version": case.version,
        "head": case.head,
        "clocks": [clocks_of.to_json(c, case.opened) for c in case.clocks],
    }
    if not case.tell_resident:
        out["tell"] = False
    if case.fallback:
        out["fallback"] = True
    for name in ("verified", "forget", "erased"):
        if getattr(case, name):
            out[name] = True
    if case.plan is not None:
        out["plan"] = [case.plan, list(case.steps), list(case.ticked)]
    if case.incident is not None:
        out["incident"] = [case.incident, case.told, case.incident_over]
    if case.reopened:
        out["reopened"] = case.reopened
    for name in ("photos", "work_photos"):
        if getattr(case, name):
            out[name] = getattr(case, name)
    for name in ("paused", "joined_to"):
        if getattr(case, name) is not None:
            out[name] = getattr(case, name)
    for name in ("closes_at", "ended_at"):
        if getattr(case, name) is not None:
            out[name] = written(getattr(case, name))
    if case.urged:
        out["urged"] = {kind: written(at) for kind, at in case.urged.items()}
    if case.asked:
        out["asked"] = [case.asked.clock, written(case.asked.until), case.asked.seq, case.asked.by]
    if case.watch:
        out["watch"] = watch_to_json(case.watch)
    if case.absorbed:
        out["absorbed"] = list(case.absorbed)
    if case.rating:
        out["rating"] = list(case.rating)
    if case.call_back:
        out["call_back"] = call_backs_of.to_json(case.call_back)
    return out


def from_json(data: Mapping[str, object]) -> Case:
    """The case that :func:`to_json` wrote. Until 0.1.0 the plain values of a case stood under their names."""
    text = cast("Mapping[str, str]", data)
    plain = dict(zip(PLAIN, cast("list[str]", data["is"]), strict=True)) if "is" in data else text
    opened = read(text["opened"])
    asked = cast("tuple[str, str, int, str] | None", data.get("asked"))
    rating = cast("list[int] | None", data.get("rating"))
    plan, steps, ticked = cast("tuple[str | None, list[str], list[str]]", data.get("plan", (None, (), ())))
    incident, told, over = cast("tuple[str | None, int, bool]", data.get("incident", (None, 0, False)))
    closes_at, ended_at = text.get("closes_at"), text.get("ended_at")
    return Case(
        **{name: plain[name] for name in PLAIN},
        opened=opened,
        state=State(text["state"]),
        in_charge=text["in_charge"],
        version=cast(int, data["version"]),
        head=text["head"],
        tell_resident=bool(data.get("tell", True)),
        fallback=bool(data.get("fallback", False)),
        verified=bool(data.get("verified", False)),
        forget=bool(data.get("forget", False)),
        erased=bool(data.get("erased", False)),
        plan=plan,
        steps=tuple(steps),
        ticked=tuple(ticked),
        incident=incident,
        told=told,
        incident_over=over,
        clocks=tuple(clocks_of.from_json(c, opened) for c in cast("list[dict[str, object]]", data["clocks"])),
        paused=text.get("paused"),
        reopened=cast(int, data.get("reopened", 0)),
        urged={kind: read(at) for kind, at in cast("Mapping[str, str]", data.get("urged", {})).items()},
        asked=Asked(asked[0], read(asked[1]), asked[2], asked[3]) if asked else None,
        watch=watch_from_json(cast("list[str]", data["watch"])) if "watch" in data else None,
        closes_at=read(closes_at) if closes_at else None,
        ended_at=read(ended_at) if ended_at else None,
        joined_to=text.get("joined_to"),
        absorbed=tuple(cast("list[str]", data.get("absorbed", []))),
        rating=(rating[0], rating[1], rating[2]) if rating else None,
        call_back=call_backs_of.from_json(cast("list[object]", data["call_back"]))
        if "call_back" in data
        else None,
        photos=cast(int, data.get("photos", 0)),
        work_photos=cast(int, data.get("work_photos", 0)),
    )
