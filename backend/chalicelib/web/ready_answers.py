"""The answers of docs/rulebook/answers.toml, filled in for one case and whoever works on it."""

from __future__ import annotations

from chalicelib.domain.case import Case
from chalicelib.domain.events import Actor
from chalicelib.domain.standards import AnswerWords, Text

from .action_forms import ReadyAnswer
from .story import Reader
from .words import ROLE, moment_words


def ready_answers(verb: str, case: Case, reader: Reader, actor: Actor) -> tuple[ReadyAnswer, ...]:
    """What can be filled in with one tap where `verb` is used on this case: the label in the reader's language, the words in the
    one that the resident chose. An answer that names the next limit is left out where no clock runs."""
    offered = (one for one in reader.book.answers.values() if one.verb == verb)
    made = (_made(one, case, reader, actor) for one in offered if case.kind in (one.kinds or (case.kind,)))
    return tuple(one for one in made if one is not None)


def _made(answer: AnswerWords, case: Case, reader: Reader, actor: Actor) -> ReadyAnswer | None:
    community = reader.book.communities[case.community]
    # A note is read by colleagues; everything else by the resident, in the language of the case.
    language = reader.language if answer.verb == "note" else case.language
    text = answer.text.in_language(language)
    if "{due}" in text and case.due is None:
        return None
    person = community.people.get(actor.id)
    name = Text(person.name, person.name_en) if person else Text("", "")
    standard = reader.book.standards.get(case.category)
    due = moment_words(case.due, reader.now, community.zone) if case.due else Text("", "")
    role = ROLE[actor.role.value]
    facts = {
        "me": Text(f"{role.zh}{name.zh}", f"{name.en}, {role.en.lower()}".removeprefix(", ")),
        "title": standard.title if standard else Text(case.category, case.category),
        "number": Text(case.number, case.number),
        "due": due,
    }
    words = {key: value.in_language(language) for key, value in facts.items()}
    return ReadyAnswer(answer.id, reader.say(answer.title), text.format_map(words))
