"""Stop a stage and start it again: its schedules and its functions, while its table is replaced. The pages go on being shown.

What is started again is what the stack says: its own template names the runs that each function has set aside.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from infra.aws.settings import Settings
from infra.local.console import LocalProblem, say

RESERVED = "ReservedConcurrentExecutions"


@dataclass(frozen=True)
class Running:
    """What of a stage runs by itself or when it is asked: rules of EventBridge, and functions with what the stack reserves."""

    rules: tuple[str, ...]
    functions: dict[str, int | None]
    longest: int  # seconds that a run may take


class Halting:
    """The halting of one stage, with the clients of a session of whoever is signed in."""

    def __init__(self, session: Any, settings: Settings) -> None:
        self.name = settings.name
        self.clouds = session.client("cloudformation")
        self.events = session.client("events")
        self.lambdas = session.client("lambda")

    def stop(self) -> None:
        """Disable the schedules, then let no function be started any more; may be run twice."""
        with _told():
            there = self._there()
            for rule in there.rules:
                self.events.disable_rule(Name=rule)
            for function in there.functions:
                self.lambdas.put_function_concurrency(FunctionName=function, **{RESERVED: 0})
        say(
            f"{self.name} stands still: {len(there.rules)} schedules, {len(there.functions)} functions. "
            f"What had begun goes on to its end: mostly seconds, at most {there.longest // 60} minutes."
        )

    def start(self) -> None:
        """Give each function back what the stack reserves for it, then enable the schedules; may be run twice."""
        with _told():
            there = self._there()
            for function, reserved in there.functions.items():
                if reserved is None:
                    self.lambdas.delete_function_concurrency(FunctionName=function)
                else:
                    self.lambdas.put_function_concurrency(FunctionName=function, **{RESERVED: reserved})
            for rule in there.rules:
                self.events.enable_rule(Name=rule)
        say(f"{self.name} runs: {len(there.rules)} schedules, {len(there.functions)} functions.")

    def going(self) -> list[str]:
        """The schedules and functions that are not stopped."""
        with _told():
            there = self._there()
            rules = [
                rule for rule in there.rules if self.events.describe_rule(Name=rule)["State"] != "DISABLED"
            ]
            functions = [
                function
                for function in there.functions
                if self.lambdas.get_function_concurrency(FunctionName=function).get(RESERVED) != 0
            ]
        return rules + functions

    def _there(self) -> Running:
        """What the stack has made."""
        body = self.clouds.get_template(StackName=self.name, TemplateStage="Original")["TemplateBody"]
        said = (json.loads(body) if isinstance(body, str) else body)["Resources"]
        rules, functions, longest = [], {}, 0
        for page in self.clouds.get_paginator("list_stack_resources").paginate(StackName=self.name):
            for one in page["StackResourceSummaries"]:
                if one["ResourceType"] == "AWS::Events::Rule":
                    rules.append(one["PhysicalResourceId"])
                elif one["ResourceType"] == "AWS::Lambda::Function":
                    properties = said.get(one["LogicalResourceId"], {}).get("Properties", {})
                    functions[one["PhysicalResourceId"]] = properties.get(RESERVED)
                    longest = max(longest, int(properties.get("Timeout", 0)))
        return Running(tuple(rules), functions, longest)


@contextmanager
def _told() -> Iterator[None]:
    """What AWS refuses becomes a sentence, a stack that is not there too."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise LocalProblem(f"{error}. Mend that and run the same again: nothing is done twice") from None
