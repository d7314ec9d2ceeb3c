"""E-mail by SES."""

from collections.abc import Iterator
from email.header import decode_header, make_header
from email.utils import parseaddr

import boto3
import pytest
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends

from chalicelib.domain.delivering import Undelivered
from chalicelib.notify.channels.email_ses import Ses
from tests.notify.facts import letter

REGION = "us-east-1"
SENDER = "portal@shounuo.example"


@pytest.fixture
def ses() -> Iterator[Ses]:
    with mock_aws():
        yield Ses(SENDER, REGION)


def test_a_letter_arrives_as_text_with_its_subject(ses: Ses) -> None:
    boto3.client("sesv2", region_name=REGION).create_email_identity(EmailIdentity=SENDER)
    ses.send(letter("email", "engineer@shounuo.example", text="时钟不准"))
    [sent] = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
    assert sent.source == SENDER
    assert sent.destinations["ToAddresses"] == ["engineer@shounuo.example"]
    assert (sent.subject, sent.body) == ("标题", "时钟不准")


def test_a_name_before_the_address_goes_out_in_ascii_and_is_read_as_it_was_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with mock_aws():
        boto3.client("sesv2", region_name=REGION).create_email_identity(EmailIdentity="shounuo.example")
        for sender in (f"守诺 <{SENDER}>", f"守诺，物业服务 <{SENDER}>", f'"Shounuo, Portal" <{SENDER}>'):
            said = parseaddr(sender)
            asked: list[str] = []
            ses = Ses(sender, REGION)
            send = ses._client.send_email
            monkeypatch.setattr(
                ses._client,
                "send_email",
                lambda send=send, asked=asked, **told: (asked.append(told["FromEmailAddress"]), send(**told)),
            )
            ses.send(letter("email", "engineer@shounuo.example"))
            [went] = asked
            assert went.isascii()
            words, address = parseaddr(went)
            assert (str(make_header(decode_header(words))), address) == said


def test_a_sender_that_ses_does_not_know_is_refused_for_good(ses: Ses) -> None:
    with pytest.raises(Undelivered, match="MessageRejected") as failure:
        ses.send(letter("email", "engineer@shounuo.example"))
    assert failure.value.final
    assert "engineer@" not in failure.value.reason


def test_an_unreachable_ses_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", "http://127.0.0.1:9")
    with pytest.raises(Undelivered, match="EndpointConnectionError") as failure:
        Ses(SENDER, REGION).send(letter("email", "engineer@shounuo.example"))
    assert not failure.value.final
