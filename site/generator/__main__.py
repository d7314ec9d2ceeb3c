"""Command line: `python -m generator STEP [MOMENT]` with PYTHONPATH=site:backend.

build    everything: stage, both languages, page frames, notices, headers, links
notices  only the notices of the built site, as they are at this moment
plan     what notices will change on the built site at each moment to come, into build/planned
stage    only write build/pages and build/theme
links    check the links, anchors and addresses of the built site
samples  fill the run-time pages with invented data, into build/samples

MOMENT (2026-11-24T10:00, China's time without a zone) is when it shall be for `build` and `notices`; now without it.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from chalicelib.rulebook import RulebookError, load

from .built_pages import pages_of
from .links import check_links
from .notices.reading import read_notices
from .places import Places, SiteError
from .planning import plan
from .stage import stage
from .whole import build, renew

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Run one step. Returns the exit status; what is wrong goes to stderr as sentences."""
    places = Places(ROOT)
    step = arguments[0] if 1 <= len(arguments) <= 2 else ""
    try:
        now = _moment(arguments[1]) if len(arguments) == 2 else datetime.now(UTC)
        match step:
            case "build":
                for sentence in build(ROOT, now):
                    print(f"提醒：{sentence}")
                print(f"The site is in {places.site.relative_to(ROOT)}.")
            case "notices":
                book = load(places.docs / "rulebook")
                moment, _ = renew(places, book, read_notices(places, book), now)
                print(f"The notices are published; the next moment is {moment or 'not known yet'}.")
            case "plan":
                print(plan(places, load(places.docs / "rulebook"), now).sentence())
            case "stage":
                stage(ROOT)
            case "links":
                check_links(places, pages_of(places.site))
                print("Every link, anchor and address of the built site leads somewhere.")
            case "samples":
                from .samples import write_samples

                write_samples(places)
                print(f"The sample pages are in {places.samples.relative_to(ROOT)}.")
            case _:
                print(__doc__, file=sys.stderr)
                return 2
    except (SiteError, RulebookError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _moment(text: str) -> datetime:
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        raise SiteError(f"“{text}”不是能看懂的时间。请写成 2026-11-24T10:00。") from None
    return (said if said.tzinfo else said.replace(tzinfo=ZoneInfo("Asia/Shanghai"))).astimezone(UTC)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
