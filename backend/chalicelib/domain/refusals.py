"""Why something cannot be done, as a code with facts; the edge turns it into a sentence in the reader's language."""

from dataclasses import dataclass, field
from typing import Literal

Reason = Literal[
    "no_such_member",  # nobody of that home, or they have moved out
    "home_full",  # as many live there as are kept of one home
    "need_without_consent",  # what is sensitive is kept with the person's own consent only
    "need_day",  # the last day lies before today or more than a year ahead
    "needs_full",  # as many things to mind as are kept of one person
    "list_not_looked_through",  # the report of a list is not whole yet
    "list_being_imported",  # a list cannot be removed while it is carried out
    "not_now",  # the case is in a state in which this verb makes no sense
    "not_yours",  # the role may not do this
    "no_such_clock",  # the case has no running clock of that kind
    "clock_has_no_appointment",  # the promise sets a limit that no appointment replaces
    "moment_not_later",  # an extension must lie after the present due moment and after now
    "moment_past",  # an appointment lies in the past
    "moment_over_limit",  # an appointment lies after the limit (C3, D4)
    "moment_too_far",  # more than a year ahead
    "answer_first",  # the clocks rest only once the resident has had an answer
    "arrive_first",  # it is urgent, and nobody has been there
    "pause_too_late",  # a promise is broken already
    "already_asked",  # an extension is waiting for the manager
    "nothing_asked",  # there is no extension to decide
    "already_paused",
    "not_paused",
    "urged_lately",  # once per clock and hour
    "already_rated",
    "own_case",  # nobody asks how satisfied people are with what they did themselves
    "called_lately",  # who did not answer is left alone for a while
    "say_with_what",  # whoever is dissatisfied said with what; and why somebody could not be asked is written down
    "reopen_too_late",  # more than 30 days after the end
    "join_itself",
    "join_no_such_case",
    "join_other_community",
    "join_closed",  # the other case is not open
    "join_later",  # what this case is promised would come later there, or not at all
    "join_full",  # the other case has absorbed as many as it can tell
    "nobody_above",  # there is no one further up
    "no_such_person",
    "already_in_charge",
    "visit_not_offered",  # this promise has no visit to agree on
    "too_many_photos",
    "not_your_record",  # only the person concerned explains
    "not_your_judgement",  # nobody judges themselves, nor a case of another department
    "record_closed",  # it is decided
    "cause_first",  # a decision needs a cause
    "no_such_slot",  # the open day has no slot of that time
    "slot_over",  # it has begun
    "slot_taken",  # by another home
    "one_slot",  # a home has one slot on an open day
    "not_booked",
    "day_over",
    "asked_enough",  # a home asks three questions for an open day
    "questions_full",
    "no_such_question",
    "no_fault",  # without a fault nothing can follow
    "substitute_is_self",
    "substitute_not_there",  # the substitute is away too, and nobody stands in for them
    "absence_backwards",  # it ends before it begins, or has ended
    "not_your_staff",  # arranged for somebody of another department
    "nothing_noted",  # the absence or the line of the rota is not there any more
    "rota_full",
    "no_such_step",  # the plan of the case has no such step, or it is ticked already
    "steps_open",  # steps of the plan are not done yet
    "post_over",  # the post was withdrawn or taken down, or ended too long ago
    "post_not_waiting",  # there is nothing to be looked at
    "post_not_public",  # only what is public can be renewed, reported or taken down
    "post_not_reported",
    "post_too_often_changed",  # its history holds as many events as can be erased at once
    "post_until_past",  # the last day lies before today
    "post_until_too_far",  # later than its category allows
    "incident_not_yours",  # only the desk and those above publish, and guards while the service is closed
    "incident_over",  # it has ended
    "incident_end_past",  # the expected end lies in the past
    "too_long_history",  # the case holds as many events as one page can show
]


@dataclass(slots=True)
class Refused(Exception):
    """A verb that the rules do not allow now. Nothing was changed.

    `facts` are words for the sentence: moments as datetimes, the state, the clock, the role.
    """

    reason: Reason
    facts: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.reason
