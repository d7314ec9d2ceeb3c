"""Lets a plain `mkdocs build` use fresh pages; everything else is in `generator`, which needs no MkDocs."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def on_pre_build(config: object) -> None:
    """Write the pages, the theme and the styles that MkDocs is about to read; the generator's own build has done so before."""
    if "SHOUNUO_STAGED" in os.environ:
        return
    sys.path[:0] = [
        str(ROOT / "site"),
        str(ROOT / "backend"),
    ]  # here: MkDocs restores the path after loading hooks
    from generator.stage import stage

    stage(ROOT)
