"""One promise running on one case: what was promised, what moved it, what was met, which level comes next.

A clock never reads a calendar or the rulebook. The moments in it were computed when something happened and stand in the event
that recorded it, so that editing the rulebook never rewrites a promise made (design.md, invariant 4).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from .limits import Limit, Pause, Unit
from .moments import read, written


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock as it stands after some event.

    kind        reply, arrive or resolve
    standard    id of the promise whose limit it is (docs/rulebook)
    limit       what was promised; counted from `started`
    ladder      name of the escalation ladder
    agreed      whether an appointment with the resident may set an earlier due moment (C3, D4)
    promised    due moment by the rule, pauses included; this is what statistics count
    provisional the count touched a year whose holidays are not announced yet
    appointed   moment agreed with the resident; never later than `promised`
    extended    later moment that the manager approved (E1)
    version     number of the deadline: it rises whenever `due` moves, and levels fire once per version
    counted     since when the present deadline counts; reminders before the due moment are placed between it and `due`
    met         when the promise was kept, or None
    stopped     when it stopped to matter without being met (withdrawn, joined, proposed), or None
    fired       levels that fired for this version, in order
    next_level, next_at   the level that comes next and when; None when there is none or the clock does not run
    pauses      history of pauses; the last one may be open
    """

    kind: str
    standard: str
    limit: Limit
    ladder: str
    agreed: bool
    started: datetime
    promised: datetime
    provisional: bool
    counted: datetime
    version: int = 1
    appointed: datetime | None = None
    extended: datetime | None = None
    met: datetime | None = None
    stopped: datetime | None = None
    fired: tuple[str, ...] = ()
    next_level: str | None = None
    next_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()

    @property
    def original(self) -> datetime:
        """The due moment without extensions: the figure that statistics count."""
        return self.promised if self.appointed is None else min(self.promised, self.appointed)

    @property
    def due(self) -> datetime:
        """The due moment that is enforced now."""
        return self.original if self.extended is None else max(self.original, self.extended)

    @property
    def ended(self) -> bool:
        """Met or stopped: nothing will happen to it any more."""
        return self.met is not None or self.stopped is not None

    @property
    def paused(self) -> bool:
        """Whether an open pause holds it."""
        return not self.ended and bool(self.pauses) and self.pauses[-1].end is None

    @property
    def running(self) -> bool:
        """Neither ended nor paused."""
        return not self.ended and not self.paused

    def missed(self, now: datetime) -> bool:
        """Whether the promise was broken, seen from `now`: exactly at the due moment it is still kept.

        A pause that began after it heals nothing.
        """
        seen = self.stopped or self.met or (self.pauses[-1].start if self.paused else now)
        return seen > self.original

    def meet(self, at: datetime) -> "Clock":
        """The clock after its promise was kept at `at`."""
        return replace(self, met=at, next_level=None, next_at=None)

    def stop(self, at: datetime) -> "Clock":
        """The clock after its case ended otherwise."""
        return replace(self, stopped=at, next_level=None, next_at=None)


def to_json(clock: Clock, opened: datetime | None = None) -> dict[str, object]:
    """The clock as JSON values; what stands at its usual value is left out, because an item is paid for by the kilobyte.

    `opened` is when its case was filed, where that is known to whoever reads the clock again: most count from then on.
    """
    limit = f"{clock.limit.amount} {clock.limit.unit.value}"
    out: dict[str, object] = {
        "promise": f"{clock.kind} {clock.standard} {limit} {clock.ladder}",
        "promised": written(clock.promised),
    }
    if clock.started != opened:
        out["started"] = written(clock.started)
    if clock.agreed:
        out["agreed"] = True
    if clock.provisional:
        out["provisional"] = True
    if clock.counted != clock.started:
        out["counted"] = written(clock.counted)
    if clock.version != 1:
        out["version"] = clock.version
    for name in ("appointed", "extended", "met", "stopped"):
        moment = getattr(clock, name)
        if moment is not None:
            out[name] = written(moment)
    if clock.next_level is not None and clock.next_at is not None:
        out["next"] = [clock.next_level, written(clock.next_at)]
    if clock.fired:
        out["fired"] = list(clock.fired)
    if clock.pauses:
        out["pauses"] = [
            [written(p.start), written(p.end) if p.end else None, p.reason] for p in clock.pauses
        ]
    return out


def from_json(data: dict[str, object], opened: datetime | None = None) -> Clock:
    """The clock that :func:`to_json` wrote for a case filed at `opened`."""

    def moment(name: str) -> datetime | None:
        text = data.get(name)
        return read(cast(str, text)) if text is not None else None

    kind, standard, amount, unit, ladder = cast(str, data["promise"]).split(" ")
    next_level, next_at = cast("list[str | None]", data.get("next", [None, None]))
    started = read(cast(str, data["started"])) if opened is None else moment("started") or opened
    pauses = cast("list[list[str | None]]", data.get("pauses", []))
    return Clock(
        kind=kind,
        standard=standard,
        limit=Limit(Unit(unit), int(amount)),
        ladder=ladder,
        agreed=bool(data.get("agreed", False)),
        started=started,
        promised=read(cast(str, data["promised"])),
        provisional=bool(data.get("provisional", False)),
        counted=moment("counted") or started,
        version=cast(int, data.get("version", 1)),
        appointed=moment("appointed"),
        extended=moment("extended"),
        met=moment("met"),
        stopped=moment("stopped"),
        fired=tuple(cast("list[str]", data.get("fired", []))),
        next_level=next_level,
        next_at=read(next_at) if next_at else None,
        pauses=tuple(
            Pause(read(cast(str, start)), read(end) if end else None, reason or "")
            for start, end, reason in pauses
        ),
    )
