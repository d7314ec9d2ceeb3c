"""G31: of whatever is sent as a photo only pixels are kept, in a JPEG that was drawn anew; bombs are refused at once."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from chalicelib.decoding.pictures import LONGEST_SIDE, drawn_anew
from chalicelib.domain.picture import NoPicture
from tests.pictures import MARK, kept_corpus, photo, refused_corpus

ROOT = Path(__file__).resolve().parents[2]
MOST_SECONDS, MOST_MEGABYTES = 2.0, 200.0
# Draws one file in a process of its own and tells how long it took and how much memory the whole process ever had.
ALONE = """
import json, pathlib, re, resource, sys, time
from chalicelib.domain.picture import NoPicture
from chalicelib.decoding.pictures import drawn_anew
content = sys.stdin.buffer.read()
began = time.process_time()
try:
    kept = len(drawn_anew(content))
except NoPicture:
    kept = 0
status = pathlib.Path("/proc/self/status")  # there getrusage tells the larger one of this process and its parent
if status.exists():
    megabytes = int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) / 1024
else:
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([kept, time.process_time() - began, megabytes]))
"""


def segments(jpeg: bytes) -> list[int]:
    """The markers of a JPEG up to its picture. Fails unless the picture's end is the file's."""
    assert jpeg.startswith(b"\xff\xd8") and jpeg.endswith(b"\xff\xd9") and jpeg.count(b"\xff\xd9") == 1
    at, found = 2, []
    while jpeg[at + 1] != 0xDA:
        assert jpeg[at] == 0xFF
        found.append(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found


def alone(content: bytes) -> tuple[int, float, float]:
    """What drawing a file costs: bytes kept, processor seconds, megabytes."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE],
        input=content,
        capture_output=True,
        cwd=ROOT,
        env={"PYTHONPATH": "backend"},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    kept, seconds, megabytes = json.loads(done.stdout)
    return kept, seconds, megabytes


# JFIF's own head, tables and frame: nothing in which words could stand.
PIXELS_ONLY = {0xE0, 0xDB, 0xC0, 0xC4}


def test_only_pixels_are_kept_of_a_photo(figure: Callable[[str], None]) -> None:
    kept = {name: (content, drawn_anew(content)) for name, content in kept_corpus().items()}
    metadata = originals = 0
    for name, (content, made) in kept.items():
        extra = set(segments(made)) - PIXELS_ONLY
        metadata += len(extra) + (MARK in made) + (b"Exif" in made) + (b"http" in made)
        originals += content[-64:-2] in made
        with Image.open(io.BytesIO(made)) as picture:
            assert picture.format == "JPEG" and max(picture.size) <= LONGEST_SIDE, name
            assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}, name
    assert metadata == originals == 0
    refused = refused_corpus()
    for name, content in refused.items():
        with pytest.raises(NoPicture):
            drawn_anew(content)
            pytest.fail(name)
    figure(
        f"G31 photos: {len(kept)} of {len(kept) + len(refused)} files kept, re-encoded: {metadata} metadata segments, "
        f"{originals} with original bytes; {len(refused)} refused"
    )
    assert len(kept) + len(refused) >= 30


def test_a_bomb_is_refused_in_two_seconds_and_200_megabytes(figure: Callable[[str], None]) -> None:
    bombs = {name: content for name, content in refused_corpus().items() if "0 x" in name or "scans" in name}
    # The dearest file that is still a photo: as many pixels as may be, held whole, as many scans as may be.
    dearest = photo(4096, 4096, progressive=True, subsampling=0, quality=30)
    last = dearest[dearest.rfind(b"\xff\xda") : -2]
    dearest = dearest[:-2] + last * (29 - dearest.count(b"\xff\xda")) + b"\xff\xd9"
    assert len(bombs) == 4 and len(dearest) < 3 * 1024 * 1024
    costs = {name: alone(content) for name, content in {**bombs, "dearest photo": dearest}.items()}
    assert [name for name, (kept, _, _) in costs.items() if kept] == ["dearest photo"]
    slowest = max(seconds for _, seconds, _ in costs.values())
    largest = max(megabytes for _, _, megabytes in costs.values())
    bomb = max(seconds for name, (_, seconds, _) in costs.items() if name in bombs)
    figure(
        f"G31 bombs: refused in at most {bomb:.2f} s; the dearest photo that is kept took {slowest:.2f} s; "
        f"{largest:.0f} MB at most for the whole process"
    )
    assert bomb < MOST_SECONDS and largest < MOST_MEGABYTES


def test_a_photo_stands_upright_and_the_way_it_was_held_is_forgotten() -> None:
    with Image.open(io.BytesIO(drawn_anew(kept_corpus()["lying on its side"]))) as picture:
        assert picture.size == (480, 640)
        red, green, blue = picture.getpixel((470, 320))  # type: ignore[misc]
        assert blue > 150 and red < 90 and green < 90  # the sky that was at the top before it was turned


def test_of_a_file_with_several_pictures_the_first_is_kept() -> None:
    with Image.open(io.BytesIO(drawn_anew(kept_corpus()["two pictures (mpo)"]))) as picture:
        assert getattr(picture, "n_frames", 1) == 1
        red, green, _ = picture.getpixel((32, 32))  # type: ignore[misc]
        assert red > 200 and green < 60


def test_the_same_photo_gives_the_same_bytes() -> None:
    assert drawn_anew(photo()) == drawn_anew(photo())


@pytest.mark.parametrize("width, height", [(1, 1), (1, 5000), (5000, 1), (1600, 1200)])
def test_a_photo_of_any_shape_is_kept(width: int, height: int) -> None:
    with Image.open(io.BytesIO(drawn_anew(photo(width, height)))) as picture:
        assert min(picture.size) >= 1 and max(picture.size) == min(LONGEST_SIDE, max(width, height))
