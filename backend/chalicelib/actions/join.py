"""Join a case to another one that reports the same thing."""

from chalicelib.actions.request import ChangedMeanwhile, Done, KeyReused, NotFound, Request, open_file
from chalicelib.domain import working
from chalicelib.domain.keeping import Answered, Stale
from chalicelib.domain.refusals import Refused


def join(request: Request, number: str, other: str) -> Done:
    """Joins case `number` to case `other`; both are saved in one transaction.

    See :func:`chalicelib.domain.working.join` for the rule; raises what :func:`change_case` raises.
    """
    file = open_file(request, number)
    try:
        try:
            target = open_file(request, other)
        except NotFound:
            raise Refused("join_no_such_case", {"number": other}) from None
        if request.seen is not None and file.case.version != request.seen:
            raise ChangedMeanwhile(file.case)
        leaving, staying = working.join(file.case, target.case, request.by)
        contacts = {number: file.contact, other: target.contact}
        request.store.save([leaving, staying], contacts, request.key)
        return Done(leaving.after)
    except Stale:
        raise ChangedMeanwhile(open_file(request, number).case) from None
    except (Refused, ChangedMeanwhile, Answered) as error:
        before = request.store.answer_to(request.key) if request.key else None
        if before is None:
            raise
        if request.key is None or before.body != request.key.body:
            raise KeyReused from error
        return Done(open_file(request, number).case, repeated=True)
