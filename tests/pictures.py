"""Files that people, and people with ill intent, send as photos: each made here, so that everybody can see what is in it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

# Stands in every place of a file that is no pixel; none of it may be found in what is kept.
MARK = b"MARK-31.2304N-121.4737E"
SCRIPT = b"<script>document.title='MARK-31.2304N-121.4737E'</script>"


def photo(width: int = 640, height: int = 480, **options: object) -> bytes:
    """A JPEG as a telephone makes one: many colours, blue on top."""
    picture = Image.effect_mandelbrot((width, height), (-2, -1.5, 1, 1.5), 40).convert("RGB")
    picture.paste((20, 40, 200), (0, 0, width, max(1, height // 4)))
    return saved(picture, "JPEG", **options)


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """A picture as a file."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def with_segment(jpeg: bytes, marker: int, content: bytes) -> bytes:
    """The JPEG with one more segment at its head."""
    return jpeg[:2] + struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content + jpeg[2:]


def resized_in_its_head(jpeg: bytes, width: int, height: int) -> bytes:
    """The JPEG with a head that claims another size."""
    at = next(jpeg.find(bytes((0xFF, sof))) for sof in (0xC0, 0xC2) if bytes((0xFF, sof)) in jpeg)
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def _exif(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x010E], exif[0x010F], exif[0x0112] = MARK.decode(), MARK.decode(), orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (IFDRational(31), IFDRational(13), IFDRational(49)), 3: "E"})
    exif.get_ifd(0x8825)[0x1D] = MARK.decode()
    exif.get_ifd(0x8769)[0x927C] = b"Maker\0" + MARK * 20  # MakerNote
    return exif.tobytes()


def _thumbnail() -> bytes:
    small = saved(Image.new("RGB", (160, 120), "red"), "JPEG", comment=MARK)
    return b"Exif\0\0" + _exif()[6:] + small


def _archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("index.html", SCRIPT)
    return out.getvalue()


def _png_bomb(side: int = 30_000) -> bytes:
    """900 million pixels in a megabyte."""
    packer = zlib.compressobj(9)
    row = b"\0" * (side // 8 + 1)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _scan_bomb() -> bytes:
    """A progressive picture whose last scan comes thousands of times: an hour's decoding in 200 KB."""
    made = saved(Image.new("RGB", (4096, 4096), "green"), "JPEG", progressive=True)
    last = made[made.rfind(b"\xff\xda") : -2]
    return made[:-2] + last * 4000 + b"\xff\xd9"


def _frames() -> list[Image.Image]:
    return [Image.new("RGB", (64, 64), colour) for colour in ("red", "green", "blue")]


def kept_corpus() -> Mapping[str, bytes]:
    """What is a photo, whatever else it carries."""
    plain = photo()
    frames = _frames()
    return {
        "plain": plain,
        "gps, camera, maker note": photo(exif=_exif()),
        "lying on its side": photo(exif=_exif(6)),
        "thumbnail": with_segment(plain, 0xE1, _thumbnail()),
        "xmp": photo(xmp=b"<x:xmpmeta>" + MARK + b"</x:xmpmeta>"),
        "iptc": with_segment(plain, 0xED, b"Photoshop 3.0\x008BIM" + MARK),
        "comment": photo(comment=MARK),
        "colour profile": photo(icc_profile=b"\0" * 128 + MARK),
        "jpeg and zip": plain + _archive(),
        "jpeg and html": plain + SCRIPT,
        "html in a comment": with_segment(plain, 0xFE, b"--><!doctype html>" + SCRIPT),
        "two pictures (mpo)": saved(frames[0], "MPO", save_all=True, append_images=frames[1:], comment=MARK),
        "progressive": photo(progressive=True, exif=_exif()),
        "four colours (cmyk)": saved(Image.new("CMYK", (320, 240), (10, 20, 30, 40)), "JPEG", comment=MARK),
        "grey": saved(Image.new("L", (320, 240), 90), "JPEG", comment=MARK),
        "12 million pixels": photo(4000, 3000, exif=_exif(8), quality=60),
    }


def refused_corpus() -> Mapping[str, bytes]:
    """What is no photo, or was made to do harm."""
    plain, frames = photo(), _frames()
    html = b"<!doctype html>" + SCRIPT
    return {
        "jpeg of 30,000 x 30,000": resized_in_its_head(plain, 30_000, 30_000),
        "progressive of 60,000 x 60,000": resized_in_its_head(photo(progressive=True), 60_000, 60_000),
        "png of 30,000 x 30,000": _png_bomb(),
        "four thousand scans": _scan_bomb(),
        "cut off": plain[: len(plain) // 2],
        "only a head": plain[:20],
        "gif and script": b"GIF89a/*" + MARK + b"*/=1;" + SCRIPT,
        "png and html": saved(frames[0], "PNG") + html,
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>",
        "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + MARK * 40,
        "animated gif": saved(frames[0], "GIF", save_all=True, append_images=frames[1:]),
        "animated webp": saved(frames[0], "WEBP", save_all=True, append_images=frames[1:]),
        "html that begins like a jpeg": b"\xff\xd8\xff" + html,
        "pdf": b"%PDF-1.7\n" + MARK,
        "zip": _archive(),
        "larger than 3 MB": plain + b"\0" * 3 * 1024 * 1024,
    }
