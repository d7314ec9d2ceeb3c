"""Command line: `python -m generator STEP` with PYTHONPATH=site:backend.

build    everything: stage, both languages, page frames, headers, links
stage    only write build/pages and build/theme
links    check the links, anchors and addresses of the built site
samples  fill the run-time pages with invented data, into build/samples
"""

from __future__ import annotations

import sys
from pathlib import Path

from chalicelib.rulebook import RulebookError

from .frames import write_frames
from .headers import write_headers
from .links import check_links
from .places import Places, SiteError
from .search_index import write_search_index
from .site_build import build_both, in_the_making, keep_what_is_used
from .stage import stage

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    """Run one step. Returns the exit status; what is wrong goes to stderr as sentences."""
    places = Places(ROOT)
    step = arguments[0] if len(arguments) == 1 else ""
    try:
        match step:
            case "build":
                rulebook = stage(ROOT)
                with in_the_making(places) as made:
                    build_both(made)
                    write_frames(made)
                    keep_what_is_used(made)
                    write_search_index(made, rulebook)
                    write_headers(made)
                    check_links(made)
                print(f"The site is in {places.site.relative_to(ROOT)}.")
            case "stage":
                stage(ROOT)
            case "links":
                check_links(places)
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


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
