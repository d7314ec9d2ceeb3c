"""A new key beside the old one, in steps between which the portal is started or deployed again (infra/aws/README.md, Keys).

`begin` adds a key that is understood and not used; `go-on` takes it into use when whatever must lie under it does, then brings
over what lies under the old one; `take-away` ends the old one, when nothing needs it any more. Links need nothing brought over:
an old one opens until its key is taken away, or, with `revoke`, from the next deployment on no more.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local.console import LocalProblem, say

if TYPE_CHECKING:
    from chalicelib.domain.keyring import Key
    from chalicelib.storage.resealing import Tally

SORTS = {"links": "link", "vault": "vault"}
VERBS = ("begin", "go-on", "take-away", "revoke")
HOW = "say what to do: rotate-keys links|vault begin|go-on|take-away, or rotate-keys links revoke"


@dataclass(frozen=True)
class Rings:
    """Where the keys lie: read and kept by their sort; `again` says how the portal takes them up."""

    read: Callable[[str], str]
    keep: Callable[[str, str], None]
    again: str


def rotate(said: list[str], by: str) -> int:
    """One step; 1 when something is left to do in it. Raises LocalProblem for a step that is not to be taken now."""
    if len(said) != 2 or said[0] not in SORTS or said[1] not in VERBS or said == ["vault", "revoke"]:
        raise LocalProblem(HOW)
    from chalicelib.domain.keyring import keys_in

    sort, verb = SORTS[said[0]], said[1]
    rings = _rings()
    keys = keys_in(rings.read(sort), f"the key of the {said[0]}")
    step = {"begin": _begin, "go-on": _go_on, "take-away": _take_away, "revoke": _revoke}[verb]
    after, left = step(sort, keys)
    if after != keys:
        from chalicelib.domain.keyring import written

        rings.keep(sort, written(after))
        shown = ", ".join(str(key.generation) for key in after)
        say(
            f"Keys of the {said[0]} by generation, the one in use first: {shown} (by {by}). Now {rings.again}."
        )
    return 1 if left else 0


def _begin(sort: str, keys: tuple[Key, ...]) -> tuple[tuple[Key, ...], int]:
    from chalicelib.domain.keyring import with_new

    if len(keys) > 1:
        raise LocalProblem("a new key is on its way already: go-on, then take-away")
    say("A new key is there. It is understood from the next start on, and used after the next step (go-on).")
    return with_new(keys, secrets.token_bytes(32)), 0


def _go_on(sort: str, keys: tuple[Key, ...]) -> tuple[tuple[Key, ...], int]:
    from chalicelib.domain.keyring import newest_first
    from chalicelib.storage import resealing

    if sort == "link":
        if newest_first(keys) == keys:
            raise LocalProblem(
                "new links are made with the newest key already; old ones open until take-away"
            )
        say("New links are made with the new key; those that residents hold still open.")
        return newest_first(keys), 0
    if len(keys) == 1:
        left = _told("pointers by a key that is gone, taken away", _until_nothing(resealing.sweep_pointers))
        say("Finished." if not left else "Run `fsck --repair`, then go-on again.")
        return keys, left
    if left := _told("pointers laid under the other key", _until_nothing(resealing.lay_pointers)):
        return keys, left
    if newest_first(keys) != keys:
        say("Everything is found by the new key too.")
        return newest_first(keys), 0
    left = _told("items sealed with the new key", _until_nothing(resealing.reseal))
    say("Nothing lies under the old key: take-away." if not left else "Later, go-on again.")
    return keys, left


def _take_away(sort: str, keys: tuple[Key, ...]) -> tuple[tuple[Key, ...], int]:
    from chalicelib.domain.keyring import newest_first
    from chalicelib.storage import resealing

    if len(keys) == 1 or newest_first(keys) != keys:
        raise LocalProblem("there is no old key to take away" if len(keys) == 1 else "first go-on")
    if sort == "vault":
        left = resealing.lay_pointers(write=False).left + resealing.reseal(write=False).left
        if left:
            raise LocalProblem(f"{left} items still need the old key: go-on, and then take-away")
    else:
        say("Links made with the old key no longer open: their page says how to sign in by telephone.")
    return keys[:1], 0


def _revoke(sort: str, keys: tuple[Key, ...]) -> tuple[tuple[Key, ...], int]:
    from chalicelib.domain.keyring import with_new

    say("No link that was given out opens any more: their page says how to sign in by telephone.")
    return with_new(keys, secrets.token_bytes(32))[-1:], 0


def _until_nothing(run: Callable[[], Tally]) -> Tally:
    """Runs until one changes nothing: what somebody changed meanwhile is looked at again."""
    done = 0
    while True:
        tally = run()
        done += tally.done
        if not tally.done:
            tally.done = done
            return tally


def _told(what: str, tally: Tally) -> int:
    say(f"{tally.done} {what}; {tally.left} left")
    for place in tally.unreadable:
        say(f"  cannot be opened by any key, and is left as it is: {place}")
    return tally.left


def _rings() -> Rings:
    stage = os.environ.get("STAGE", "").strip()
    return _in_the_cloud(stage) if stage else _of_this_machine()


def _of_this_machine() -> Rings:
    from infra.local.environment import kept_key, replace_key
    from infra.local.places import LINK_KEY, VAULT_KEY

    files: dict[str, Path] = {"link": LINK_KEY, "vault": VAULT_KEY}
    return Rings(
        lambda sort: kept_key(files[sort]),
        lambda sort, text: replace_key(files[sort], text),
        "start `make run` again",
    )


def _in_the_cloud(stage: str) -> Rings:
    """The keys of a stage. Raises LocalProblem where the stage was not deployed with what they are now."""
    import boto3

    from infra.aws import keys, settings

    known = settings.read(stage)
    session = boto3.Session(region_name=known.region)
    store: Any = session.client("ssm")
    version = keys.version_of(store, known)
    stacks = session.client("cloudformation").describe_stacks(StackName=known.name)["Stacks"]
    deployed = {one["ParameterKey"]: one["ParameterValue"] for one in stacks[0].get("Parameters", ())}
    if deployed.get(keys.VERSION) != version:
        raise LocalProblem(f"{known.name} still runs with earlier keys: first make deploy STAGE={stage}")

    def keep(sort: str, text: str) -> None:
        keys.keep(store, known, keys.read(store, known, version) | {sort: text})

    return Rings(lambda sort: keys.read(store, known, version)[sort], keep, f"make deploy STAGE={stage}")
