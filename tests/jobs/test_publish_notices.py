"""In the cloud notices appear and end at their moment on every page without a person: what was planned is laid over the site."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from botocore.client import BaseClient
from moto import mock_aws

from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.publish_notices import Counts, publish_notices
from chalicelib.storage import site_releases
from generator import planning
from generator.notices.reading import read_notices
from generator.places import LANGUAGES, Places
from generator.whole import renew
from infra.aws import publish
from infra.local.static_files import LASTING
from tests.site.conftest import built as built
from tests.site.writing import Checkout, china, notice

BUCKET, RELEASE = "shounuo-site-test", "0123456789ab"
NINE, TEN, NOON = (datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in (9, 10, 12))


class Store:
    """The site's bucket in moto."""

    def __init__(self) -> None:
        self.client = boto3.client("s3", region_name="cn-north-1")
        self.client.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "cn-north-1"}
        )

    def read(self, shelf: str) -> dict[str, bytes]:
        """What lies on a shelf, by address."""
        found: dict[str, bytes] = {}
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=shelf):
            for one in page.get("Contents", ()):
                content = self.client.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read()
                found[one["Key"].removeprefix(shelf)] = content
        return found

    def shown(self) -> dict[str, bytes]:
        """What residents are shown."""
        return self.read(f"releases/{RELEASE}/")

    def digests(self) -> dict[str, str]:
        """The same as digests, without reading each file."""
        found: dict[str, str] = {}
        prefix = f"releases/{RELEASE}/"
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix):
            found |= {one["Key"].removeprefix(prefix): one["ETag"].strip('"') for one in page["Contents"]}
        return found

    def lay(self, folder: Path) -> None:
        """Put a site and its plan there, as a deployment does."""
        publish.publish(self.client, BUCKET, RELEASE, publish.files(folder / "site", folder / "none"))
        publish.plan(self.client, BUCKET, RELEASE, folder / "planned")


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("SHOUNUO_SITE", BUCKET)
    monkeypatch.setenv("SHOUNUO_RELEASE", RELEASE)
    site_releases.meet.cache_clear()
    with mock_aws():
        yield Store()
    site_releases.meet.cache_clear()


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """A small site with three moments: a page comes, changes and goes; a page that was there goes and comes again."""
    write(tmp_path / "site", {"index.html": "0", "old.html": "0", "still.html": "0"})
    moments = {
        NINE: ({"a/index.html": "1", "b.html": "1"}, {"index.html": "1"}, []),
        TEN: ({}, {"a/index.html": "2", "index.html": "2"}, ["old.html"]),
        NOON: ({"old.html": "3"}, {"index.html": "3"}, ["a/index.html", "b.html"]),
    }
    names = []
    for moment, (new, changed, gone) in moments.items():
        names.append(f"{moment:{planning.NAME}}")
        write(tmp_path / "planned" / names[-1], new | changed)
        changes = {"new": [*new], "changed": [*changed], "gone": gone}
        write(tmp_path / "planned", {f"{names[-1]}.json": json.dumps(changes)})
    write(tmp_path / "planned", {"plan.json": json.dumps({"moments": names})})
    return tmp_path


AT_TEN = {"a/index.html": b"2", "b.html": b"1", "index.html": b"2", "still.html": b"0"}
AT_NOON = {"index.html": b"3", "old.html": b"3", "still.html": b"0"}


class Killed(BaseException):
    """What ends a process, so that no line after it runs."""


class Calls:
    """Hears every call of S3; after `most` of them nothing is answered any more."""

    def __init__(self, most: int = 10**9) -> None:
        self.most, self.names = most, list[str]()
        self._one = threading.Lock()

    def during(self, act: Callable[[], object]) -> list[str]:
        real = BaseClient._make_api_call  # type: ignore[attr-defined]

        def heard(client: Any, operation: str, asked: dict[str, Any]) -> Any:
            with self._one:
                if len(self.names) >= self.most:
                    raise Killed
                self.names.append(operation)
            return real(client, operation, asked)

        with patch.object(BaseClient, "_make_api_call", heard):
            act()
        return self.names


def run(now: datetime, **how: bool) -> Counts:
    return publish_notices(site_releases, now, **how)


def test_a_moment_is_laid_over_the_site_when_it_has_come_and_not_before(store: Store, three: Path) -> None:
    store.lay(three)
    before = store.shown()
    assert Calls().during(lambda: run(NINE - timedelta(milliseconds=1))) == ["GetObject"]
    assert store.shown() == before
    assert run(NINE, dry_run=True) == Counts(planned=2, moments=1)
    assert store.shown() == before
    assert run(NINE) == Counts(planned=2, moments=1, shown=3)
    assert store.shown() == before | {"a/index.html": b"1", "b.html": b"1", "index.html": b"1"}
    assert Calls().during(lambda: run(TEN - timedelta(milliseconds=1))) == ["GetObject"] * 2
    assert run(TEN) == Counts(planned=1, moments=1, shown=2, hidden=1)
    assert store.shown() == AT_TEN


def test_late_is_the_same_as_in_time_and_twice_the_same_as_once(store: Store, three: Path) -> None:
    store.lay(three)
    assert run(NOON + timedelta(days=3)) == Counts(moments=3, shown=7, hidden=3)
    assert store.shown() == AT_NOON
    assert Calls().during(lambda: run(NOON + timedelta(days=4))) == ["GetObject"] * 2, "nothing is written"
    assert store.shown() == AT_NOON


def test_killed_at_any_call_the_next_run_ends_the_same(store: Store, three: Path) -> None:
    store.lay(three)
    whole = len(Calls().during(lambda: run(NOON)))
    for most in range(whole):
        store.lay(three)
        with pytest.raises(Killed):
            Calls(most).during(lambda: run(NOON))
        run(NOON)
        assert store.shown() == AT_NOON, most


def test_runs_at_once_end_the_same(store: Store, three: Path) -> None:
    store.lay(three)
    both = [threading.Thread(target=run, args=(TEN,)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert store.shown() == AT_TEN


def test_a_release_that_is_laid_anew_begins_anew_whatever_an_older_run_says_then(
    store: Store, three: Path
) -> None:
    store.lay(three)
    older = site_releases.plan()
    assert older is not None
    run(TEN)
    store.lay(three)
    site_releases.note(older, 3)
    run(TEN)
    assert store.shown() == AT_TEN


def test_a_release_without_a_plan_and_a_portal_without_a_bucket_stay_as_they_are(
    store: Store, three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.lay(three)
    monkeypatch.setenv("SHOUNUO_RELEASE", "ba9876543210")
    assert Calls().during(lambda: run(NOON)) == ["GetObject"]
    monkeypatch.delenv("SHOUNUO_SITE")
    assert not site_releases.is_set_up()
    assert Calls().during(lambda: publish_notices(None, NOON)) == []


def test_what_is_planned_goes_with_its_release(
    store: Store, three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.lay(three)
    run(NINE)
    assert {*store.read("planned/"), *store.read("applied/")}
    store.client.put_object(Bucket=BUCKET, Key="releases/newer/index.html", Body=b"")
    monkeypatch.setattr(publish, "KEPT_RELEASES", 0)
    assert publish.tidy(store.client, BUCKET, shown="newer") == [RELEASE]
    assert [*store.read("")] == ["releases/newer/index.html"]


@pytest.fixture
def site(tmp_path: Path, built: Places, rulebook: Rulebook) -> Checkout:
    """A checkout with the whole built site and notices of its own, as it was built at eight."""
    places = planning.copied(built, tmp_path)
    for language in LANGUAGES:
        shutil.rmtree(places.site / ("" if language == "zh" else language) / "notices")
        (places.docs / language / "notices").mkdir(parents=True)
    made = Checkout(places, rulebook)
    made.write(
        "zh", "water", notice("周六停水", published="2026-11-24 09:00", valid_until="2026-11-28 13:00")
    )
    made.write("en", "water", "---\ntitle: No water on Saturday\n---\nFor three hours.\n")
    made.write(
        "zh",
        "gale",
        notice("大风", "hazard", published="2026-11-25 08:00", valid_until="2026-11-25 20:00"),
    )
    renewed(made, china("2026-11-24T08:00"))
    return made


def renewed(site: Checkout, now: datetime) -> dict[str, bytes]:
    """The whole site after its notices were made at a moment, as one machine does."""
    renew(site.places, site.book, read_notices(site.places, site.book), now)
    return files_of(site.places.site)


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def test_at_each_moment_residents_are_shown_byte_for_byte_what_one_machine_would_make_then(
    store: Store, site: Checkout, figure: Callable[[str], None]
) -> None:
    at_eight = files_of(site.places.site)
    made = planning.plan(site.places, site.book, china("2026-11-24T08:00"))
    moments = [
        china(one) for one in ("2026-11-24T09:00", "2026-11-25T08:00", "2026-11-25T20:00", "2026-11-28T13:00")
    ]
    assert (list(made.moments), made.left) == (moments, None)
    assert files_of(site.places.site) == at_eight, "what will be is made elsewhere"
    assert "大风" not in (site.places.compiled / "frame.zh.html").read_text("utf-8")
    store.lay(site.places.planned.parent)
    for moment in moments:
        run(moment - timedelta(milliseconds=1))
        before = store.digests()
        run(moment)
        after = renewed(site, moment)
        shown = store.digests()
        assert shown != before
        made_here = {one: hashlib.md5(content).hexdigest() for one, content in after.items()}
        assert made_here.items() <= shown.items(), moment
        others = {f"/{address}" for address in shown.keys() - made_here.keys()}
        assert all(map(LASTING.search, others)), "only what nothing leads to lies there longer"
        warned = [address for address, content in after.items() if "大风".encode() in content]
        pages = [address for address in after if address.endswith("index.html")]
        if moment == moments[1]:
            assert set(pages) <= set(warned), "a hazard stands on every page"
        if moment == moments[2]:
            assert {one for one in warned if not one.startswith(("notices/", "en/notices/", "find/"))} <= {
                "sitemap.xml"
            }
    head = store.client.head_object(Bucket=BUCKET, Key=f"releases/{RELEASE}/notices/water/index.html")
    assert (head["CacheControl"], head["ContentType"]) == ("no-cache", "text/html; charset=utf-8")
    found = next(address for address in after if address.startswith("find/zh/") and "/t0" in address)
    head = store.client.head_object(Bucket=BUCKET, Key=f"releases/{RELEASE}/{found}")
    assert "immutable" in head["CacheControl"]
    copied = len(store.read(f"planned/{RELEASE}/")) - len(moments) - 1
    figure(f"notices planned: {len(moments)} moments of a site of {len(at_eight)} files copy {copied}")


def test_a_plan_has_an_end_and_says_what_it_leaves_to_the_next_build(
    site: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "MOST", 1)
    made = planning.plan(site.places, site.book, china("2026-11-24T08:00"))
    assert made.left == china("2026-11-25T08:00")
    assert "2026-11-25 00:00 UTC" in made.sentence()
    monkeypatch.setattr(planning, "MOST", 60)
    monkeypatch.setattr(planning, "FURTHEST", timedelta(days=1))
    exactly = planning.plan(site.places, site.book, china("2026-11-24T20:00"))
    assert (len(exactly.moments), exactly.left) == (3, china("2026-11-28T13:00"))
