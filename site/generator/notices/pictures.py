"""Pictures of notices: checked, turned upright, made small enough for a phone, and without what a camera writes into them."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from PIL import Image, ImageOps

MOST_BYTES = 5_000_000
MOST_PIXELS = 50_000_000
WIDEST = 1200
FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 78


@dataclass(frozen=True)
class Picture:
    """A picture as it is published: its name, its size in pixels, and the words for those who do not see it."""

    name: str
    width: int
    height: int
    alt: str
    kept: Path


class Unfit(Exception):
    """A picture cannot be published; the text says why and what to do."""


class Pictures:
    """Finds the pictures beside the notices and keeps their small copies, so that each is made once."""

    def __init__(self, folders: tuple[Path, ...], cache: Path) -> None:
        self._folders = folders
        self._cache = cache

    def picture(self, written: str, alt: str) -> Picture:
        """The picture that a notice names, as in `pictures/lift.jpg`. Raises Unfit."""
        path = self._found(written)
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise Unfit(
                f"图片“{written}”有 {size / 1e6:.0f} MB，最多 {MOST_BYTES // 10**6} MB。请在手机或电脑上把它缩小再放进来。"
            )
        raw = path.read_bytes()
        kept = self._cache / f"{hashlib.sha256(raw).hexdigest()[:20]}.jpg"
        if not kept.is_file():
            content = _made_small(raw, written)
            self._cache.mkdir(parents=True, exist_ok=True)
            unfinished = kept.with_suffix(".unfinished")
            unfinished.write_bytes(content)
            unfinished.replace(kept)
        with Image.open(kept) as small:
            return Picture(kept.name, small.width, small.height, alt, kept)

    def _found(self, written: str) -> Path:
        name = PurePosixPath(written.removeprefix("./").removeprefix("/"))
        if ".." in name.parts or "\\" in written:
            raise Unfit(
                f"图片“{written}”的地址不对。请把图片放在 notices/pictures 里，写成 pictures/文件名。"
            )
        for folder in self._folders:
            for path in (folder / name, folder / "pictures" / name.name):
                if path.is_file():
                    return path
        raise Unfit(
            f"没有找到图片“{written}”。请把图片放在同一个文件夹的 pictures 里，写成 pictures/文件名，大小写也要一样。"
        )


def _made_small(raw: bytes, written: str) -> bytes:
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Unfit(f"图片“{written}”的像素太多。请缩小到宽 {WIDEST} 像素左右再放进来。")
            upright = ImageOps.exif_transpose(opened)
            if upright.mode in ("RGBA", "LA", "P", "PA"):
                clear = upright.convert("RGBA")
                upright = Image.new("RGB", clear.size, "white")
                upright.paste(clear, mask=clear.getchannel("A"))
            upright = upright.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Unfit(f"图片“{written}”打不开。请用 JPEG、PNG 或 WebP 格式另存一次。") from None
    upright.thumbnail((WIDEST, WIDEST * 2), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return out.getvalue()
