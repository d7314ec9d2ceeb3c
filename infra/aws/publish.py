"""The built site into its bucket: each release in a folder of its own, each file with its type and how long it may be kept.

A release is named after its content. What the distribution shows is one folder (the stack's parameter Release), so a new site
appears whole, and the old one can be shown again. Beside it, where nobody is shown it, lies what its notices will change later
(site/generator/planning.py makes it, backend/chalicelib/storage/site_releases.py says how it lies there).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.places import EDITOR, PLANNED, SITE
from infra.local.static_files import LASTING, content_type

AT_ONCE = 16
KEPT_RELEASES = 3
# What belongs to a release lies there too, and goes with it.
BESIDE = ("planned/{}/", "applied/{}.json")
# Where its page for addresses that do not exist lies in the bucket of those pages (resources/buckets.py).
MISSING = "{}/404.html"


@dataclass(frozen=True)
class File:
    """One file of the site: where it lies here, and its address without the leading slash."""

    here: Path
    address: str

    @property
    def lasting(self) -> bool:
        """Whether its content's digest is in its name, so that what lies there never changes."""
        return bool(LASTING.search(f"/{self.address}"))

    @property
    def headers(self) -> dict[str, str]:
        """What browsers are told: what never changes is kept, all else is asked for anew."""
        kept = "public, max-age=31536000, immutable" if self.lasting else "no-cache"
        return {"ContentType": content_type(self.here), "CacheControl": kept}


def files(site: Path = SITE, editor: Path = EDITOR) -> list[File]:
    """Everything that is published, in the order of its addresses: the site, and the editor at admin/ where it was built."""
    found = [*_below(site, "")]
    if editor.is_dir():
        found += _below(editor, "admin/")
    return sorted(found, key=lambda one: one.address)


def release_of(published: list[File]) -> str:
    """The name of a release: a digest of every address and what lies there."""
    hashed = hashlib.sha256()
    for one in published:
        hashed.update(f"{one.address}\0".encode() + hashlib.sha256(one.here.read_bytes()).digest())
    return hashed.hexdigest()[:12]


def publish(store: Any, bucket: str, release: str, published: list[File]) -> None:
    """Put a release into the bucket. Done twice it is the same."""
    _put(store, bucket, f"releases/{release}/", published)


def plan(store: Any, bucket: str, release: str, planned: Path = PLANNED) -> int:
    """Put what is planned for a release beside it, the plan itself last; gives the number of its moments.

    What has its content's digest in its name, as the index of the search has, lies in the release from the beginning and for as
    long as it: nothing leads there before its moment, and it need not be copied then. The plan gets a name of its own each time,
    for a release that was put there anew is as it was before the first moment.
    """
    moments: list[str] = json.loads((planned / "plan.json").read_text("utf-8"))["moments"]
    lasting: dict[str, File] = {}
    for moment in moments:
        changes: dict[str, list[str]] = json.loads((planned / f"{moment}.json").read_text("utf-8"))
        found = list(_below(planned / moment, ""))
        lasting |= {one.address: one for one in found if one.lasting}
        _put(store, bucket, f"planned/{release}/{moment}/", [one for one in found if not one.lasting])
        said = {
            what: [one for one in known if not LASTING.search(f"/{one}")] for what, known in changes.items()
        }
        _put_json(store, bucket, f"planned/{release}/{moment}.json", said)
    _put(store, bucket, f"releases/{release}/", list(lasting.values()))
    _put_json(
        store, bucket, f"planned/{release}/plan.json", {"name": secrets.token_hex(8), "moments": moments}
    )
    return len(moments)


def tidy(store: Any, bucket: str, shown: str, missing: str = "") -> list[str]:
    """Delete the oldest releases, with what is planned for them and their pages in the bucket `missing`, but for the newest ones
    and the shown one; gives their names."""
    newest: dict[str, Any] = {}
    for page in store.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="releases/"):
        for item in page.get("Contents", ()):
            name = item["Key"].split("/")[1]
            newest[name] = max(newest.get(name, item["LastModified"]), item["LastModified"])
    old = sorted(newest, key=lambda name: newest[name], reverse=True)[KEPT_RELEASES:]
    gone = [name for name in old if name != shown]
    for name in gone:
        if missing:  # first: by what lies in the other bucket a release is known
            store.delete_object(Bucket=missing, Key=MISSING.format(name))
        for prefix in (f"releases/{name}/", *(one.format(name) for one in BESIDE)):
            for page in store.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
                keys = [{"Key": item["Key"]} for item in page.get("Contents", ())]
                if keys:
                    store.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
    return gone


def _put(store: Any, bucket: str, prefix: str, found: list[File]) -> None:
    def put(one: File) -> None:
        store.put_object(Bucket=bucket, Key=prefix + one.address, Body=one.here.read_bytes(), **one.headers)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(put, found))


def _put_json(store: Any, bucket: str, key: str, said: Any) -> None:
    body = json.dumps(said, ensure_ascii=False).encode()
    store.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")


def _below(folder: Path, prefix: str) -> Iterator[File]:
    for file in folder.rglob("*"):
        if file.is_file():
            yield File(file, prefix + file.relative_to(folder).as_posix())
