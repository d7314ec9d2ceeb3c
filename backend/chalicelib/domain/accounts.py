"""Staff accounts: who may come in, in which role, where; what changes end their sessions; who needs a second proof."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .events import Role

STAFF_ROLES = frozenset(
    {
        Role.DESK,
        Role.ASSISTANT,
        Role.TECHNICIAN,
        Role.CLEANER,
        Role.GUARD,
        Role.SUPERVISOR,
        Role.MANAGER,
        Role.GENERAL_MANAGER,
        Role.EDITOR,
        Role.MONITOR,
        Role.OWNERS_COMMITTEE,
    }
)
# Whoever decides about other people's work or sees a whole community proves it twice: the code by SMS, and one from an app.
TWO_PROOFS = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.GENERAL_MANAGER})
# Who keeps the staff list; nobody changes their own line.
KEEPERS = frozenset({Role.MANAGER, Role.GENERAL_MANAGER})


@dataclass(frozen=True, slots=True)
class Account:
    """One member of staff of one community.

    `id` is the person's id in the community file where they stand there. `epoch` counts the changes that end every session
    begun before them. `phone` is plain here and sealed in the store. `totp` is the sealed secret of their authenticator app
    (None before they have one) and `totp_step` the last 30-second step whose code was taken, so that none counts twice.
    """

    community: str
    id: str
    name: str
    role: Role
    phone: str
    department: str | None = None
    buildings: tuple[str, ...] = ()
    active: bool = True
    epoch: int = 1
    version: int = 0
    totp: str | None = None
    totp_step: int = 0

    @property
    def needs_totp(self) -> bool:
        """Whether a code by SMS alone is not enough."""
        return self.role in TWO_PROOFS


def ends_sessions(before: Account, after: Account) -> bool:
    """Whether a change takes away what a session rests on: the role, the work, the telephone, the places."""
    return (before.role, before.active, before.phone, before.department, before.buildings) != (
        after.role,
        after.active,
        after.phone,
        after.department,
        after.buildings,
    )


def changed(before: Account, after: Account) -> Account:
    """`after` as it is to be kept: its epoch moves on where living sessions must end."""
    epoch = before.epoch + 1 if ends_sessions(before, after) else before.epoch
    return replace(after, epoch=epoch, version=before.version)


def without_totp(account: Account) -> Account:
    """The account as after the loss of a telephone: the app is to be set up anew, and every session ends."""
    return replace(account, totp=None, totp_step=0, epoch=account.epoch + 1)


def may_keep_list(role: Role) -> bool:
    """Whether the role changes the staff list of its community."""
    return role in KEEPERS


def nobody_is_left(accounts: Iterable[Account]) -> bool:
    """Whether no active account could change the list again."""
    return not any(one.active and one.role in KEEPERS for one in accounts)
