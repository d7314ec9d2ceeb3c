"""What happened to a case: who, when, what. An event is never changed; the case is what its events say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """Who acts. Staff roles stand in the staff accounts; `resident` and `system` are fixed."""

    RESIDENT = "resident"
    DESK = "desk"
    ASSISTANT = "assistant"
    TECHNICIAN = "technician"
    CLEANER = "cleaner"
    GUARD = "guard"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    GENERAL_MANAGER = "general_manager"
    EDITOR = "editor"
    MONITOR = "monitor"
    OWNERS_COMMITTEE = "owners_committee"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts: `id` is a person's id in the community file, a job's name, or "" for the resident of the case."""

    role: Role
    id: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One link of a case's history.

    `seq` counts from 1 and is the case's version after it; `kind` is a verb in the past tense; `data` holds JSON values only,
    never personal data; `words` is what a person wrote (None when there was nothing or when it was erased), `words_digest`
    its salted digest; `previous` and `hash` are the chain.
    """

    case: str
    seq: int
    at: datetime
    kind: str
    actor: Actor
    data: Mapping[str, object]
    words: str | None
    salt: str | None
    words_digest: str | None
    previous: str
    hash: str


# Kinds whose words a resident never sees.
STAFF_ONLY = frozenset(
    {"noted", "ticked", "escalated", "extension_asked", "extension_refused", "passed_upward", "absorbed"}
)
