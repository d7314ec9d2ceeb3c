"""The whole template of a stage: what Chalice makes of the app, merged with the resources of this folder.

The merge is the one of `chalice package --merge-template`, done in this process: Chalice's description of the app needs no
archive, so a template is made in a second instead of the time that it takes to fetch packages. `make package` makes the archive.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.aws import keys
from infra.aws.resources import alarms, buckets, edge, functions, gateway, mail, table
from infra.aws.resources.intrinsics import Part, attribute, ref
from infra.aws.settings import Settings, read
from infra.local.console import LocalProblem, run_as_command, say
from infra.local.places import BACKEND, BUILD, EDITOR_HEADERS, SITE_HEADERS

FOLDER = BUILD / "aws"
RESERVED = "ReservedConcurrentExecutions"
PARAMETERS: Part = {
    "Origin": {
        "Type": "String",
        "Description": "Where residents reach the portal, as https://portal.example.com",
    },
    "Release": {"Type": "String", "Description": "The folder of the site's bucket that is shown"},
    "CodeBucket": {"Type": "String", "Description": "The bucket of the functions' archives"},
    "ApiCode": {"Type": "String", "Description": "The archive of the API in it"},
    "JobsCode": {"Type": "String", "Description": "The archive of the scheduled functions in it"},
    "DecodeCode": {"Type": "String", "Description": "The archive of the function that decodes files in it"},
    **keys.PARAMETERS,
    **table.PARAMETERS,
}


def main() -> int:
    """Write build/aws/<stage>.json for the stage named on the command line."""
    if len(sys.argv) != 2:
        raise LocalProblem("say which stage, as in STAGE=dev")
    say(f"The template is in {write(read(sys.argv[1])).relative_to(BUILD.parent)}")
    return 0


def write(settings: Settings, reserved: bool = True) -> Path:
    """Write the template of a stage; gives its file. Without `reserved` no function has runs set aside for it alone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{settings.stage}.json"
    file.write_text(
        json.dumps(template(settings, reserved), ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8"
    )
    return file


def template(settings: Settings, reserved: bool = True) -> Part:
    """The template, before the transform. Raises LocalProblem where the site was not built."""
    from chalice.package import TemplateDeepMerger

    merged: Part = TemplateDeepMerger().merge(
        ours(settings, *built_headers()), of_chalice(settings.profile, settings.region)
    )
    if not reserved:
        for one in merged["Resources"].values():
            one.get("Properties", {}).pop(RESERVED, None)
    return merged


def reserved_runs(template: Part) -> int:
    """How many runs at once a template sets aside for its functions."""
    return sum(int(one.get("Properties", {}).get(RESERVED, 0)) for one in template["Resources"].values())


def built_headers() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The headers that the site's build computed, for the site and for the editor (the site's where it has none)."""
    if not SITE_HEADERS.is_file():
        raise LocalProblem("the site is not built, so its headers are not known: run `make site` first")
    site = json.loads(SITE_HEADERS.read_text("utf-8"))
    editor = json.loads(EDITOR_HEADERS.read_text("utf-8")) if EDITOR_HEADERS.is_file() else site
    return site, editor


def ours(settings: Settings, site: Mapping[str, str], editor: Mapping[str, str]) -> Part:
    """What this folder adds to the app."""
    resources: Part = {}
    for part in (
        table.resources(settings),
        buckets.resources(settings),
        edge.resources(settings, site, editor),
        gateway.resources(settings),
        functions.resources(settings),
        mail.resources(settings),
        alarms.resources(settings),
    ):
        assert not resources.keys() & part.keys()
        resources |= part
    outputs: Part = {
        "SiteBucket": {"Value": ref("Site")},
        "PhotosBucket": {"Value": ref("Photos")},
        "ExportsBucket": {"Value": ref("Exports")},
        "TableName": {"Value": ref("Table")},
        "ReleaseShown": {"Value": ref("Release")},
        keys.VERSION: {"Value": ref(keys.VERSION)},
        "DecodeFunction": {"Value": ref(functions.logical(functions.DECODE))},
    }
    if not settings.in_china:
        outputs |= {
            "DistributionId": {"Value": ref("Distribution")},
            "DistributionDomain": {"Value": attribute("Distribution", "DomainName")},
            "MissingBucket": {"Value": ref("Missing")},
        }
    if settings.mail_domain:
        for number in (1, 2, 3):
            for what in ("Name", "Value"):
                dkim = attribute("MailIdentity", f"DkimDNSToken{what}{number}")
                outputs[f"MailRecord{number}{what}"] = {"Value": dkim}
    parameters = PARAMETERS | {
        "Stage": {"Type": "String", "Default": settings.stage},
        "MailDomain": {"Type": "String", "Default": settings.mail_domain or "example.invalid"},
    }
    return {
        "Description": f"Shounuo, the resident service portal: stage {settings.stage}",
        "Parameters": parameters,
        "Resources": resources,
        "Outputs": outputs,
    }


def of_chalice(stage: str, region: str) -> Part:
    """What `chalice package` makes of backend/app.py, without building its archive."""
    from chalice.awsclient import TypedAWSClient
    from chalice.cli.factory import CLIFactory
    from chalice.deploy.appgraph import ApplicationGraphBuilder, DependencyBuilder
    from chalice.deploy.deployer import BuildStage, create_build_stage
    from chalice.deploy.swagger import CFNSwaggerGenerator
    from chalice.package import PackageOptions, ResourceBuilder, SAMTemplateGenerator
    from chalice.utils import UI, OSUtils

    # Chalice sets a stage's settings in the environment that it is given: a copy, for this process keeps its own.
    factory = CLIFactory(str(BACKEND), environ=dict(os.environ))
    config = factory.create_config_obj(stage)
    # The archives are our own: the layer of Chalice's is neither stripped nor the same bytes twice.
    config._config_from_disk["automatic_layer"] = False
    whole = create_build_stage(OSUtils(), UI(), CFNSwaggerGenerator(), config)
    steps: list[Any] = [_NoArchive() if "Packager" in type(step).__name__ else step for step in whole._steps]
    builder = ResourceBuilder(ApplicationGraphBuilder(), DependencyBuilder(), BuildStage(steps=steps))
    session = factory.create_botocore_session()
    session.set_config_variable("region", region)
    options = PackageOptions(TypedAWSClient(session))
    generator = SAMTemplateGenerator(config, options)
    made: Part = generator.generate(builder.construct_resources(config, stage))
    return made


class _NoArchive:
    """Stands in the place of the step that fetches packages and makes an archive."""

    def handle(self, config: Any, resource: Any) -> None:
        """Says of the archive that it is made elsewhere."""
        if hasattr(resource, "deployment_package"):
            resource.deployment_package.filename = "made by make package"


if __name__ == "__main__":
    run_as_command(main)
