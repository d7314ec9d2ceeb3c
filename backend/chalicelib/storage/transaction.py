"""One transaction with one token: tried again it counts once, and a condition that failed is known by its name."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from pynamodb.exceptions import DeleteError, PutError, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from .patience import code_of, patiently
from .table import Record, connection

MOST_ITEMS = 100

K = TypeVar("K")


class Lost(Exception):
    """Conditions of a transaction failed: nothing was written. `which` are the labels of the items concerned."""

    def __init__(self, which: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(which)))
        self.which = which


class Transaction:
    """Collects puts, updates and deletes; :meth:`commit` writes all of them or none.

    A bare conditional put answers "failed" when the reply to its success was lost and the client tried again; a transaction
    with its token answers "done" (invariant 1). The token lives for ten minutes, far beyond any retry of ours.
    """

    def __init__(self) -> None:
        self._deletes: list[tuple[Record, Condition | None, str]] = []
        self._puts: list[tuple[Record, Condition | None, str]] = []
        self._updates: list[tuple[Record, list[Action], Condition, str]] = []
        self._token = str(uuid.uuid4())

    def put(self, record: Record, condition: Condition | None = None, label: str = "") -> None:
        """Adds a put; when `condition` fails, `label` is named."""
        self._puts.append((record, condition, label))

    def delete(self, record: Record, condition: Condition | None = None, label: str = "") -> None:
        """Adds a delete; when `condition` fails, `label` is named."""
        self._deletes.append((record, condition, label))

    def update(
        self, record: Record, actions: Iterable[Action], condition: Condition, label: str = ""
    ) -> None:
        """Adds a change of single attributes, the others staying as they are; when `condition` fails, `label` is named."""
        self._updates.append((record, list(actions), condition, label))

    def move(
        self, old: Mapping[K, Record], new: Mapping[K, Record], again: type[Record] | None = None
    ) -> None:
        """Adds what turns the items `old`, each by its place, into `new`: what stands in both stays as it is.

        Items of the kind `again` say more than their place does and are put anew wherever they stand.
        """
        for place in old.keys() - new.keys():
            self.delete(old[place])
        for place, record in new.items():
            if place not in old or (again is not None and isinstance(record, again)):
                self.put(record)

    def records(self) -> list[Record]:
        """What it puts."""
        return [record for record, _, _ in self._puts]

    def __len__(self) -> int:
        return len(self._deletes) + len(self._puts) + len(self._updates)

    def commit(self) -> None:
        """Writes everything. Raises Lost for failed conditions, Unavailable when the database does not answer in time."""
        patiently(self._once)

    def won(self) -> bool:
        """Writes everything; False where a condition failed, and nothing was written."""
        try:
            self.commit()
        except Lost:
            return False
        return True

    def _once(self) -> None:
        try:
            with TransactWrite(connection=connection(), client_request_token=self._token) as write:
                for record, condition, _ in self._deletes:
                    write.delete(record, condition=condition)
                for record, condition, _ in self._puts:
                    write.save(record, condition=condition)
                for record, actions, condition, _ in self._updates:
                    write.update(record, actions, condition=condition)
        except TransactWriteError as error:
            labels = [label for _, _, label in (*self._deletes, *self._puts)]
            labels += [label for *_, label in self._updates]
            failed = frozenset(
                label
                for label, reason in zip(labels, error.cancellation_reasons, strict=False)
                if reason is not None and reason.code == "ConditionalCheckFailed"
            )
            if failed:
                raise Lost(failed) from error
            raise


def put_alone(record: Record, condition: Condition, done: Condition) -> bool:
    """Puts one item for which `condition` holds; False when it does not, and nothing was written.

    For what is exactly one item and happens often: it costs half of a transaction (docs/decisions/what-a-month-costs.md). It has
    no token, so `done` must hold of the item as this very put leaves it, and of no other: a repetition after a lost reply fits
    then and puts the same once more. Raises Unavailable when the database does not answer in time.
    """
    return _happened(lambda: record.save(condition=condition | done))


def delete_alone(record: Record, condition: Condition) -> bool:
    """Deletes one item for which `condition` holds; False when it does not, and the item lies there as it was.

    For what :func:`put_alone` is for. An item that is not there counts as deleted: a repetition after a lost reply finds it so.
    Whoever asks must know that nobody else can have taken it away. Raises Unavailable when the database does not answer in time.
    """
    return _happened(lambda: record.delete(condition=condition | Record.pk.does_not_exist()))


def _happened(write: Callable[[], object]) -> bool:
    """Does a single write, patiently; False when its condition does not hold."""

    def once() -> bool:
        try:
            write()
        except (PutError, DeleteError) as error:
            if code_of(error) == "ConditionalCheckFailedException":
                return False
            raise
        return True

    return patiently(once)
