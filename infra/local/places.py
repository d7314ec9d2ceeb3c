"""Where things stand in the repository, for every command of this folder."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
BACKEND = ROOT / "backend"
BUILD = ROOT / "build"
SITE = BUILD / "site"
PLANNED = BUILD / "planned"
SITE_HEADERS = BUILD / "site-headers.json"
EDITOR = BUILD / "admin"
EDITOR_HEADERS = BUILD / "site-headers.admin.json"
# Everything that is to survive a restart. SHOUNUO_DATA names another folder, for a second portal beside the first.
VAR = Path(os.environ.get("SHOUNUO_DATA") or ROOT / "var").resolve()
DYNAMODB_DATA = VAR / "dynamodb"
OUTBOX_FILE = VAR / "outbox" / "messages.jsonl"
RUN_FILE = VAR / "run.json"
NPM_FOLDER = ROOT / "infra" / "local"
NODE_MODULES = NPM_FOLDER / "node_modules"
LINK_KEY = VAR / "link-key"
VAULT_KEY = VAR / "vault-key"
# The program of the editor at /admin/, as npm brought it.
EDITOR_PROGRAM = NPM_FOLDER / "editor"
# Where `make edit` lets the editor write through, on this machine's own address.
EDITOR_PORT = 8081


def shown(path: Path) -> str:
    """A place as it is told to whoever works here: from this folder, or whole when it lies elsewhere."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
