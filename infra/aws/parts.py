"""The archives: for the API, for what the clock does, for what decodes files. Each holds what its functions load, no more."""

from __future__ import annotations

import re
from dataclasses import dataclass

from infra.aws.resources.functions import API, DECODE, SCHEDULED, code_of
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
_OF_DECODE = r"|chalicelib/decoding/(answering|lists|pictures)\.py$"
_OF_THE_API = (
    r"|app\.py$|chalicelib/(web|actions)/|chalicelib/compiled/(?!rulebook\.json$)"
    r"|chalicelib/domain/(home_list|home_plan|list_\w+|staff_list|totp)\.py$|chalicelib/storage/(entering|home_search)\.py$"
    r"|chalicelib/schedules/timetable\.py$|chalicelib/decoding/"
)
# Of the portal the function that decodes takes so much, and of what stands for other packages' modules nothing.
_FOR_DECODE = (
    r"(start|prepared|chalicelib/(__init__|journal|decoding/\w+|domain/(__init__|list_file|picture)))\.py$"
)
DECODERS = frozenset({"pillow", "python-calamine"})

PARTS = (
    Part(
        "api",
        (API,),
        SHIPPED - DECODERS,
        frozenset({"dynamodb", "lambda", "s3"}),
        re.compile(_NOWHERE + _OF_JOBS + _OF_DECODE),
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
                "urllib3",
            ]
        ),
        frozenset({"dynamodb", "s3", "sesv2", "sns", "ssm"}),
        re.compile(_NOWHERE + _OF_THE_API),
    ),
    Part(
        "decode",
        (DECODE,),
        DECODERS,
        frozenset(),
        re.compile(rf"(?!{_FOR_DECODE})|chalicelib/decoding/asking\.py$"),
    ),
)
