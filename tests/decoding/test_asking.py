"""Strangers' bytes are decoded by a function that may do nothing: what it says is believed within bounds, silence is told."""

from __future__ import annotations

import base64
import io
import json
import random
import time
import zlib
from collections.abc import Iterator

import pytest
from PIL import Image

from chalicelib.decoding import asking
from chalicelib.decoding.bounds import MOST_ANSWER, MOST_PAYLOAD
from chalicelib.decoding.lists import rows_of
from chalicelib.decoding.pictures import LONGEST_SIDE, drawn_anew
from chalicelib.domain import list_file, picture
from chalicelib.domain.keeping import Unavailable
from chalicelib.domain.list_file import Row, Unfit
from chalicelib.domain.picture import NoPicture
from tests.decoding.lambda_service import NAME, LambdaService, lambda_service
from tests.lists import HEADING, csv_of, row, xlsx_of
from tests.pictures import kept_corpus, photo, refused_corpus

LIST = csv_of([HEADING, row(0), row(1)])
SECONDS = 6.0


@pytest.fixture
def decoder(monkeypatch: pytest.MonkeyPatch) -> Iterator[LambdaService]:
    with lambda_service(monkeypatch) as made:
        yield made


def test_asked_over_the_wire_it_says_what_it_says_in_this_process(decoder: LambdaService) -> None:
    for content in (photo(), kept_corpus()["two pictures (mpo)"]):
        assert asking.drawn_anew(content, SECONDS) == drawn_anew(content)
    for content in (LIST, xlsx_of([HEADING, row(0)])):
        assert asking.rows_of(content, SECONDS) == rows_of(content)
    assert set(decoder.asked) == {NAME}


def test_what_is_no_photo_and_no_list_is_refused_with_the_same_words(
    decoder: LambdaService, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = refused_corpus()
    for name in ("svg", "cut off", "heic"):
        with pytest.raises(NoPicture):
            asking.drawn_anew(refused[name], SECONDS)
    files = {b"PK\x03\x04": "no_workbook", b"  \r\n": "empty", b"\xd0\xcf\x11\xe0": "old_xls"}
    files[b"x" * (list_file.MOST_BYTES + 1)] = "too_large"
    for there in (True, False):
        if not there:
            monkeypatch.delenv("SHOUNUO_DECODE_FUNCTION")
        for content, code in files.items():
            with pytest.raises(Unfit) as why:
                asking.rows_of(content, SECONDS)
            assert why.value.code == code
    assert len(decoder.asked) == 6, "what is too large for Lambda is never sent there"


def test_the_largest_that_is_taken_goes_through_lambda_both_ways(decoder: LambdaService) -> None:
    chance = random.Random(4)
    largest = photo().ljust(picture.MOST_BYTES, b"\0")
    assert asking.drawn_anew(largest, SECONDS)
    lines = "".join(f"东楼,{at},{chance.randbytes(108).hex()}\n" for at in range(18_000)).encode()
    full = lines + b"x" * (list_file.MOST_BYTES - len(lines))
    assert len(full) == list_file.MOST_BYTES and len(asking.rows_of(full, SECONDS)) > 18_000
    with pytest.raises(NoPicture):
        asking.drawn_anew(chance.randbytes(picture.MOST_BYTES), SECONDS)
    # The picture that packs worst is noise.
    noise = Image.frombytes("RGB", (LONGEST_SIDE, LONGEST_SIDE), chance.randbytes(LONGEST_SIDE**2 * 3))
    worst = io.BytesIO()
    noise.save(worst, "JPEG", quality=60)
    assert len(drawn_anew(worst.getvalue())) < MOST_ANSWER
    assert MOST_ANSWER * 4 // 3 + 100 < MOST_PAYLOAD
    assert list_file.MOST_BYTES * 4 // 3 + 100 < MOST_PAYLOAD


@pytest.mark.parametrize("fails", ["hangs", "crashed", "refused"])
def test_a_decoder_that_does_not_answer_is_as_a_database_that_does_not(
    decoder: LambdaService, fails: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "ANSWER_SECONDS", 0.5)
    decoder.fails = fails
    asking._client()  # making it takes a moment of its own
    began = time.monotonic()
    with pytest.raises(Unavailable):
        asking.drawn_anew(photo(), SECONDS)
    asked = 2 if fails == "crashed" else 1
    assert time.monotonic() - began < 1.5 and len(decoder.asked) == asked, "silence is not waited for again"
    decoder.fails = ""
    assert asking.drawn_anew(photo(), SECONDS), "the next one is answered"


def test_a_file_that_ends_a_decoder_that_is_well_is_refused_for_good_and_one_that_is_not_well_refuses_nobody(
    decoder: LambdaService,
) -> None:
    """Without it whoever sent the file would be told to try again for ever."""
    decoder.dies_of = photo()
    with pytest.raises(NoPicture):
        asking.drawn_anew(decoder.dies_of, SECONDS)
    assert asking.drawn_anew(kept_corpus()["two pictures (mpo)"], SECONDS)
    with pytest.raises(Unavailable):
        asking.drawn_anew(decoder.dies_of, asking.LATEST)  # too late to ask whose fault it is
    decoder.dies_of = LIST
    with pytest.raises(Unfit) as why:
        asking.rows_of(LIST, SECONDS)
    assert why.value.code == "unreadable"
    decoder.fails = "crashed"
    for act in (lambda: asking.drawn_anew(photo(), SECONDS), lambda: asking.rows_of(LIST, SECONDS)):
        with pytest.raises(Unavailable):
            act()


def test_it_is_not_asked_when_the_answer_could_not_be_waited_for(decoder: LambdaService) -> None:
    from chalicelib.storage.patience import REQUEST_SECONDS

    with pytest.raises(Unavailable):
        asking.rows_of(LIST, asking.LATEST - 0.1)
    assert decoder.asked == []
    latest = REQUEST_SECONDS - asking.LATEST + asking.CONNECT_SECONDS + asking.ANSWER_SECONDS
    assert latest < 10, "a request is answered within ten seconds"


def packed(rows: object) -> bytes:
    """An answer with these rows."""
    text = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
    return json.dumps({"rows": base64.b64encode(zlib.compress(text)).decode()}).encode()


@pytest.mark.parametrize(
    "lie",
    [
        b"<html>",
        b"[]",
        b"{}",
        b'{"rows": 5}',
        b'{"rows": "not base64"}',
        b'{"rows": "AAAA"}',
        packed([]),
        packed([[1, 2]]),
        packed([["1", ["a"]]]),
        packed([[1, [5]]]),
        packed([[1, ["a"] * (list_file.MOST_COLUMNS + 1)]]),
        packed([[1, ["a" * (list_file.MOST_CELL + 1)]]]),
        packed([[1, ["a"]]] * (list_file.MOST_SHEET_ROWS + 1)),
        packed(b"[" * 100_000),
    ],
)
def test_what_a_decoder_says_that_was_taken_over_is_believed_within_bounds_only(
    decoder: LambdaService, lie: bytes
) -> None:
    decoder.fails = lie
    with pytest.raises(Unavailable):
        asking.rows_of(LIST, SECONDS)
    with pytest.raises(Unavailable):
        asking.drawn_anew(photo(), SECONDS)


def test_a_few_bytes_that_stand_for_gigabytes_are_unpacked_within_bounds(
    decoder: LambdaService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_TEXT", 250)
    decoder.fails = packed([[1, ["a" * 400]], [2, ["a" * 400]]])
    assert len(asking.rows_of(LIST, SECONDS)) == 2
    decoder.fails = packed([[at, ["a" * 400]] for at in range(3)])
    with pytest.raises(Unavailable):
        asking.rows_of(LIST, SECONDS)


def test_it_cannot_put_words_or_files_of_its_own_into_the_portal(decoder: LambdaService) -> None:
    decoder.fails = json.dumps({"made": base64.b64encode(b"<svg onload=x>").decode()}).encode()
    with pytest.raises(Unavailable):
        asking.drawn_anew(photo(), SECONDS)
    decoder.fails = b'{"unfit": "<script>"}'
    with pytest.raises(Unfit) as why:
        asking.rows_of(LIST, SECONDS)
    assert why.value.code == "unreadable"


def test_cells_together_longer_than_an_answer_may_be_are_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    from chalicelib.decoding import answering

    rows = [Row(at, ("江" * 500,) * 4) for at in range(1, 20)]
    assert answering._packed(rows)
    monkeypatch.setattr(answering, "MOST_TEXT", 19 * 4 * 500)
    assert answering._packed(rows) is None
    monkeypatch.setattr(answering, "rows_of", lambda content: rows)
    with pytest.raises(Unfit, match="too_large"):
        asking.rows_of(LIST, SECONDS)
