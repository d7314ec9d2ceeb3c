"""The one table, and what lies in it.

| question | asked by | key |
|---|---|---|
| one case with its events and contact | tracking page, staff, every action | `CASE#<number>`: `EV#<seq>` ..., `HEAD` |
| what is due until now | enforce_deadlines | `DUE#<shard>`: `<moment>#<number>#<clock>` |
| what is to be sent until now | deliver_messages | `OUT#<shard>`: `<moment>#<message id>` |
| what was sent about a case | staff, fsck | `SENT#<case>`: `<message id>` |
| was this alarm owed before | scheduled jobs | `ONCE#<message id>`: `ONCE` |
| what could not be sent | staff | `STUCK#<community>`: `<moment>#<message id>` |
| was this request answered before | every write | `KEY#<digest>`: `KEY` |
| which cases wait for a year to be announced | watch_calendar | `PROVISIONAL`: `<year>#<number>#<clock>` |
| who is behind this session | every page behind a door | `SESSION#<digest>`: `SESSION` |
| who works here, and in which role | sessions, sign-in, staff list | `STAFF#<community>`: `<person>` |
| whose telephone is this (staff) | sign-in | `PHONE#<keyed hash>`: `STAFF#<community>/<person>` |
| how often was this done lately | sign-in, filing, search | `COUNT#<what>#<keyed hash>`: `COUNT` |
| which code was sent to this telephone | sign-in | `CODE#<door>#<keyed hash>`: `CODE` |
| who is away, and the rota | filing, every staff verb, escalation, delivery | `DUTY#<community>`: `AWAY#<person>#<since>`, `TURN#<place>#<id>` |
| the record of a missed limit, with its events | its judges, whom it concerns | `LAPSE#<id>`: `EV#<seq>` ..., `HEAD` |
| such records of a community, of a department | its judges | `LAPSES#<community>[/<department>]`: `<stage>#<due>#<id>` |
| such records of a person | the same | `LAPSES#<community>~<person>`: `<due>#<id>` |
| a post of the info board, its events, who reported it | its page, its author, the desk | `POST#<id>`: `EV#<seq>`, `HEAD`, `REPORT#<hash>` |
| the public posts of a community, of one of its categories | anybody | `BOARD#<community>[/<category>]`: `<published>#<id>` |
| the posts that the desk looks after | the desk | `POSTS#<community>`: `<list>#<moment>#<id>` |
| which posts are somebody's | their author | `PHONE#<keyed hash>`: `POST#<filed>#<id>` |
| which posts are to be ended or forgotten until now | expire_posts | `POSTDUE#<shard>`: `<moment>#<id>#<timer>` |
| a home and the people in it | register, filing, the door of residents | `HOME#<community>/<home>`: `HOME` |
| whose telephone is this (residents) | sign-in, every page of a resident | `PHONE#<keyed hash>`: `MEMBER#<community>/<home>/<member>` |
| which cases did this telephone file | export and deletion of one's own data | `PHONE#<keyed hash>`: `CASE#<opened>#<number>` |
| what goes on in all communities | every page, every minute | `NOW`: `<moment backwards>#<id>` |
| one incident with its events and its cases | its page, the desk | `INCIDENT#<id>`: `CASE#<number>`, `EV#<seq>` ..., `HEAD` |
| the incidents of a community, newest first | archive, desk | `INCIDENTS#<community>`: `<announced>#<id>` |
| of which incidents not every case has heard | spread_incidents | `SPREAD`: `<id>` |
| what is to be forgotten until now | forget_what_is_over | `FORGET#<shard>`: `<moment>#<what>#<id>` |
| a list to be imported: its rows and what was found in them, sealed | those who sent it in | `IMPORT#<id>`: `HEAD`, `PIECE#<n>`, `REPORT#<n>` |
| the lists of a community that lie here | the same | `IMPORTS#<community>`: `<moment>#<id>` |
| what did an account read of what is personal | a breach, the manager | `READ#<community>/<account>/<month>`: `<moment>#<what>#<id>` |
| who read a case, a home, an export | the resident, the manager | `READOF#<community>/<what>/<id>`: `<moment>#<account>`, `LAST#<account>` |
| who comes on an open day, and what was asked | residents, desk, anybody (answers) | `OPENDAY#<id>`: `DAY` |
| which home is meant by a few signs | register, filing by telephone | `FIND#<community>`: `<term>#<home>#<member or ->` |
| the cases of a home, by when they were filed | residents, staff | `HOME#<community>/<home>`: `CASE#<opened>#<number>` |
| those of them on which something is owed or asked | residents, staff | `HOME#<community>/<home>`: `OPEN#<opened>#<number>` |
| which cases were filed in a month | count_figures | `MONTH#<community>/<month>`: `<number>` |
| who had the table repaired, and what was put back | whoever runs the portal | `REPAIRS`: `<moment>#<id>` |
| what a month came to | figures of promises kept | `FIGURES#<community>`: `<month>` |
| whom a month's call-backs ask, in which order | draw_call_backs, supervisor | `CALLORDER#<community>`: `<month>` |
| what a month's call-backs came to | draw_call_backs, supervisor, figures | `CALLBACKS#<community>`: `<month>` |
| the open cases of a community, soonest due first | staff queue | index `queue`: `queue`, `queue_at` |
| those of a person, a building or a department; unassigned, waiting, unverified, urgent or major | staff queue | indexes `of_person`, `of_building`, `of_department`, `unassigned`, `waiting`, `unverified`, `grave`: a key of that name, `queue_at` |

Nothing is ever scanned but by fsck. The index serves lists that people read and decides nothing (invariant 2).
"""

import os
from typing import Any

from pynamodb.attributes import BooleanAttribute, DiscriminatorAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.models import Model

from .desk_indexes import open_cases
from .patience import budget, patiently

REGION = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "cn-north-1"
ENDPOINT = os.environ.get("SHOUNUO_DYNAMODB_ENDPOINT") or None
TABLE = os.environ.get("SHOUNUO_TABLE", "shounuo")

# A request has to be answered within 10 s, and the gateway hangs up at 29. PynamoDB's own settings (15 s, 30 s, 3 retries)
# would go on writing long after the resident has tried again. Retries are ours (patience.py): PynamoDB repeats no conflict.
CONNECT_SECONDS = 1.0
READ_SECONDS = 2.0
CREATE_SECONDS = 60.0


def _key(name: str) -> str | None:
    """A part of the key that the environment holds, as in Lambda: given at once, nobody looks for others while the first one
    waits. Where a profile is named, its key is looked for."""
    return None if "AWS_PROFILE" in os.environ else os.environ.get(name)


class QueueIndex(GlobalSecondaryIndex["Record"]):
    """The open cases of a community in the order in which they are due; what a row of the desk's queue shows."""

    class Meta:
        index_name = "queue"
        projection = IncludeProjection(["case", "excerpt", "home", "pk", "sk", "sort"])
        billing_mode = "PAY_PER_REQUEST"

    queue = UnicodeAttribute(hash_key=True)
    queue_at = UnicodeAttribute(range_key=True)


class Record(Model):
    """Any item of the table; `sort` tells what it is."""

    class Meta:
        table_name = TABLE
        region = REGION
        host = ENDPOINT
        aws_access_key_id = _key("AWS_ACCESS_KEY_ID")
        aws_secret_access_key = _key("AWS_SECRET_ACCESS_KEY")
        aws_session_token = _key("AWS_SESSION_TOKEN")
        billing_mode = "PAY_PER_REQUEST"
        connect_timeout_seconds = CONNECT_SECONDS
        read_timeout_seconds = READ_SECONDS
        max_retry_attempts = 0
        max_pool_connections = 32

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    sort = DiscriminatorAttribute()
    queue = UnicodeAttribute(null=True)
    queue_at = UnicodeAttribute(null=True)
    queue_index = QueueIndex()
    of_person = UnicodeAttribute(null=True)
    of_building = UnicodeAttribute(null=True)
    of_department = UnicodeAttribute(null=True)
    unassigned = UnicodeAttribute(null=True)
    waiting = UnicodeAttribute(null=True)
    unverified = UnicodeAttribute(null=True)
    grave = UnicodeAttribute(null=True)
    of_person_index = open_cases("of_person")
    of_building_index = open_cases("of_building")
    of_department_index = open_cases("of_department")
    unassigned_index = open_cases("unassigned")
    waiting_index = open_cases("waiting")
    unverified_index = open_cases("unverified")
    grave_index = open_cases("grave")


# Subclasses inherit this connection, so that the whole process has one client instead of one for each kind of item.
Record._get_connection()


class HistoryHeadRecord(Record):
    """What every head of a history says (:mod:`.histories`): the number of the last event that made it so."""

    version = NumberAttribute()


class HistoryEventRecord(Record):
    """One event of a history; `words` and `salt` stand apart from the chain, so that they can be erased."""

    event = UnicodeAttribute()
    words = UnicodeAttribute(null=True)
    salt = UnicodeAttribute(null=True)


class HeadRecord(HistoryHeadRecord, discriminator="head"):
    """A case as its events make it, with the contact beside it; `queue` and `queue_at` only while the case is open."""

    case = UnicodeAttribute()
    name = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    home = UnicodeAttribute(null=True)
    home_id = UnicodeAttribute(null=True)
    excerpt = UnicodeAttribute(null=True)


class EventRecord(HistoryEventRecord, discriminator="event"):
    """One event of a case."""


class DueRecord(Record, discriminator="due"):
    """A moment at which the scheduled check must look at a case; everything it says stands in its key."""


class HomeCaseRecord(Record, discriminator="home_case"):
    """A case of a home; everything it says stands in its key."""


class MonthCaseRecord(Record, discriminator="month_case"):
    """A case by the month in which it was filed; everything it says stands in its key."""


class MessageRecord(Record, discriminator="message"):
    """A message owed, sent or stuck, by the partition it lies in; while somebody delivers it, `claim` says which try took it and
    `until` until when."""

    message = UnicodeAttribute()
    attempts = NumberAttribute(default=0)
    error = UnicodeAttribute(null=True)
    at = UnicodeAttribute(null=True)
    expires = NumberAttribute(null=True)
    again = UnicodeAttribute(null=True)
    claim = UnicodeAttribute(null=True)
    until = UnicodeAttribute(null=True)


class KeyRecord(Record, discriminator="key"):
    """The answer to a request that may come again: which case and which version it made, and what its body was."""

    body = UnicodeAttribute()
    number = UnicodeAttribute()
    version = NumberAttribute()
    expires = NumberAttribute()


class ProvisionalRecord(Record, discriminator="provisional"):
    """A clock whose due moment rests on a year that is not announced yet."""


class SessionRecord(Record, discriminator="session"):
    """A session, found by the digest of its token; the token itself is nowhere.

    A member of staff's says which account it rests on and how that stood (`role`, `epoch`); a resident's names the keyed hash
    of a telephone. `stage` tells a session that is still to be proven from one that opens doors.
    """

    role = UnicodeAttribute(null=True)
    person = UnicodeAttribute(null=True)
    community = UnicodeAttribute(null=True)
    epoch = NumberAttribute(null=True)
    phone_key = UnicodeAttribute(null=True)
    language = UnicodeAttribute(null=True)
    stage = UnicodeAttribute(default="open")
    secret = UnicodeAttribute(null=True)
    expires = NumberAttribute()


class AccountRecord(Record, discriminator="account"):
    """A member of staff; telephone and the secret of the authenticator app are sealed."""

    name = UnicodeAttribute()
    role = UnicodeAttribute()
    phone = UnicodeAttribute()
    phone_key = UnicodeAttribute()
    department = UnicodeAttribute(null=True)
    buildings = UnicodeAttribute(default="[]")
    active = BooleanAttribute(default=True)
    epoch = NumberAttribute(default=1)
    version = NumberAttribute(default=1)
    totp = UnicodeAttribute(null=True)
    totp_step = NumberAttribute(default=0)


class StaffPhoneRecord(Record, discriminator="staff_phone"):
    """A member of staff's telephone, by its keyed hash; everything it says stands in its key."""


class CountRecord(Record, discriminator="count"):
    """How often something was done lately (:mod:`chalicelib.domain.allowances`), by a keyed hash of who did it."""

    uses = UnicodeAttribute()
    version = NumberAttribute()
    expires = NumberAttribute()


class CodeRecord(Record, discriminator="code"):
    """The one-time code of a telephone at a door: its digest, what it is made from anew when it is sent, and its tries."""

    nonce = UnicodeAttribute()
    digest = UnicodeAttribute()
    tries = NumberAttribute(default=0)
    until = UnicodeAttribute()
    language = UnicodeAttribute()
    counted = BooleanAttribute(default=False)
    expires = NumberAttribute()


class HomeRecord(Record, discriminator="home"):
    """A home with everybody in it; telephones are sealed, and so is what somebody asked to be minded."""

    building = UnicodeAttribute()
    unit = UnicodeAttribute(default="")
    room = UnicodeAttribute()
    members = UnicodeAttribute(default="[]")
    version = NumberAttribute()
    on_the_way_by = UnicodeAttribute(null=True)


class MemberPhoneRecord(Record, discriminator="member_phone"):
    """A resident's telephone, by its keyed hash; everything it says stands in its key."""


class PhoneCaseRecord(Record, discriminator="phone_case"):
    """A case that a telephone filed; everything it says stands in its key."""


class ForgetRecord(Record, discriminator="forget"):
    """Something personal that is to be forgotten at a moment. Of a telephone: `since` when it was whose wish it is; earlier wishes
    lack it."""

    since = UnicodeAttribute(null=True)


class FindRecord(Record, discriminator="find"):
    """A term by which a home is found; everything it says stands in its key."""


def home_pk(community: str, home: str) -> str:
    """The partition of a home of the register: its own item and its cases."""
    return f"HOME#{community}/{home}"


def connection() -> Connection:
    """The connection of all models, for transactions."""
    table: Any = Record._get_connection()
    found: Connection = table.connection
    return found


def create_table() -> None:
    """Creates the table with its index if it is not there (one machine and tests; in the cloud infra/aws does).

    On a busy machine DynamoDB Local may take longer over it than a request may last: asked again, it is there or is made.
    """
    with budget(CREATE_SECONDS):
        patiently(_create)


def _create() -> None:
    if not Record.exists():
        Record.create_table(wait=True)
