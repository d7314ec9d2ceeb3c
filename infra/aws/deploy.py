"""`make deploy STAGE=dev`: from this repository to a running portal; what fails its smoke test is put back as it was.

In order: settings and account, `make check`, keys (made once), the site built for this stage and its address, what its notices
will change later, the archives, the template, the stack, the site's release, the addresses, the smoke test. Done twice it is the
same. Which of this could only be tried against moto says infra/aws/README.md.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generator.notices.slots import filled
from infra.aws import keys
from infra.aws.account import account_of, may_reserve
from infra.aws.parts import PARTS
from infra.aws.publish import MISSING, files, plan, publish, release_of, tidy
from infra.aws.refusals import (
    PYTHON,
    refuse_another_python,
    refuse_blocked_policies,
    refuse_what_is_not_committed,
)
from infra.aws.resources.table import PROTECTED, indexes_changed
from infra.aws.settings import Settings, read
from infra.aws.smoke import of_decoder, of_portal, smoke
from infra.aws.stack import HIDDEN, Stack, State
from infra.aws.template import FOLDER, reserved_runs, write
from infra.local.build import build, plan_notices
from infra.local.console import LocalProblem, run_as_command, say, step
from infra.local.places import ROOT, SITE

# Until CloudFront has given the portal its name, on the very first deployment without a domain.
UNKNOWN_ORIGIN = "https://pending.invalid"
# The outputs that name where the site lies.
BUCKETS = ("SiteBucket", "MissingBucket")


def main() -> int:
    """Deploy the stage named on the command line; 1 when it was put back."""
    settings = read(sys.argv[1] if len(sys.argv) == 2 else "")
    import boto3

    session = boto3.Session(region_name=settings.region)
    account = account_of(session, settings)
    refuse_what_is_not_committed(settings)
    with step("Checking"):
        if subprocess.run(["make", "check"], cwd=ROOT).returncode != 0:
            raise LocalProblem("the checks fail: nothing was deployed")
    store = session.client("ssm")
    bucket = code_bucket(session.client("s3"), settings, account)
    stack = Stack(
        session.client("cloudformation"),
        settings.name,
        laid_in(session.client("s3"), settings, bucket),
        lambda parameters: keys.handed_over(store, settings, parameters),
    )
    before = stack.state()
    if before is None:
        if not settings.in_china:
            refuse_blocked_policies(session.client("s3control"), account)
        say(f"This stage is made with Python {PYTHON}: every later deployment needs the same, infra/ci too.")
    else:
        refuse_another_python(before, settings)
        if settings.precious:  # a first deployment that was cut off may have left it open
            stack.protect()
    version = keys.make(store, session.client("secretsmanager"), settings, running=before is not None)
    fixed = {
        "CodeBucket": bucket,
        **dict.fromkeys(keys.HANDED_OVER, HIDDEN),
        keys.VERSION: version,
    }
    os.environ.update(UPLOAD_ORIGIN=upload_origin(settings, account), EDITOR_LOCAL="")
    parameters, outputs = bring(session, settings, stack, before, fixed)
    if parameters["Origin"] == UNKNOWN_ORIGIN and "DistributionDomain" in outputs:
        say("The portal has an address now: once more, with it on every page.")
        parameters, outputs = bring(session, settings, stack, stack.state(), fixed)
    if settings.precious and before is None:
        with step("Protecting table and stack from being deleted"):
            stack.protect()
            stack.put(None, parameters | {PROTECTED: "true"})
    return finish(session, settings, stack, before, parameters, outputs)


def bring(
    session: Any, settings: Settings, stack: Stack, before: State | None, fixed: dict[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Build and package for the address that the stage has, change the stack and publish the site; its parameters and outputs."""
    origin = origin_of(settings, before.outputs if before else {})
    os.environ.update(SITE_URL=f"{origin}/", SITE_URL_EN=f"{origin}/en/")
    build()
    plan_notices()
    archives = package(settings)
    published = files()
    parameters = fixed | {
        "Origin": origin,
        "Release": release_of(published),
        **{name: upload(session.client("s3"), fixed["CodeBucket"], file) for name, file in archives.items()},
        PROTECTED: str(settings.precious and before is not None).lower(),
    }
    template = template_for(session.client("lambda"), settings, before)
    if before:  # the new site lies there before anything points at it
        show(session, before.outputs, parameters["Release"], published)
    with step(f"{'Changing' if before else 'Making'} the stack {settings.name}"):
        outputs = stack.put(template, parameters)
    if not before or any(before.outputs.get(name) != outputs.get(name) for name in BUCKETS):
        show(session, outputs, parameters["Release"], published)
    return parameters, outputs


def template_for(lambdas: Any, settings: Settings, before: State | None) -> str:
    """The template as this account and what runs there take it. Raises LocalProblem for two indexes changed at once."""
    made = write(settings).read_text("utf-8")
    known = json.loads(before.template) if before else {}
    if known and len(changed := indexes_changed(known, json.loads(made))) > 1:
        raise LocalProblem(
            f"DynamoDB changes one index of a table at a time, and this changes {', '.join(changed)}: "
            "deploy the commits between, one index each"
        )
    wanted = reserved_runs(json.loads(made)) - (reserved_runs(known) if known else 0)
    if may_reserve(lambdas, wanted):
        return made
    say(
        "This account runs so few functions at once that none can be set aside for the portal. It works without; ask AWS "
        "for a quota `Concurrent executions` of 1,000 (Service Quotas, Lambda), and deploy again."
    )
    return write(settings, reserved=False).read_text("utf-8")


def finish(
    session: Any,
    settings: Settings,
    stack: Stack,
    before: State | None,
    parameters: dict[str, str],
    outputs: dict[str, str],
) -> int:
    """Say where it is and look whether it answers; otherwise put the old one back."""
    from botocore.config import Config

    tell_addresses(settings, parameters, outputs)
    # No second try inside: smoke asks again, and says what it was told last.
    patience = Config(read_timeout=15, retries={"total_max_attempts": 1})
    lambdas = session.client("lambda", config=patience)
    looks = [lambda: of_decoder(lambdas, outputs["DecodeFunction"])]
    if not settings.in_china:  # there nothing of ours answers a browser
        # At CloudFront's own name: the domain may still lead elsewhere, and it is the same that answers.
        looks.append(lambda: of_portal(f"https://{outputs['DistributionDomain']}"))
    with step("Looking whether it answers"):
        wrong = smoke(looks)
    for fault in wrong:
        say(f"   {fault}")
    if wrong and before:
        with step("Putting back what was there before"):
            stack.put_back(before)
        raise LocalProblem("the new version did not answer as it must; the old one is there again")
    if wrong:
        raise LocalProblem("the portal does not answer as it must, and there is no version before this one")
    if not checked(session.client("cloudwatch"), settings):  # else its alarm waits for the night
        lambdas.invoke(
            FunctionName=f"{settings.name}-check_everything", InvocationType="Event", Payload=b"{}"
        )
    tidy(session.client("s3"), outputs["SiteBucket"], parameters["Release"], outputs.get("MissingBucket", ""))
    say("It answers.")
    return 0


def checked(watch: Any, settings: Settings) -> bool:
    """Whether the nightly check has run and found nothing: its alarm is silent."""
    found = watch.describe_alarms(AlarmNames=[f"{settings.name}-check-found"])["MetricAlarms"]
    return any(one["StateValue"] == "OK" for one in found)


def tell_addresses(settings: Settings, parameters: dict[str, str], outputs: dict[str, str]) -> None:
    """Where the portal is, and what has to be entered for its names elsewhere."""
    if settings.in_china:
        say(
            "The site and the API are there. Put your own edge before them (infra/aws/README.md), then look yourself."
        )
    else:
        say(f"The portal:  {parameters['Origin']}")
        say(f"CloudFront:  {outputs['DistributionDomain']} (point the domain's CNAME or ALIAS at it)")
    for number in (1, 2, 3):
        if record := outputs.get(f"MailRecord{number}Name"):
            say(f"Mail (CNAME): {record} -> {outputs[f'MailRecord{number}Value']}")


def code_bucket(store: Any, settings: Settings, account: str) -> str:
    """The bucket of archives and templates, private, made where there is none."""
    from infra.aws.resources.buckets import NOTHING_PUBLIC

    name = f"{settings.name}-code-{account}"
    if name not in {one["Name"] for one in store.list_buckets()["Buckets"]}:
        where = {"CreateBucketConfiguration": {"LocationConstraint": settings.region}}
        store.create_bucket(Bucket=name, **({} if settings.region == "us-east-1" else where))
    store.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=NOTHING_PUBLIC)
    return name


def laid_in(store: Any, settings: Settings, bucket: str) -> Callable[[str], str]:
    """Puts templates into that bucket, each under the name of its content, and gives their addresses."""

    def lay(template: str) -> str:
        key = f"template-{hashlib.sha256(template.encode()).hexdigest()[:16]}.json"
        store.put_object(Bucket=bucket, Key=key, Body=template.encode())
        return f"https://{bucket}.s3.{settings.region}.{settings.suffix}/{key}"

    return lay


def upload(store: Any, bucket: str, file: Path) -> str:
    """Put a file there under a name made of its content; gives the name."""
    content = file.read_bytes()
    key = f"{file.stem}-{hashlib.sha256(content).hexdigest()[:16]}{file.suffix}"
    store.put_object(Bucket=bucket, Key=key, Body=content)
    return key


def upload_origin(settings: Settings, account: str) -> str:
    """Where phones send photos to and show them from: the origin that the site's policy has to name."""
    middle = "s3" if settings.region == "us-east-1" else f"s3.{settings.region}"
    return f"https://{settings.name}-photos-{account}.{middle}.{settings.suffix}"


def origin_of(settings: Settings, outputs: dict[str, str]) -> str:
    """The portal's address."""
    name = settings.domain or outputs.get("DistributionDomain", "")
    return f"https://{name}" if name else UNKNOWN_ORIGIN


def package(settings: Settings) -> dict[str, Path]:
    """The functions' archives, by the parameters that name them. Raises LocalProblem where `make package` made none."""
    folder = FOLDER / settings.profile
    archives = {part.parameter: folder / f"{part.name}.zip" for part in PARTS}
    with step("Packaging"):
        for archive in archives.values():
            archive.unlink(missing_ok=True)
        made = subprocess.run(["make", "package", f"STAGE={settings.profile}"], cwd=ROOT)
    if made.returncode != 0 or not all(archive.is_file() for archive in archives.values()):
        raise LocalProblem("make package did not make every archive: the reason stands above")
    return archives


def show(session: Any, outputs: dict[str, str], release: str, published: Any) -> None:
    """Put the site's files and what is planned for them into its bucket, and the 404 page into the one it is fetched from."""
    store = session.client("s3")
    with step(f"Publishing {len(published)} files as release {release}"):
        publish(store, outputs["SiteBucket"], release, published)
        plan(store, outputs["SiteBucket"], release)
        if "MissingBucket" in outputs:
            # The clock does not look after this page: what notices put on top of every other would stay on it for ever.
            page = filled((SITE / "404.html").read_text("utf-8"), lambda place: "")
            store.put_object(
                Bucket=outputs["MissingBucket"], Key=MISSING.format(release), Body=page.encode(),
                ContentType="text/html; charset=utf-8", CacheControl="no-cache",
            )  # fmt: skip


if __name__ == "__main__":
    run_as_command(main)
