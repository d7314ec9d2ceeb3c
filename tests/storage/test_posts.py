"""A post is listed where it belongs, its words lie sealed, and nothing of it is left when it is forgotten."""

from datetime import date, timedelta

import pytest

from chalicelib.actions.approve_post import approve_post
from chalicelib.actions.ask_post_change import ask_post_change
from chalicelib.actions.edit_post import edit_post
from chalicelib.actions.renew_post import renew_post
from chalicelib.actions.report_post import report_post
from chalicelib.actions.take_down_post import take_down_post
from chalicelib.domain.board import DeskList
from chalicelib.domain.chain import faults
from chalicelib.domain.keeping import Stale
from chalicelib.domain.post import apply
from chalicelib.domain.posting import withdraw
from chalicelib.jobs.check_everything import check_everything
from chalicelib.jobs.expire_posts import expire_posts
from chalicelib.storage import census, posts, vault
from chalicelib.storage.table import Record, connection
from chalicelib.wiring import rulebook
from tests.cases import HOUR, TUESDAY_TEN, local
from tests.posts import DESK, HERE, LAMP, PHONE, POSTER, file_one, public_one, request, stands

pytestmark = pytest.mark.usefixtures("table")

LATER = TUESDAY_TEN + 2 * HOUR


def listed(name: DeskList) -> list[str]:
    return [row.id for row in posts.desk_list(HERE.community, name)[0]]


def public() -> list[str]:
    return [row.id for row in posts.board(HERE.community)[0]]


def everything() -> str:
    """The whole table as text."""
    return str(list(Record._get_connection().scan()["Items"]))


def test_a_post_goes_through_the_lists_and_its_events_make_what_its_head_says() -> None:
    id = file_one().id
    assert listed("waiting") == [id] and public() == []
    ask_post_change(request(DESK, TUESDAY_TEN + HOUR, seen=1), id, "says-too-little", "请写明尺寸")
    assert listed("returned") == [id] and listed("waiting") == []
    edit_post(request(at=TUESDAY_TEN + 2 * HOUR), id, LAMP)
    assert listed("waiting") == [id]
    approve_post(request(DESK, TUESDAY_TEN + 3 * HOUR), id)
    assert public() == listed("published") == [id] and listed("waiting") == []
    assert [row.id for row in posts.board(HERE.community, "second-hand")[0]] == [id]
    assert posts.board(HERE.community, "to-let")[0] == []
    renew_post(request(at=TUESDAY_TEN + 4 * HOUR), id, date(2027, 1, 5))
    assert report_post(request(at=TUESDAY_TEN + 5 * HOUR), id, "one").post.reports == 1
    assert report_post(request(at=TUESDAY_TEN + 5 * HOUR), id, "one").repeated
    assert report_post(request(at=TUESDAY_TEN + 6 * HOUR), id, "two").post.reports == 2
    assert listed("reported") == [id]
    take_down_post(request(DESK, TUESDAY_TEN + 7 * HOUR), id, "misleading", "灯是坏的")
    assert public() == listed("published") == listed("reported") == [] and listed("ended") == [id]
    file = posts.load(id)
    assert file is not None and faults(file.events) == []
    made = None
    for event in file.events:
        made = apply(made, event)
    assert made == file.post and file.poster == POSTER
    assert posts.of_phone(vault.phone_key(PHONE)) == ([id], None)


def test_what_is_personal_lies_sealed_and_goes_when_the_post_is_forgotten() -> None:
    id = public_one(contact="微信 dengdeng-88").id
    report_post(request(), id, "somebody")
    lying = everything()
    assert "dengdeng" not in lying and PHONE not in lying
    ended = local("2026-12-21 00:00")
    assert expire_posts(posts, None, ended - timedelta(milliseconds=1)).expired == 0
    assert expire_posts(posts, None, ended).expired == 1
    assert expire_posts(posts, None, ended + timedelta(days=180)).forgotten == 1
    post = stands(id)
    assert post.erased and post.newest is None and post.timers() == {}
    assert posts.of_phone(vault.phone_key(PHONE)) == ([], None)
    assert listed("ended") == [] and "台灯" not in everything() and "REPORT#" not in everything()
    file = posts.load(id)
    assert file is not None and faults(file.events) == []
    assert all(event.words is None for event in file.events)


def test_what_somebody_changed_first_is_not_overwritten() -> None:
    post = public_one()
    change = withdraw(post, request().by)
    report_post(request(), post.id, "one")
    with pytest.raises(Stale):
        posts.save(change, POSTER)
    assert stands(post.id).state == "published"


def test_the_board_comes_in_pages_the_newest_first() -> None:
    ids = [public_one(TUESDAY_TEN + n * HOUR).id for n in range(5)]
    first, more = posts.board(HERE.community, limit=3)
    rest, end = posts.board(HERE.community, after=more, limit=3)
    assert [row.id for row in (*first, *rest)] == ids[::-1] and end is None


def violations() -> list[str]:
    return sorted({one.rule for one in check_everything(census, rulebook(), LATER).violations})


def test_the_nightly_check_names_whatever_of_a_post_was_lost_or_changed_by_hand() -> None:
    id = public_one(key="kept for a day").id
    report_post(request(), id, "one")
    edit_post(request(at=TUESDAY_TEN + HOUR), id, LAMP)
    assert violations() == []
    lying = [(item["pk"]["S"], item["sk"]["S"]) for item in Record._get_connection().scan()["Items"]]
    expected = {
        "POST#": {"post_head", "post_senseless", "post_chain"},
        "BOARD#": {"post_item_missing"},
        "POSTS#": {"post_item_missing"},
        "POSTDUE#": {"post_item_missing"},
        "PHONE#": {"post_item_missing"},
        "OUT#": {"post_message_missing"},
    }
    named = 0
    for pk, sk in lying:
        start = pk.partition("#")[0] + "#"
        if start not in expected or sk.startswith("REPORT#"):
            continue
        key = {"pk": {"S": pk}, "sk": {"S": sk}}
        told = {"TableName": Record.Meta.table_name, "Key": key}
        item = connection().client._make_api_call("GetItem", told)["Item"]
        connection().client._make_api_call("DeleteItem", told)
        found = set(violations())
        assert found and (start == "POST#" or found == expected[start]), (pk, sk, found)
        connection().client._make_api_call("PutItem", {"TableName": Record.Meta.table_name, "Item": item})
        named += 1
    assert named == len(
        [pk for pk, sk in lying if not sk.startswith("REPORT#") and not pk.startswith("KEY#")]
    )
    assert violations() == []
