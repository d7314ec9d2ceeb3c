"""What carries an assistant's telephone away from the site: a contact file, a code to scan, and a drawn portrait.

All three are made when the site is built, from the same data as the page of the building (A5, A6).
"""

from __future__ import annotations

import hashlib
import io
import os

import segno

from chalicelib.domain.standards import Building, Community, Person, Rulebook

from .places import PREFIX, Language

_SHADES = 5
_LINE = 75  # octets, RFC 6350 section 3.2


def contact_file(rulebook: Rulebook, community: Community, building: Building, language: Language) -> bytes:
    """The assistant of a building with its telephones as a vCard 4.0 (RFC 6350), to be saved into a phone."""
    person = community.people[building.assistant]
    place = f"{community.name.in_language(language)} {building.name.in_language(language)}"
    role = "礼宾助理" if language == "zh" else "Building assistant"
    name = person.name if language == "zh" else person.name_en
    desk_day, desk_night = (
        ("值班台（白天）", "值班台（夜间）") if language == "zh" else ("Duty desk, day", "Duty desk, night")
    )
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        "KIND:individual",
        f"UID:urn:shounuo:{community.id}:{building.id}:{language}",
        f"FN:{_escaped(f'{name}（{place}{role}）' if language == 'zh' else f'{name} ({role}, {place})')}",
        f"N:{_escaped(name)};;;;",
        f"ORG:{_escaped(community.name.in_language(language))}",
        f"TITLE:{_escaped(role)}",
        f"LANG:{language}",
        f"TEL;VALUE=uri;PREF=1;TYPE=work:tel:{person.phone}",
        f"item1.TEL;VALUE=uri;TYPE=work:tel:{community.day_phone}",
        f"item1.X-ABLabel:{_escaped(desk_day)}",
        f"item2.TEL;VALUE=uri;TYPE=work:tel:{community.night_phone}",
        f"item2.X-ABLabel:{_escaped(desk_night)}",
        f"ADR;TYPE=work:;;{_escaped(community.address.in_language(language))};;;;",
        f"URL:{address_of(community, building, language)}",
    ]
    if person.strengths:
        lines.append(f"NOTE:{_escaped(person.strengths.in_language(language))}")
    lines.append("END:VCARD")
    return "".join(_folded(one) for one in lines).encode()


def address_of(community: Community, building: Building, language: Language) -> str:
    """Where the page of a building is found from outside: what the code on its card says."""
    origin = os.environ.get("SITE_URL", "http://localhost:8000/").rstrip("/")
    return f"{origin}{PREFIX[language]}communities/{community.id}/{building.id}/"


def code_to_scan(address: str) -> str:
    """A QR code as an SVG element without a size of its own."""
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=False,
        omitsize=True,
        border=2,
        svgclass="qr__code",
        lineclass=None,
    )
    return out.getvalue().decode().strip()


def portrait(person: Person) -> str:
    """A drawn stand-in for a photograph: the people of the sample company are invented."""
    shade = int(hashlib.sha256(person.id.encode()).hexdigest(), 16) % _SHADES
    sign = person.name[-1]
    return (
        f'<svg class="portrait portrait--{shade}" viewBox="0 0 80 80" aria-hidden="true" focusable="false">'
        '<circle class="portrait__ground" cx="40" cy="40" r="39"/>'
        f'<text class="portrait__sign" x="40" y="53" text-anchor="middle">{sign}</text></svg>'
    )


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> str:
    """The line with its end, broken so that no part is longer than 75 octets and no character is torn apart."""
    parts, part, room = [], "", _LINE
    for sign in line:
        if len((part + sign).encode()) > room:
            parts.append(part)
            part, room = "", _LINE - 1
        part += sign
    return "\r\n ".join([*parts, part]) + "\r\n"
