"""Writes archives whose bytes follow from their content alone: sorted, undated, with byte code for every module.

Lambda unpacks an archive into a folder that nobody can write to, so what holds no byte code is compiled at each cold start.
The byte code says itself that nobody need compare it with its source (PEP 552, unchecked hash).
"""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from infra.local.console import LocalProblem

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can say
MODE = stat.S_IFREG | 0o644

# Compiled in a process that has done nothing else, always in the same order: what a process did before shows in byte code.
# Left out is what only a reader needs: what functions and modules say of themselves (of classes it is kept: the API's description
# is made of it), and the columns of a line. It would be a third of the archive, read at each start.
_COMPILE = """
import ast, importlib.util, pathlib, sys
from importlib._bootstrap_external import _code_to_hash_pyc
silent = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Module)
for name in sys.stdin.read().splitlines():
    source = pathlib.Path(name).read_bytes()
    module = ast.parse(source, name)
    for node in ast.walk(module):
        if isinstance(node, silent) and ast.get_docstring(node, clean=False) is not None:
            node.body[:1] = [] if isinstance(node, ast.Module) else [ast.copy_location(ast.Pass(), node.body[0])]
    code = compile(module, name, "exec", dont_inherit=True)
    made = _code_to_hash_pyc(code, importlib.util.source_hash(source), checked=False)
    pathlib.Path(name + "c").write_bytes(made)
"""


def as_byte_code(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with byte code in place of every module among them. Raises LocalProblem for one that cannot be compiled.

    Without their sources, modules are half the size and are found faster; a traceback still names file and line.
    """
    modules = sorted(name for name in files if name.endswith(".py"))
    with tempfile.TemporaryDirectory() as folder:
        for name in modules:
            place = Path(folder, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(files[name])
        done = subprocess.run(
            [sys.executable, "-S", "-X", "no_debug_ranges", "-c", _COMPILE],
            cwd=folder,
            input="\n".join(modules),
            env={"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ.get("PATH", "")},
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise LocalProblem(f"a module cannot be compiled: {done.stderr.strip().splitlines()[-1]}")
        compiled = {
            file.relative_to(folder).as_posix(): file.read_bytes() for file in Path(folder).rglob("*.pyc")
        }
    if len(compiled) != len(modules):
        raise LocalProblem(f"{len(modules) - len(compiled)} modules have no byte code")
    return {name: content for name, content in files.items() if name not in modules} | compiled


def write_zip(target: Path, files: Mapping[str, bytes]) -> None:
    """The files as a zip, whole or not at all: equal files give equal bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.unfinished")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whatever machine packs
            entry.external_attr = MODE << 16
            packed.writestr(entry, files[name])
    draft.replace(target)
