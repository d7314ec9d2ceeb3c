"""The picture that messengers show beside a shared page: the mark on its green, drawn by the build."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

SIZE = (1200, 630)
GROUND, INK, LEAF = "#00574b", "#ffffff", "#80cbc4"
# The mark of the header (32 by 32), its curves taken as points.
_SHIELD = (
    (16, 2.5),
    (27.5, 7),
    (27.5, 15.2),
    (26.9, 18.6),
    (25.3, 22),
    (22.6, 25.1),
    (19.4, 27.6),
    (16, 29.5),
    (12.6, 27.6),
    (9.4, 25.1),
    (6.7, 22),
    (5.1, 18.6),
    (4.5, 15.2),
    (4.5, 7),
)
_TICK = ((10.5, 15.8), (14.5, 19.8), (21.7, 11.8))
_FINER = 3


def share_picture() -> bytes:
    """The picture as PNG, 1200 by 630. No letters: a build machine need not have a Chinese font."""
    width, height = (side * _FINER for side in SIZE)
    drawn = Image.new("RGB", (width, height), GROUND)
    pen = ImageDraw.Draw(drawn)
    scale = height * 0.62 / 32
    left, top = (width - 32 * scale) / 2, height * 0.19

    def at(points: tuple[tuple[float, float], ...]) -> list[tuple[float, float]]:
        return [(left + x * scale, top + y * scale) for x, y in points]

    shield = at(_SHIELD)
    pen.rectangle((0, height - height // 24, width, height), fill=LEAF)
    pen.line([*shield, shield[0], shield[1]], fill=INK, width=int(2.2 * scale), joint="curve")
    tick = at(_TICK)
    pen.line(tick, fill=LEAF, width=int(2.8 * scale), joint="curve")
    for x, y in (tick[0], tick[-1]):
        half = 1.4 * scale
        pen.ellipse((x - half, y - half, x + half, y + half), fill=LEAF)
    out = io.BytesIO()
    drawn.resize(SIZE, Image.Resampling.LANCZOS).quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()
