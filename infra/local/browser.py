"""The real browser of the tests, and a font that can show Chinese."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra.local.console import LocalProblem, say, step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_A_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find_chromium() -> Path | None:
    """The browser named by $CHROMIUM, or the first one that this machine has; None where there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named) if os.access(named, os.X_OK) else None
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    return next((Path(place) for place in ON_A_MAC if os.access(place, os.X_OK)), None)


def has_chinese_font() -> bool:
    """Whether text in Chinese would be drawn and not shown as empty boxes. macOS always has such a font."""
    if sys.platform == "darwin":
        return True
    try:
        fonts = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True)
    except OSError:
        return False
    return fonts.returncode == 0 and bool(fonts.stdout.strip())


def prepare_browser() -> None:
    """Make sure of a browser and a Chinese font: install them on Debian as root, otherwise say what to install."""
    missing = []
    if find_chromium() is None:
        missing.append("chromium")
    if not has_chinese_font():
        missing += ["fonts-noto-cjk", "fontconfig"]
    if not missing:
        return
    if os.environ.get("CHROMIUM") and "chromium" in missing:
        raise LocalProblem("CHROMIUM names {}, which cannot be run".format(os.environ["CHROMIUM"]))
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise LocalProblem(
            "the tests need a real browser and a Chinese font; install {} "
            "(or name a Chromium with CHROMIUM=...)".format(" and ".join(missing))
        )
    with step("Installing {} with apt-get".format(", ".join(missing))):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing],
        ):
            done = subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL)
            if done.returncode != 0:
                raise LocalProblem("`{}` failed; install {} by hand".format(" ".join(command), missing))
    if find_chromium() is None or not has_chinese_font():
        raise LocalProblem("after installing {} there is still none to be found".format(", ".join(missing)))
    say("   Chromium: {}".format(find_chromium()))
