"""Makes what `prepared` gives at each start (infra/aws/shipped/prepared.py): by importing all of an archive once and listening.

Only the machine that packages can be listened to: for the other one (ARCH) the archive is imported with the packages of this one,
since the texts are the same. Byte code and regular expressions are of one Python, as the archive is.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from infra.local.console import LocalProblem

NAME = "prepared.bin"
# Runs in a process of its own that sees the standard library and the archive. What is written is sorted, so that it is the same
# each time; an object of marshal is written without references between equal parts for the same reason.
_LISTEN = """
import marshal, re, sys
compiler, folder, target, functions = re._compiler, sys.argv[1], sys.argv[2], sys.argv[3:]
sys.path.insert(0, folder)
patterns, methods, heard = {}, {}, []
engine, make = compiler._sre, compiler.compile

class Listening:
    def __getattr__(self, name):
        return getattr(engine, name)

    def compile(self, *made):
        heard.append(made)
        return engine.compile(*made)

def listened(pattern, flags=0):
    heard.clear()
    found = make(pattern, flags)
    if isinstance(pattern, (str, bytes)) and heard:
        _, all_flags, words, groups, names, by_number = heard[-1]
        code = b"".join(word.to_bytes(engine.CODESIZE, sys.byteorder) for word in words)
        patterns[pattern, int(flags)] = int(all_flags), code, groups, tuple(names.items()), tuple(by_number)
    return found

def executed(text, namespace, local):
    methods[text] = marshal.dumps(compile(text, "<string>", "exec", dont_inherit=True), 2)
    exec(text, namespace, local)

re.purge()
compiler._sre, compiler.compile = Listening(), listened
import start
import dataclasses
dataclasses.exec = executed
for function in functions:
    getattr(start, function)
if "app" in sys.modules:
    import app
    for address in app.ways:
        app.app.open(address)
made = {
    "engine": (engine.MAGIC, engine.CODESIZE),
    "patterns": dict(sorted(patterns.items(), key=repr)),
    "methods": dict(sorted(methods.items())),
}
open(target, "wb").write(marshal.dumps(made, 2))
"""
_EMPTY = "import marshal, sys; sys.stdout.buffer.write(marshal.dumps({'engine': (), 'patterns': {}, 'methods': {}}, 2))"


def prepared(files: Mapping[str, bytes], functions: tuple[str, ...]) -> bytes:
    """What lies in `prepared.bin` beside these compiled files. Raises LocalProblem where they cannot be imported."""
    with tempfile.TemporaryDirectory() as around:
        folder, target = Path(around, "task"), Path(around, NAME)
        for name, content in files.items():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        (folder / NAME).write_bytes(
            subprocess.run([sys.executable, "-c", _EMPTY], capture_output=True).stdout
        )
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-B", "-c", _LISTEN, str(folder), str(target), *functions],
            env={"AWS_DEFAULT_REGION": "cn-north-1", "PATH": os.environ.get("PATH", "")},
            capture_output=True,
            text=True,
        )
        if done.returncode != 0:
            raise LocalProblem(f"the archive cannot be imported: {done.stderr.strip()[-2000:]}")
        return target.read_bytes()
