"""What the function `decode` is asked where one wants to know that it answers: in a rehearsal, and after each deployment."""

from __future__ import annotations

import base64
import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

_OFFICE = "http://schemas.openxmlformats.org"
_TEXT = '<c r="{}" t="inlineStr"><is><t>{}</t></is></c>'
WORKBOOK = {
    "_rels/.rels": f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_OFFICE}/spreadsheetml/2006/main" '
    f'xmlns:r="{_OFFICE}/officeDocument/2006/relationships">'
    '<sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_OFFICE}/spreadsheetml/2006/main"><sheetData>'
    f'<row r="1">{_TEXT.format("A1", "楼栋")}{_TEXT.format("B1", "房号")}</row>'
    f'<row r="2">{_TEXT.format("A2", "东楼")}{_TEXT.format("B2", "2604")}</row></sheetData></worksheet>',
}
_ROWS = [[1, ["楼栋", "房号"]], [2, ["东楼", "2604"]]]
_COMMENT = b"where it was"
WHAT = ("a photo", "a list as text", "a workbook", "what is no photo", "what is no workbook")


def events() -> list[dict[str, str]]:
    """A photo, a list in both forms that lists have, and what is neither; the photo is longer than one that is kept."""
    from PIL import Image

    drawn, book = io.BytesIO(), io.BytesIO()
    Image.linear_gradient("L").resize((2000, 1500)).convert("RGB").save(drawn, "JPEG", comment=_COMMENT)
    with zipfile.ZipFile(book, "w") as packed:
        for name, content in WORKBOOK.items():
            packed.writestr(zipfile.ZipInfo(name), content)  # without the hour: the same bytes each time
    sent = (
        ("photo", drawn.getvalue()),
        ("list", "楼栋,房号\n东楼,2604\n".encode("gb18030")),
        ("list", book.getvalue()),
        ("photo", b"<svg/>"),
        ("list", b"PK\x03\x04 no workbook"),
    )
    return [{"kind": kind, "content": base64.b64encode(content).decode()} for kind, content in sent]


def faults(answers: Sequence[Any]) -> list[str]:
    """What is wrong with the answers to :func:`events`, whatever they are."""
    held = (_is_drawn, _is_read, _is_read, lambda said: "unfit" in said, lambda said: said == _NO_WORKBOOK)
    return [
        f"{what}: {_shortened(answer)}"
        for what, sound, answer in zip(WHAT, held, answers, strict=True)
        if not (isinstance(answer, Mapping) and sound(answer))
    ]


_NO_WORKBOOK = {"unfit": "no_workbook"}


def _is_drawn(answer: Mapping[str, Any]) -> bool:
    from PIL import Image

    try:
        made = base64.b64decode(answer["made"], validate=True)
        with Image.open(io.BytesIO(made), formats=("JPEG",)) as picture:
            return picture.size == (1600, 1200) and _COMMENT not in made
    except (KeyError, TypeError, ValueError, OSError):
        return False


def _is_read(answer: Mapping[str, Any]) -> bool:
    try:
        packed = base64.b64decode(answer["rows"], validate=True)
        return bool(json.loads(zlib.decompress(packed)) == _ROWS)
    except (KeyError, TypeError, ValueError, zlib.error):
        return False


def _shortened(answer: object) -> str:
    said = repr(answer)
    return said if len(said) <= 200 else f"{said[:200]}…"
