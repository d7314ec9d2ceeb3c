"""The photo store keeps one contract, in S3 (moto) and on one machine: what is sent, kept, shown and gone."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
import requests
from moto import mock_aws

from chalicelib.actions.add_photo import add_photo
from chalicelib.actions.add_post_photo import add_post_photo
from chalicelib.actions.request import Request
from chalicelib.decoding.pictures import drawn_anew
from chalicelib.domain.events import Actor, Role
from chalicelib.domain.keeping import Contact
from chalicelib.domain.picture import NoPicture
from chalicelib.domain.standards import Rulebook
from chalicelib.jobs.check_everything import check_everything
from chalicelib.jobs.forget_what_is_over import Counts, forget_what_is_over
from chalicelib.storage import cases, census, forgetting, photos
from infra.local.answers import Environ
from infra.local.photos import PhotoStore
from infra.local.server import Origin, listening_socket
from tests.cases import TUESDAY_TEN, filed
from tests.pictures import MARK, kept_corpus, photo, refused_corpus
from tests.posts import file_one
from tests.posts import request as post_request
from tests.web.client import serving

NUMBER = "261124-000001"
BUCKET = "shounuo-photos-test"


@dataclass(frozen=True)
class Store:
    """A store under test: its name, and the keys that lie in it."""

    name: str
    keys: Callable[[], set[str]]


@pytest.fixture(params=["s3", "local"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Either store, empty."""
    monkeypatch.setenv("SHOUNUO_PHOTOS", BUCKET if request.param == "s3" else "photos")
    photos._client.cache_clear()
    if request.param == "s3":
        monkeypatch.delenv("SHOUNUO_PHOTOS_ENDPOINT", raising=False)
        with mock_aws():
            client = boto3.client("s3", region_name="cn-north-1")
            client.create_bucket(
                Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "cn-north-1"}
            )
            yield Store(
                "s3",
                lambda: {one["Key"] for one in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])},
            )
    else:
        with listening_socket(0) as listening:
            monkeypatch.setenv(
                "SHOUNUO_PHOTOS_ENDPOINT", f"http://127.0.0.1:{listening.getsockname()[1]}/_local"
            )
            with serving(Origin(_no_app(), photo_folder=tmp_path), listening):
                yield Store(
                    "local",
                    lambda: {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()},
                )
    photos._client.cache_clear()


@pytest.fixture(autouse=True)
def _list(table: str) -> None:
    """What is kept is put on the list of what is to be forgotten, so each test has a table."""


def _no_app() -> object:
    import app

    return app.app


def send(upload: photos.Upload, content: bytes) -> int:
    """Posts the form as a phone does; gives the status."""
    return requests.post(upload.url, upload.fields, files={"file": content}, timeout=20).status_code


def test_only_what_was_drawn_anew_stays_and_can_be_seen(store: Store) -> None:
    sent = kept_corpus()["gps, camera, maker note"]
    upload = photos.upload_for(NUMBER)
    assert send(upload, sent) == 204
    assert store.keys() == {f"incoming/{NUMBER}/{upload.id}"}
    kept = photos.keep(NUMBER, upload.id, TUESDAY_TEN)
    photos.forget_upload(NUMBER, upload.id)
    assert store.keys() == {kept.key} and kept.key.startswith(f"kept/{NUMBER}/")
    seen = requests.get(photos.address(kept.key), timeout=20)
    assert seen.content == drawn_anew(sent) and MARK not in seen.content and len(seen.content) == kept.size
    assert seen.headers["Content-Type"] == "image/jpeg"
    assert seen.headers["Content-Disposition"].startswith("attachment")
    photos.remove([kept.key, kept.key])
    assert store.keys() == set()


@pytest.mark.parametrize("case_is_there", [False, True])
def test_a_photo_that_nothing_has_noted_a_day_later_is_deleted(
    store: Store, rulebook: Rulebook, case_is_there: bool
) -> None:
    if case_is_there:
        cases.save([filed(rulebook, "C2", TUESDAY_TEN, NUMBER)], {NUMBER: Contact()})
    upload = photos.upload_for(NUMBER)
    send(upload, photo())
    kept = photos.keep(NUMBER, upload.id, TUESDAY_TEN)
    photos.forget_upload(NUMBER, upload.id)
    day = timedelta(days=1)
    assert (
        forget_what_is_over(forgetting, photos.remove, TUESDAY_TEN + day - timedelta(seconds=1)) == Counts()
    )
    assert store.keys() == {kept.key}
    report = check_everything(census, rulebook, TUESDAY_TEN + day)
    assert report.violations == [], "the entry stands for something"
    assert forget_what_is_over(forgetting, photos.remove, TUESDAY_TEN + day) == Counts(forgotten=1)
    assert store.keys() == set()
    assert forget_what_is_over(forgetting, photos.remove, TUESDAY_TEN + 2 * day) == Counts()


def test_a_photo_that_a_case_or_a_post_has_noted_stays(store: Store, rulebook: Rulebook) -> None:
    cases.save([filed(rulebook, "C2", TUESDAY_TEN, NUMBER)], {NUMBER: Contact()})
    post = file_one()
    for id in (NUMBER, post.id):
        upload = photos.upload_for(id)
        send(upload, photo())
        if id == NUMBER:
            request = Request(Actor(Role.RESIDENT), TUESDAY_TEN, rulebook, cases)
            add_photo(request, NUMBER, upload.id, photos)
        else:
            add_post_photo(post_request(), id, upload.id, photos)
    kept = store.keys()
    assert {key.split("/")[1] for key in kept} == {NUMBER, post.id}
    assert forget_what_is_over(forgetting, photos.remove, TUESDAY_TEN + timedelta(days=9)).forgotten == 2
    assert store.keys() == kept


def test_what_is_no_photo_is_deleted_at_once(store: Store) -> None:
    for name in ("svg", "png and html", "cut off", "heic"):
        upload = photos.upload_for(NUMBER)
        assert send(upload, refused_corpus()[name]) == 204
        with pytest.raises(NoPicture):
            photos.keep(NUMBER, upload.id, TUESDAY_TEN)
    assert store.keys() == set()


def test_what_never_arrived_or_has_an_odd_name_is_no_photo(store: Store) -> None:
    for upload in ("0" * 32, "../../etc/passwd", ""):
        with pytest.raises(NoPicture):
            photos.keep(NUMBER, upload, TUESDAY_TEN)


def test_what_is_longer_than_a_photo_may_be_is_refused_even_by_a_store_that_took_it(store: Store) -> None:
    upload = photos.upload_for(NUMBER)
    status = send(upload, photo() + b"\0" * 3 * 1024 * 1024)
    assert status == (204 if store.name == "s3" else 403)  # moto does not check the size, S3 does
    with pytest.raises(NoPicture):
        photos.keep(NUMBER, upload.id, TUESDAY_TEN)


def test_an_upload_is_never_shown_and_a_link_lives_ten_minutes(store: Store) -> None:
    upload = photos.upload_for(NUMBER)
    assert photos.address(f"incoming/{NUMBER}/{upload.id}") == ""
    assert photos.address(f"{NUMBER}/{upload.id}.jpg") == ""
    address = photos.address(f"kept/{NUMBER}/{'a' * 32}.jpg")
    assert "X-Amz-Expires=600" in address and "localhost" not in address
    policy = json.loads(base64.b64decode(upload.fields["policy"]))
    assert {"Content-Type": "image/jpeg"} in policy["conditions"]
    assert ["content-length-range", 1, 3 * 1024 * 1024] in policy["conditions"]
    assert {"key": f"incoming/{NUMBER}/{upload.id}"} in policy["conditions"]


def test_a_store_that_does_not_answer_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.domain.keeping import PhotosUnavailable

    monkeypatch.setenv("SHOUNUO_PHOTOS", "photos")
    monkeypatch.setenv("SHOUNUO_PHOTOS_ENDPOINT", "http://127.0.0.1:9/_local")
    photos._client.cache_clear()
    for call in (
        lambda: photos.keep(NUMBER, "0" * 32, TUESDAY_TEN),
        lambda: photos.forget_upload(NUMBER, "0" * 32),
        lambda: photos.remove(["kept/x"]),
    ):
        with pytest.raises(PhotosUnavailable, match="EndpointConnectionError"):
            call()
    photos._client.cache_clear()


def test_the_store_of_one_machine_throws_away_what_nobody_asked_for_within_a_day(tmp_path: Path) -> None:
    import os
    import time

    old = tmp_path / "incoming" / NUMBER / ("0" * 32)
    new = old.with_name("1" * 32)
    kept = tmp_path / "kept" / NUMBER / f"{'2' * 32}.jpg"
    for file in (old, new, kept):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    for file in (old, kept):
        os.utime(file, (time.time() - 25 * 3600,) * 2)
    PhotoStore(tmp_path)._throw_away()
    assert (old.exists(), new.exists(), kept.exists()) == (False, True, True)


def test_every_answer_of_the_store_forbids_guessing_and_running(tmp_path: Path) -> None:
    asked: Environ = {
        "REQUEST_METHOD": "GET",
        "HTTP_ORIGIN": "http://localhost:8000",
        "HTTP_HOST": "127.0.0.1:8000",
    }
    headers = dict(PhotoStore(tmp_path).answer("/_local/photos/kept/x", asked).headers)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Access-Control-Allow-Origin"] == "http://localhost:8000"
    foreign = PhotoStore(tmp_path).answer(
        "/_local/photos/kept/x", {**asked, "HTTP_ORIGIN": "http://localhost:9999"}
    )
    assert not foreign.has("Access-Control-Allow-Origin")
