"""The archives: one for the API, one for all that the clock does. Each holds what its functions load and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from infra.aws.resources.functions import API, SCHEDULED, code_of
from infra.aws.wheels import SHIPPED


@dataclass(frozen=True)
class Part:
    """An archive: its functions, the packages in it, the services of AWS they call, and what of the portal stays out."""

    name: str
    functions: tuple[str, ...]
    packages: frozenset[str]
    services: frozenset[str]
    not_of_the_portal: re.Pattern[str]

    @property
    def parameter(self) -> str:
        """The parameter of the template that names this archive."""
        return code_of(self.functions[0])


# What nobody loads in the cloud: what compiles and checks the rulebook, and what runs from the command line.
_NOWHERE = (
    r"chalicelib/rulebook/(__main__|coverage|effects|explaining|files|loading|read_\w+|table)\.py$"
    r"|chalicelib/fsck\.py$"
)
_OF_JOBS = r"|chalicelib/schedules/"
_OF_THE_API = (
    r"|app\.py$|chalicelib/(web|actions)/|chalicelib/compiled/(?!rulebook\.json$)"
    r"|chalicelib/domain/(home_list|home_plan|list_\w+|staff_list|totp)\.py$|chalicelib/storage/(entering|pictures)\.py$"
    r"|chalicelib/schedules/timetable\.py$"
)

PARTS = (
    Part(
        "api",
        (API,),
        SHIPPED,
        frozenset({"dynamodb", "lambda", "s3"}),
        re.compile(_NOWHERE + _OF_JOBS),
    ),
    Part(
        "jobs",
        SCHEDULED,
        frozenset(
            [
                "botocore",
                "jmespath",
                "pycryptodomex",
                "pynamodb",
                "python-dateutil",
                "six",
                "typing-extensions",
                "urllib3",
            ]
        ),
        frozenset({"dynamodb", "s3", "sesv2", "sns", "ssm"}),
        re.compile(_NOWHERE + _OF_THE_API),
    ),
)
