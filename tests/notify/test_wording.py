"""What messages say: truthful, complete, in the reader's language, and nothing that is nobody's business."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.case import Case
from chalicelib.domain.change import Message
from chalicelib.domain.moments import written
from chalicelib.domain.rules import RULES
from chalicelib.domain.standards import Rulebook
from chalicelib.notify.spoken import moment_in_words, span_in_words
from chalicelib.notify.wording import Topic, Unfit, Wording, render, words_for
from chalicelib.rulebook.read_words import MESSAGE_IDS
from tests.cases import case, local
from tests.notify.facts import DUE, PLACES, message

TEMPLATES = [template for templates in MESSAGE_IDS.values() for template in templates]


def said(book: Rulebook, about: Message, of: Case | None, language: str = "zh") -> Wording:
    """The message in words, with the staff's link."""
    return render(Topic(about, book, of, language, PLACES.for_staff(about.case)))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_renders_without_a_hole(rulebook: Rulebook, template: str, language: str) -> None:
    wording = said(rulebook, message(template), case(rulebook), language)
    for text in (wording.subject, wording.text):
        assert text.strip()
        assert not set("{}") & set(text)
        assert "None" not in text
    if language == "en":
        body = wording.text.replace("有答复了", "")
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in body), body


def test_the_receipt_tells_the_first_promise_in_the_zone_of_the_community(rulebook: Rulebook) -> None:
    of = case(rulebook, "C1")
    assert "接下来：11月24日 10:10 前到场" in said(rulebook, message("filed"), of).text
    assert "Next: arrival by 24 Nov, 10:10" in said(rulebook, message("filed"), of, "en").text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_where_it_is_not_done_the_message_and_the_ready_answer_name_the_button_as_it_is(
    rulebook: Rulebook, language: str
) -> None:
    button = {"zh": RULES["reopen"].zh, "en": RULES["reopen"].en}[language]
    assert f"“{button}”" in said(rulebook, message("resolved"), case(rulebook, "C1"), language).text
    assert f"“{button}”" in rulebook.answers["repaired-and-tried"].text.in_language(language)


def test_a_receipt_that_leaves_late_still_tells_what_was_promised(rulebook: Rulebook) -> None:
    of = case(rulebook, "C1")
    met = replace(of, clocks=tuple(c.meet(DUE) for c in of.clocks))
    assert "11月24日 10:10 前到场" in said(rulebook, message("filed"), met).text


def test_a_handed_over_case_without_a_running_clock_says_so(rulebook: Rulebook) -> None:
    of = case(rulebook, "C1")
    met = replace(of, clocks=tuple(c.meet(DUE) for c in of.clocks))
    assert "没有在走的时限" in said(rulebook, message("assigned"), met).text


def test_a_proposal_to_the_owners_is_received_in_its_own_words(rulebook: Rulebook) -> None:
    about = message("filed", standard="C9")
    assert "业主共同决定" in said(rulebook, about, case(rulebook, "C9")).text


def test_the_supervisor_reads_how_late_it_is_where_and_who_has_it(rulebook: Rulebook) -> None:
    text = said(rulebook, message("supervisor"), case(rulebook, "C1")).text
    for words in ("桂花里 1 号楼", "已晚 2 小时 5 分", "11月24日 10:42", "C1", "灯小亮"):
        assert words in text


def test_a_reminder_after_the_deadline_does_not_pretend_to_be_in_time(rulebook: Rulebook) -> None:
    of = case(rulebook)
    assert said(rulebook, message("reminder"), of).text.startswith("提醒")
    assert "已晚 2 小时 5 分" in said(rulebook, message("reminder", late_by=7500), of).text


def test_a_refused_extension_names_the_deadline_that_stands_not_the_one_asked_for(rulebook: Rulebook) -> None:
    text = said(rulebook, message("extension_decided", approved=False), case(rulebook, "C1")).text
    assert "经理没有批准" in text
    assert "10:10" in text
    assert "10:42" not in text


def test_an_unknown_template_a_missing_fact_and_a_missing_case_are_unfit(rulebook: Rulebook) -> None:
    of = case(rulebook)
    with pytest.raises(Unfit):
        words_for(Topic(message("no_such_words"), rulebook, of, "zh", ""))
    bare = replace(message("supervisor"), facts={})
    for about, with_case in ((bare, of), (message("assigned"), None)):
        with pytest.raises(Unfit):
            said(rulebook, about, with_case)


@pytest.mark.parametrize("bad", [{"due": 7}, {"due": "tomorrow"}, {"clock": "lunch"}, {"late_by": "long"}])
def test_facts_of_a_wrong_kind_are_unfit(rulebook: Rulebook, bad: dict[str, object]) -> None:
    with pytest.raises(Unfit):
        said(rulebook, message("supervisor", **bad), case(rulebook))


def test_a_standard_that_left_the_rulebook_is_named_by_its_id(rulebook: Rulebook) -> None:
    of = replace(case(rulebook), category="C99")
    assert "C99" in said(rulebook, message("assigned", standard="C99"), of).text


def test_another_year_is_said(rulebook: Rulebook) -> None:
    about = message("extended", due=written(local("2027-01-04 18:00")))
    assert "2027年1月4日 18:00" in said(rulebook, about, case(rulebook)).text
    assert "4 Jan 2027, 18:00" in said(rulebook, about, case(rulebook), "en").text


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "不到 1 分钟", "less than a minute"),
        (59, "不到 1 分钟", "less than a minute"),
        (300, "5 分钟", "5 min"),
        (3600, "1 小时", "1 h"),
        (7500, "2 小时 5 分", "2 h 5 min"),
        (86400, "1 天", "1 d"),
        (3 * 86400 + 4 * 3600 + 59 * 60, "3 天 4 小时", "3 d 4 h"),
    ],
)
def test_spans_are_said_in_their_two_largest_units(seconds: int, zh: str, en: str) -> None:
    assert (span_in_words(seconds, "zh"), span_in_words(seconds, "en")) == (zh, en)


def test_midnight_belongs_to_the_new_day() -> None:
    midnight = local("2026-11-25 00:00")
    assert moment_in_words(midnight, "Asia/Shanghai", "zh", midnight) == "11月25日 00:00"
    before = midnight - timedelta(minutes=1)
    assert moment_in_words(before, "Asia/Shanghai", "en", midnight) == "24 Nov, 23:59"
