"""The built site into its bucket: each release in a folder of its own, each file with its type and how long it may be kept.

A release is named after its content. What the distribution shows is one folder (the stack's parameter Release), so a new site
appears whole, and the old one can be shown again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.places import EDITOR, SITE
from infra.local.static_files import LASTING, content_type

AT_ONCE = 16
KEPT_RELEASES = 3


@dataclass(frozen=True)
class File:
    """One file of the site: where it lies here, and its address without the leading slash."""

    here: Path
    address: str

    @property
    def headers(self) -> dict[str, str]:
        """What browsers are told. A name with its content's digest in it never changes; all else is asked for anew."""
        lasting = LASTING.search(f"/{self.address}")
        kept = "public, max-age=31536000, immutable" if lasting else "no-cache"
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

    def put(one: File) -> None:
        key = f"releases/{release}/{one.address}"
        store.put_object(Bucket=bucket, Key=key, Body=one.here.read_bytes(), **one.headers)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(put, published))


def tidy(store: Any, bucket: str, shown: str) -> list[str]:
    """Delete the oldest releases but for the newest ones and the one that is shown; gives their names."""
    newest: dict[str, Any] = {}
    for page in store.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="releases/"):
        for item in page.get("Contents", ()):
            name = item["Key"].split("/")[1]
            newest[name] = max(newest.get(name, item["LastModified"]), item["LastModified"])
    old = sorted(newest, key=lambda name: newest[name], reverse=True)[KEPT_RELEASES:]
    gone = [name for name in old if name != shown]
    for name in gone:
        pages = store.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"releases/{name}/")
        for page in pages:
            keys = [{"Key": item["Key"]} for item in page.get("Contents", ())]
            if keys:
                store.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
    return gone


def _below(folder: Path, prefix: str) -> Iterator[File]:
    for file in folder.rglob("*"):
        if file.is_file():
            yield File(file, prefix + file.relative_to(folder).as_posix())
