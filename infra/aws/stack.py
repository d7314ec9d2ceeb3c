"""A stack of CloudFormation: made or changed, waited for, protected, and put back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.console import LocalProblem

# What stands in the place of a parameter that CloudFormation shows to nobody: asterisks, however many it writes.
HIDDEN = "****"
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
# A stack that never came up: it can be deleted and nothing else, and what it had made is gone.
NEVER_CAME_UP = ("ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS")
# With these a change of the whole stack begins.
BEGUN = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")


@dataclass(frozen=True)
class State:
    """How a stack stands: its template as it was sent, its parameters and outputs."""

    template: str
    parameters: dict[str, str]
    outputs: dict[str, str]


class Stack:
    """One stack by its name. `lay` puts a template where CloudFormation fetches it: most are too large to be sent. `hidden` gives
    the parameters that are HIDDEN, from the others that go with them."""

    def __init__(
        self,
        clouds: Any,
        name: str,
        lay: Callable[[str], str],
        hidden: Callable[[Mapping[str, str]], Mapping[str, str]] = lambda parameters: {},
    ) -> None:
        self.clouds = clouds
        self.name = name
        self.lay = lay
        self.hidden = hidden

    def state(self) -> State | None:
        """How it stands now; None where there is none. Raises LocalProblem where it stands so that nothing can be done with it.

        What is left of a first try that failed is taken away: CloudFormation changes no stack that never came up.
        """
        found = self._found()
        if found and found["StackStatus"] in NEVER_CAME_UP:
            self.take_away()
            return None
        if not found:
            return None
        status = found["StackStatus"]
        if status.endswith("_IN_PROGRESS"):
            raise LocalProblem(f"the stack {self.name} is being changed just now ({status}): wait for it")
        if status == "DELETE_FAILED":
            raise LocalProblem(
                f"the stack {self.name} is half deleted ({self._why()}): a second make destroy "
                f"STAGE={self.name.removeprefix('shounuo-')} is enough (prod: delete it in the console), then deploy anew"
            )
        if status in ("ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED", "CREATE_FAILED"):
            raise LocalProblem(
                f"the stack {self.name} is stuck ({status}): mend it in the console first, as its events say"
            )
        body = self.clouds.get_template(StackName=self.name, TemplateStage="Original")["TemplateBody"]
        return State(
            body if isinstance(body, str) else json.dumps(body),
            {one["ParameterKey"]: one["ParameterValue"] for one in found.get("Parameters", ())},
            _outputs(found),
        )

    def put(self, template: str | None, parameters: dict[str, str]) -> dict[str, str]:
        """Make or change it (None: with the template it has); gives its outputs. Raises LocalProblem.

        A change that fails is taken back by CloudFormation itself.
        """
        source: dict[str, Any] = {"UsePreviousTemplate": True}
        if template is not None:
            source = {"TemplateURL": self.lay(template)}
        return self._put(source, parameters)

    def put_back(self, before: State) -> None:
        """Make it as it was."""
        self.put(before.template, before.parameters)

    def protect(self) -> None:
        """From now on nobody deletes it by a slip of the hand."""
        self.clouds.update_termination_protection(StackName=self.name, EnableTerminationProtection=True)

    def take_away(self) -> None:
        """Delete it, and wait until it is gone. Raises LocalProblem with the first failure where something of it stays."""
        from botocore.exceptions import ClientError, WaiterError

        try:
            self.clouds.delete_stack(StackName=self.name)
            self.clouds.get_waiter("stack_delete_complete").wait(StackName=self.name)
        except ClientError as error:
            raise LocalProblem(f"CloudFormation refuses: {error.response['Error']['Message']}") from None
        except WaiterError:
            raise LocalProblem(f"the stack {self.name} could not be deleted: {self._why()}") from None

    def _put(self, source: dict[str, Any], parameters: dict[str, str]) -> dict[str, str]:
        from botocore.exceptions import ClientError, WaiterError

        said: dict[str, Any] = {
            "StackName": self.name,
            "Parameters": [
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in self._seen(parameters).items()
            ],
            "Capabilities": CAPABILITIES,
            **source,
        }
        known = self._found() is not None
        try:
            if known:
                self.clouds.update_stack(**said)
            else:
                self.clouds.create_stack(OnFailure="ROLLBACK", **said)
        except ClientError as error:
            if "No updates" not in str(error):
                raise LocalProblem(f"CloudFormation refuses: {error.response['Error']['Message']}") from None
        else:
            waiter = self.clouds.get_waiter("stack_update_complete" if known else "stack_create_complete")
            try:
                waiter.wait(StackName=self.name, WaiterConfig={"Delay": 10, "MaxAttempts": 240})
            except WaiterError:
                raise LocalProblem(f"the stack {self.name} did not come up: {self._why()}") from None
        found = self._found()
        assert found is not None
        return _outputs(found)

    def _found(self) -> dict[str, Any] | None:
        from botocore.exceptions import ClientError

        try:
            [found] = self.clouds.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return dict(found)

    def _seen(self, parameters: dict[str, str]) -> dict[str, str]:
        """The parameters with those in them that CloudFormation does not show."""
        if not any(map(_is_hidden, parameters.values())):
            return parameters
        known = self.hidden(parameters)
        return {name: known[name] if _is_hidden(value) else value for name, value in parameters.items()}

    def _why(self) -> str:
        """The first failure that CloudFormation noted since this change began."""
        failed = [one for one in self._events() if one["ResourceStatus"].endswith("_FAILED")]
        if not failed:
            return "see its events"
        return f"{failed[-1]['LogicalResourceId']}: {failed[-1].get('ResourceStatusReason', '')}"

    def _events(self) -> Iterator[Any]:
        """The events of the change that is or was under way, the newest first."""
        for page in self.clouds.get_paginator("describe_stack_events").paginate(StackName=self.name):
            for one in page["StackEvents"]:
                yield one
                if one["ResourceStatus"] in BEGUN and one["PhysicalResourceId"] == one["StackId"]:
                    return


def _is_hidden(value: str) -> bool:
    return set(value) == {"*"}


def _outputs(found: Any) -> dict[str, str]:
    return {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ())}
