"""What each function may do, as its policy in backend/.chalice says, in the words in which its use is recorded (G37).

A right is an action and what it is done to: "CASE#" is every partition of the table that begins so, "index/queue" an index,
"kept/" a shelf of the photo store or of the site's bucket, "table" the table as a whole. `python -m infra.aws.rights uses.json`
writes the policies anew from a recording (`SHOUNUO_USES=uses.json make test`); a person reads the difference before it is
committed.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from infra.aws.resources.functions import API, DECODE, SCHEDULED, may_log
from infra.aws.resources.intrinsics import Part, attribute, sub
from infra.local.console import LocalProblem, run_as_command, say
from infra.local.places import BACKEND

Right = tuple[str, str]
FOLDER = BACKEND / ".chalice"
FUNCTIONS = (API, *SCHEDULED)
READS = ("dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan")
LEADING = "dynamodb:LeadingKeys"
# The shelves of the site's bucket; those of every other name are the photo store's.
OF_THE_SITE = ("applied/", "planned/", "releases/")
# What Lambda does on a function's behalf, and no call of the function's own.
OF_THE_PLATFORM = ("Log", "FailedRuns")

_HERE = "${AWS::Region}:${AWS::AccountId}"
_FUNCTION = "arn:${AWS::Partition}:lambda:" + _HERE + ":function:shounuo-${Stage}-"
_ELSEWHERE: dict[Right, tuple[str, str]] = {
    ("ssm:GetParameter", "parameter"): (
        "Settings",
        "arn:${AWS::Partition}:ssm:" + _HERE + ":parameter/shounuo-${Stage}/*",
    ),
    ("ses:SendEmail", "*"): ("Letters", "arn:${AWS::Partition}:ses:" + _HERE + ":identity/${MailDomain}"),
    ("lambda:InvokeFunction", "deliver_messages"): ("Hurry", _FUNCTION + "deliver_messages"),
    ("lambda:InvokeFunction", DECODE): ("Decode", _FUNCTION + DECODE),
}


def main() -> int:
    """Write the policies from the recording that the command line names."""
    if len(sys.argv) != 2:
        raise LocalProblem("name the recording: python -m infra.aws.rights uses.json")
    used: dict[str, set[Right]] = {function: set() for function in FUNCTIONS}
    for function, action, on in json.loads(Path(sys.argv[1]).read_text("utf-8")):
        used[function].add((action, on))
    for function, rights in used.items():
        text = json.dumps(document(function, rights), indent=2)
        file(function).write_text(re.sub(r"\[\s+(\"[^\]\[]*?)\s+\]", _on_one_line, text) + "\n", "utf-8")
        say(f"{function}: {len(rights)} rights")
    return 0


def file(function: str) -> Path:
    """The policy of a function."""
    return FOLDER / f"policy-{function}.json"


def document(function: str, rights: Iterable[Right]) -> Part:
    """The policy that allows exactly these rights, and what Lambda needs to run the function."""
    rights = set(rights)
    statements = [*_of_keys(rights), *_of_indexes(rights), *_of_shelves(rights)]
    for action, on in sorted(rights):
        if on == "table":
            statements.append(_allow("WholeTable", [action], attribute("Table")))
        elif (action, on) in _ELSEWHERE:
            name, resource = _ELSEWHERE[action, on]
            statements.append(_allow(name, [action], sub(resource)))
    statements.append(may_log(function))
    if function != API:
        statements.append(_allow("FailedRuns", ["sqs:SendMessage"], attribute("FailedRuns")))
    return {"Version": "2012-10-17", "Statement": statements}


def rights_of(policy: Part) -> set[Right]:
    """What a policy allows its function. Raises ValueError for a statement that this file would not have written."""
    found: set[Right] = set()
    for statement in policy["Statement"]:
        if statement["Sid"] in OF_THE_PLATFORM:
            continue
        for action in statement["Action"]:
            found |= {(action, on) for on in _named(statement, action)}
    return found


def read(function: str) -> Part:
    """The policy of a function, from its file."""
    policy: Part = json.loads(file(function).read_text("utf-8"))
    return policy


def too_wide(policy: Part) -> list[str]:
    """Stars where there must be none: in an action, or as a whole resource, region, account or partition."""
    said = []
    for statement in policy["Statement"]:
        said += [action for action in statement["Action"] if "*" in action]
        text = json.dumps(statement["Resource"])
        if text == '"*"' or re.search(r"arn:[^\"]*:\*:|arn:\*", text):
            said.append(text)
    return said


def _named(statement: Part, action: str) -> Iterator[str]:
    """What a statement lets an action be done to."""
    named_elsewhere = [
        on
        for (what, on), (name, resource) in _ELSEWHERE.items()
        if (action, statement["Sid"], statement["Resource"]) == (what, name, sub(resource))
    ]
    if named_elsewhere:
        yield from named_elsewhere
        return
    if keys := statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get(LEADING):
        for key in keys:
            yield key.removesuffix("*")
        return
    resources = statement["Resource"]
    for resource in resources if isinstance(resources, list) else [resources]:
        named = re.fullmatch(
            r"\$\{(?:Table|Photos|Site)\.Arn\}/(index/\w+|\w+/(?=\*$))\*?", resource.get("Fn::Sub", "")
        )
        if resource == attribute("Table"):
            yield "table"
        elif named:
            yield named[1]
        else:
            raise ValueError(f"{statement['Sid']}: {resource}")


def _of_keys(rights: Iterable[Right]) -> Iterator[Part]:
    """One statement for all actions that reach the same partitions: a batch over several of them must fit into one."""
    by_action: dict[str, set[str]] = defaultdict(set)
    for action, on in rights:
        if action.startswith("dynamodb:") and on.partition("#")[0].isupper():
            by_action[action].add(on)
    together: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for action, keys in sorted(by_action.items()):
        together[tuple(sorted(keys))].append(action)
    for number, (reached, actions) in enumerate(together.items(), 1):
        statement = _allow(f"Items{number}", actions, attribute("Table"))
        statement["Condition"] = {
            "ForAllValues:StringLike": {LEADING: [f"{key}*" if key.endswith("#") else key for key in reached]}
        }
        yield statement


def _of_indexes(rights: Iterable[Right]) -> Iterator[Part]:
    names = sorted(on for _, on in rights if on.startswith("index/"))
    if names:
        yield _allow("Lists", ["dynamodb:Query"], [sub(f"${{Table.Arn}}/{name}") for name in names])


def _of_shelves(rights: Iterable[Right]) -> Iterator[Part]:
    shelves: dict[str, list[str]] = defaultdict(list)
    for action, on in sorted(rights):
        if action.startswith("s3:"):
            shelves[on].append(action)
    for shelf, actions in sorted(shelves.items()):
        bucket = "Site" if shelf in OF_THE_SITE else "Photos"
        name = f"{bucket}{shelf.strip('/').capitalize()}"
        yield _allow(name, actions, sub(f"${{{bucket}.Arn}}/{shelf}*"))


def _allow(name: str, actions: list[str], resource: Any) -> Part:
    return {"Sid": name, "Effect": "Allow", "Action": actions, "Resource": resource}


def _on_one_line(found: re.Match[str]) -> str:
    """A short list as one line, so that a policy can be read."""
    line = "[" + re.sub(r"\s+", " ", found[1]) + "]"
    return line if len(line) < 110 else found[0]


if __name__ == "__main__":
    run_as_command(main)
