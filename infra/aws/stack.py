"""A stack of CloudFormation: made or changed, waited for, and put back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.console import LocalProblem

# What CloudFormation shows in the place of a parameter that nobody is to see.
HIDDEN = "****"
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]


@dataclass(frozen=True)
class State:
    """How a stack stands: its template as it was sent, its parameters and outputs."""

    template: str
    parameters: dict[str, str]
    outputs: dict[str, str]


class Stack:
    """One stack by its name. `lay` puts a template where CloudFormation fetches it: most are too large to be sent. `hidden` gives
    the parameters that it shows as HIDDEN, from the others that go with them."""

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
        """How it stands now; None where there is none."""
        from botocore.exceptions import ClientError

        try:
            [found] = self.clouds.describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
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
        known = self.state() is not None
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
        [found] = self.clouds.describe_stacks(StackName=self.name)["Stacks"]
        return _outputs(found)

    def _seen(self, parameters: dict[str, str]) -> dict[str, str]:
        """The parameters with those in them that CloudFormation does not show."""
        if HIDDEN not in parameters.values():
            return parameters
        known = self.hidden(parameters)
        return {name: known[name] if value == HIDDEN else value for name, value in parameters.items()}

    def _why(self) -> str:
        """The first failure that CloudFormation noted."""
        events = self.clouds.describe_stack_events(StackName=self.name)["StackEvents"]
        failed = [one for one in events if one["ResourceStatus"].endswith("_FAILED")]
        if not failed:
            return "see its events"
        first = min(failed, key=lambda one: one["Timestamp"])
        return f"{first['LogicalResourceId']}: {first.get('ResourceStatusReason', '')}"


def _outputs(found: Any) -> dict[str, str]:
    return {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", ())}
