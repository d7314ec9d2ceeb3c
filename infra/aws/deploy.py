"""`make deploy STAGE=dev`: from this repository to a running portal; what fails its smoke test is put back as it was.

In order: settings and account, `make check`, keys (made once), the site built for this stage, the archives, the template, the
stack, the site's release, the smoke test, the addresses. Done twice it is the same. Which of this could only be tried
against moto says infra/aws/README.md.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.aws import keys
from infra.aws.parts import PARTS
from infra.aws.publish import files, publish, release_of, tidy
from infra.aws.settings import Settings, read
from infra.aws.smoke import of_decoder, of_portal, smoke
from infra.aws.stack import HIDDEN, Stack
from infra.aws.template import FOLDER, write
from infra.local.build import build
from infra.local.console import LocalProblem, run_as_command, say, step
from infra.local.places import ROOT, SITE

# Until CloudFront has given the portal its name, on the very first deployment without a domain.
UNKNOWN_ORIGIN = "https://pending.invalid"


def main() -> int:
    """Deploy the stage named on the command line; 1 when it was put back."""
    settings = read(sys.argv[1] if len(sys.argv) == 2 else "")
    import boto3

    session = boto3.Session(region_name=settings.region)
    account = account_of(session, settings)
    with step("Checking"):
        if subprocess.run(["make", "check"], cwd=ROOT).returncode != 0:
            raise LocalProblem("the checks fail: nothing was deployed")
    store = session.client("ssm")
    version = keys.make(store, session.client("secretsmanager"), settings)
    bucket = code_bucket(session.client("s3"), settings, account)
    os.environ["UPLOAD_ORIGIN"] = upload_origin(settings, account)
    os.environ["EDITOR_LOCAL"] = ""
    build()
    archives = package(settings)
    stack = Stack(
        session.client("cloudformation"),
        settings.name,
        laid_in(session.client("s3"), settings, bucket),
        lambda parameters: keys.handed_over(store, settings, parameters),
    )
    before = stack.state()
    published = files()
    parameters = {
        "Origin": origin_of(settings, before.outputs if before else {}),
        "Release": release_of(published),
        "CodeBucket": bucket,
        **{name: upload(session.client("s3"), bucket, file) for name, file in archives.items()},
        **dict.fromkeys(keys.HANDED_OVER, HIDDEN),
        keys.VERSION: version,
    }
    template = write(settings).read_text("utf-8")
    if before:  # the new site lies there before anything points at it
        show(session, before.outputs, parameters["Release"], published)
    with step(f"{'Changing' if before else 'Making'} the stack {settings.name}"):
        outputs = stack.put(template, parameters)
    show(session, outputs, parameters["Release"], published)
    if parameters["Origin"] == UNKNOWN_ORIGIN and "DistributionDomain" in outputs:
        parameters["Origin"] = origin_of(settings, outputs)
        with step("Telling the functions the portal's address"):
            outputs = stack.put(None, parameters)
    return finish(session, settings, stack, before, parameters, outputs)


def finish(
    session: Any,
    settings: Settings,
    stack: Stack,
    before: Any,
    parameters: dict[str, str],
    outputs: dict[str, str],
) -> int:
    """Look whether it answers, and say where it is; otherwise put the old one back."""
    from botocore.config import Config

    # No second try inside: smoke asks again, and says what it was told last.
    patience = Config(read_timeout=15, retries={"total_max_attempts": 1})
    lambdas = session.client("lambda", config=patience)
    looks = [lambda: of_decoder(lambdas, outputs["DecodeFunction"])]
    if not settings.in_china:  # there nothing of ours answers a browser
        looks.append(lambda: of_portal(parameters["Origin"]))
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
    if settings.in_china:
        say(
            "The site and the API are there. Put your own edge before them (infra/aws/README.md), then look yourself."
        )
        return 0
    tidy(session.client("s3"), outputs["SiteBucket"], parameters["Release"])
    say(f"The portal:  {parameters['Origin']}")
    say(f"CloudFront:  {outputs['DistributionDomain']} (point the domain's CNAME or ALIAS at it)")
    for number in (1, 2, 3):
        if record := outputs.get(f"MailRecord{number}Name"):
            say(f"Mail (CNAME): {record} -> {outputs[f'MailRecord{number}Value']}")
    return 0


def account_of(session: Any, settings: Settings) -> str:
    """The account that one is signed in to. Raises LocalProblem where there is none, or one of the other partition."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        found = session.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise LocalProblem(
            f"sign in to AWS first, as with `aws sso login` ({type(error).__name__})"
        ) from None
    if found["Arn"].split(":")[1] != settings.partition:
        raise LocalProblem(
            f"you are signed in to {found['Arn'].split(':')[1]}, the stage is in {settings.partition}"
        )
    return str(found["Account"])


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
    """Put the site's files into its bucket, and the 404 page into the one it is fetched from."""
    store = session.client("s3")
    with step(f"Publishing {len(published)} files as release {release}"):
        publish(store, outputs["SiteBucket"], release, published)
        if "MissingBucket" in outputs:
            page = (SITE / "404.html").read_bytes()
            store.put_object(
                Bucket=outputs["MissingBucket"], Key="404.html", Body=page,
                ContentType="text/html; charset=utf-8", CacheControl="no-cache",
            )  # fmt: skip


if __name__ == "__main__":
    run_as_command(main)
