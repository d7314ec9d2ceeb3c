"""Who is there: noted on a page, used for the very next case, and arranged only for whom one may arrange."""

import re
from collections.abc import Callable
from typing import Any

from tests.web.client import Visitor

Staff = Callable[..., Visitor]
Filed = Callable[..., dict[str, Any]]


def in_charge(program: Visitor, staff: Staff, filed: Filed, category: str = "C2") -> str:
    number = filed(category)["number"]
    name: str = staff("desk").get(f"/api/v1/staff/cases/{number}").json()["in_charge"]["name"]
    return name


def test_the_next_case_goes_to_the_stand_in_and_back_again(
    staff: Staff, filed: Filed, program: Visitor
) -> None:
    technician = staff("technician", html=True)
    page = technician.get("/api/staff/duty")
    assert page.status == 200 and "您现在在岗" in page.text and "报修找电小稳" in page.text
    noted = technician.post_form(
        "/api/staff/duty/away",
        {"person": "wang-technician-1", "substitute": "wang-guard-1", "language": "zh"},
    )
    assert noted.status == 303, noted.text
    page = technician.get(noted.headers["location"])
    assert "您现在不在岗" in page.text and "已保存" in page.text
    assert in_charge(program, staff, filed) != "电小稳"
    values = dict(
        re.findall(
            r'type="hidden" name="([^"]+)" value="([^"]*)"',
            page.text.split("/duty/back")[1].split("</form>")[0],
        )
    )
    assert technician.post_form("/api/staff/duty/back", values).status == 303
    assert technician.post_form("/api/staff/duty/back", values).status == 409
    assert in_charge(program, staff, filed) == "电小稳"


def test_when_nobody_stands_in_anywhere_the_desk_has_it_and_the_page_says_so(
    staff: Staff, filed: Filed, program: Visitor
) -> None:
    manager = staff("manager")
    engineering = ("wang-technician-1", "wang-technician-2")
    for person in engineering:
        assert manager.post_json("/api/v1/staff/duty/away", {"person": person}).status == 200
    assert in_charge(program, staff, filed) == "望通宵"
    page = staff("manager", html=True).get("/api/staff/duty")
    assert page.text.count("没有人代班，先到望通宵") == 2 and "报修找望通宵" in page.text


def test_everybody_arranges_for_themselves_supervisors_for_their_department_the_manager_for_all(
    staff: Staff,
) -> None:
    said = {"person": "wang-technician-1", "substitute": "wang-technician-2"}
    assert staff("assistant").post_json("/api/v1/staff/duty/away", said).status == 409
    order = staff("supervisor")  # of order
    assert order.post_json("/api/v1/staff/duty/away", said).status == 409
    assert order.post_json("/api/v1/staff/duty/away", {"person": "wang-guard-1"}).status == 200
    assert staff("manager").post_json("/api/v1/staff/duty/away", said).status == 200
    assert staff("technician").post_json("/api/v1/staff/duty/away", said).status == 200
    turn = {
        "place": "building/east",
        "person": "wang-technician-1",
        "days": [0],
        "starts": "08:00",
        "ends": "20:00",
    }
    assert staff("technician").post_json("/api/v1/staff/duty/turn", turn).status == 409
    assert staff("manager", "osmanthus-lane").post_json("/api/v1/staff/duty/away", said).status == 409
    assert staff("manager", "osmanthus-lane").get("/api/v1/staff/duty").json()["away"] == []


def test_a_substitute_who_is_away_as_well_is_refused_in_words_and_what_was_chosen_stays(staff: Staff) -> None:
    manager = staff("manager", html=True)
    for person, substitute, status in (
        ("wang-technician-2", "wang-technician-1", 303),
        ("wang-technician-1", "wang-technician-2", 409),
        ("wang-technician-1", "wang-technician-1", 409),
        ("wang-technician-1", "gui-desk", 409),
    ):
        reply = manager.post_form("/api/staff/duty/away", {"person": person, "substitute": substitute})
        assert reply.status == status, (person, substitute)
    reply = manager.post_form(
        "/api/staff/duty/away",
        {"person": "wang-technician-1", "substitute": "wang-desk", "until": "2020-01-01T08:00"},
    )
    assert reply.status == 409 and "2020-01-01T08:00" in reply.text
    assert '<option value="wang-desk" selected>' in reply.text
    reply = manager.post_form("/api/staff/duty/away", {"person": "", "until": "下周"})
    assert reply.status == 422 and reply.text.count('class="field-error"') == 2


def test_the_rota_is_planned_with_weekdays_and_taken_out_again(staff: Staff) -> None:
    manager = staff("manager", html=True)
    fields = {
        "place": "building/east",
        "person": "wang-technician-2",
        "starts": "20:00",
        "ends": "08:00",
        **{f"day{n}": "yes" for n in range(7)},
    }
    assert manager.post_form("/api/staff/duty/turn", fields).status == 303
    assert manager.post_form("/api/staff/duty/turn", fields).status == 303
    rota = staff("manager").get("/api/v1/staff/duty").json()["rota"]
    assert len(rota) == 1 and rota[0]["days"] == list(range(7))
    page = manager.get("/api/staff/duty")
    assert "每天 20:00–次日 08:00" in page.text
    empty = {"place": "moon", "person": "", "starts": "25:00", "ends": ""}
    assert manager.post_form("/api/staff/duty/turn", empty).text.count('class="field-error"') >= 4
    dropped = staff("manager").post_json("/api/v1/staff/duty/drop", {"turn": rota[0]["turn"]})
    assert dropped.status == 200 and dropped.json()["rota"] == []


def test_a_message_reaches_whoever_stands_in_when_it_is_sent(staff: Staff, filed: Filed) -> None:
    from chalicelib import wiring
    from chalicelib.domain.change import Message
    from chalicelib.notify.recipients import recipients_of

    staff("manager").post_json(
        "/api/v1/staff/duty/away", {"person": "wang-technician-1", "substitute": "wang-technician-2"}
    )
    office = wiring.post_office(wiring.now())
    message = Message("m", "assigned", "staff:river-view/wang-technician-1", "river-view", "x", wiring.now())
    [reached] = recipients_of(message, wiring.rulebook(), None, None, lambda name: False, office._there)
    assert reached.id == "wang-technician-2"
