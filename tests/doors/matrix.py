"""The access matrix: every door of the portal, who may pass it, and whose object lies behind it.

The tests beside it are made from this table and from the routes that the app really has; a route that is missing here fails them.
What `open_to` declares on a route stands here a second time, so that a door is widened in two places or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

WORKING = (
    "desk",
    "assistant",
    "technician",
    "cleaner",
    "guard",
    "supervisor",
    "manager",
    "general_manager",
)
EVERYBODY = (*WORKING, "editor", "monitor", "owners_committee")


@dataclass(frozen=True)
class Door:
    """One method of one route.

    `who` and `roles` as at `open_to`. `behind` says for each variable of the path which object of the world stands in it; an
    object may be named in `sends`, the body with which the rightful one passes, as "{object}". `verbs` are the bodies by verb
    where the path has one, `proof` the verb that the rightful one uses. `by` is the role of the rightful one, `answers` what
    they get. `page` says that people look at the answer. `asks` is the query. `nothing_for` are the roles of the same community
    for whom the object does not exist either. `notes`: looking leaves an event. `last`: used after the others, for it uses
    something up.
    """

    who: str = "anyone"
    roles: tuple[str, ...] = ()
    behind: Mapping[str, str] = field(default_factory=dict)
    sends: Mapping[str, Any] | None = None
    verbs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    proof: str = ""
    by: str = "manager"
    answers: int = 200
    page: bool = False
    asks: str = ""
    nothing_for: tuple[str, ...] = ()
    notes: bool = False
    last: int = 0

    @property
    def allowed(self) -> frozenset[str]:
        """The staff roles that pass: those named, or all who work on cases, and monitors where there is only to look."""
        if self.roles:
            return frozenset(self.roles)
        looking = () if self.writes else ("monitor",)
        return frozenset(WORKING + looking)

    @property
    def writes(self) -> bool:
        """Whether something is sent through the door."""
        return self.sends is not None or bool(self.verbs)


WORDS = {"words": "看到了。"}
CASE = {"number": "case"}
LINK = {"link": "link"}
RECORD = {"record": "record"}
LIST = {"id": "list"}
TOKEN = {"home": "home token"}
PERSON = {"name": "演示添加", "relation": "family", "spoken": "zh", "channel": "sms"}
HOME_VERBS: Mapping[str, Mapping[str, Any]] = {
    "add": PERSON,
    "correct": {"member": "{member}", **PERSON},
    "need": {"member": "{member}", "kind": "pet", "reason": "有大狗"},
    "drop": {"member": "{member}", "kind": "pet"},
    "leave": {"member": "{member}"},
}
INCIDENT = {"id": "incident"}
PUBLISHING = ("desk", "supervisor", "manager", "general_manager", "guard")
OUTAGE = {"kind": "water", "at_1": "1"}
INCIDENT_VERBS: Mapping[str, Mapping[str, Any]] = {"update": {}, "working": {}, "over": {}}
KEEPERS = ("desk", "manager", "general_manager")
LIST_VERBS: Mapping[str, Mapping[str, Any]] = {"continue": {}, "accept": {}, "discard": {}}
NOT_JUDGES = ("desk", "assistant", "guard", "cleaner")
LAPSE_VERBS: Mapping[str, Mapping[str, Any]] = {
    "explain": WORDS,
    "note_cause": {"cause": "not_reported", **WORDS},
    "decide": {"consequence": "spoken_warning", **WORDS},
}

STAFF_VERBS: Mapping[str, Mapping[str, Any]] = {
    "assign": {"person": "gui-technician-1"},
    "reply": WORDS,
    "arrive": {},
    "resolve": WORDS,
    "pause": {"reason": "waiting_for_resident"},
    "resume": {},
    "appoint": {"moment": "2030-01-01T10:00"},
    "agree_visit": {},
    "ask_extension": {"clock": "resolve", "until": "2030-01-01T10:00", **WORDS},
    "decide_extension": {"approved": "yes", **WORDS},
    "pass_upward": WORDS,
    "join": {"other": "{other case}"},
    "propose": WORDS,
    "note": WORDS,
    "call_back": {"answer": "satisfied"},
}
RESIDENT_VERBS: Mapping[str, Mapping[str, Any]] = {
    "urge": {},
    "write": WORDS,
    "withdraw": {},
    "confirm": {},
    "reopen": WORDS,
    "rate": {"speed": 5, "manner": 5, "quality": 5},
}
DUTY_VERBS: Mapping[str, Mapping[str, Any]] = {
    "away": {"person": "{colleague}"},
    "back": {"person": "{colleague}", "since": "{absence}"},
    "turn": {
        "place": "building/1",
        "person": "{colleague}",
        "day0": "on",
        "starts": "08:00",
        "ends": "18:00",
    },
    "drop": {"turn": "{turn}"},
}
REPORT = {"plan": "fire", "building": "1", "place": "3 层", "what": "标记以外的话"}
FILING = {
    "category": "C2",
    "building": "osmanthus-lane/1",
    "home": "101",
    "what": "水龙头滴水",
    "phone": "000-0000-0777",
}
MY_FILING = {"category": "C2", "home_of": "osmanthus-lane/{home}", "what": "水龙头滴水"}
PHOTO = {"size": 1000, "type": "image/jpeg"}
POST = {"category": "wanted", "title": "求购台灯", "text": "亮一点的。", "contact": "000-0000-0777"}
BOARD_ROLES = ("desk", "assistant", "supervisor", "manager", "general_manager", "editor")
WITH_REASON = {"reason": "personal-data", **WORDS}
CALLING = ("supervisor", "manager", "general_manager")
OPEN_DAY_ROLES = ("desk", "supervisor", "manager", "general_manager")
VISITOR_VERBS: Mapping[str, Mapping[str, Any]] = {
    "book": {"slot": "14:00"},
    "cancel": {},
    "ask": {"words": "停车场的灯什么时候修？"},
}
QUESTION_VERBS: Mapping[str, Mapping[str, Any]] = {
    "answer": {"question": "{question}", "words": "下个月修好。"},
    "decline": {"question": "{question}", "words": "和公共事务无关。"},
}
AUTHOR_VERBS: Mapping[str, Mapping[str, Any]] = {"renew": {}, "withdraw": {}}
DESK_POST_VERBS: Mapping[str, Mapping[str, Any]] = {
    "approve": {},
    "refuse": WITH_REASON,
    "ask_change": WITH_REASON,
    "take_down": WITH_REASON,
    "keep": {},
}

DOORS: Mapping[str, Door] = {
    # Whoever comes by
    "POST /file/{form}": Door(behind={"form": "form"}, sends=FILING, answers=303),
    "POST /track": Door(sends={"link": "{link}"}, answers=303),
    "POST /v1/cases": Door(sends=FILING, answers=201),
    "GET /v1/health": Door(),
    "GET /v1/openapi.json": Door(),
    "GET /v1/preview": Door(asks="category=C2"),
    "GET /v1/standards": Door(),
    "GET /v1/standards/{id}": Door(behind={"id": "standard"}),
    "POST /staff/session": Door(sends={"code": "{entry code}"}, answers=303),
    "POST /staff/session/end": Door(sends={}, answers=303),
    "POST /v1/staff/session": Door(sends={"code": "{entry code}"}, answers=201),
    "POST /v1/staff/session/end": Door(sends={}),
    # What goes on now
    "GET /now": Door(page=True),
    "GET /v1/now": Door(),
    "GET /incidents": Door(page=True),
    "GET /v1/incidents": Door(),
    "GET /incidents/{id}": Door(behind=INCIDENT, page=True),
    "GET /v1/incidents/{id}": Door(behind=INCIDENT),
    # What the promises came to
    "GET /figures": Door(page=True, asks="community={community}"),
    "GET /v1/figures": Door(asks="community={community}"),
    # Whoever holds the link of a case
    "GET /track/{link}": Door("resident link", behind=LINK, page=True),
    "GET /track/{link}/receipt": Door("resident link", behind=LINK, page=True),
    "POST /track/{link}/{verb}": Door(
        "resident link", behind=LINK, verbs=RESIDENT_VERBS, proof="write", answers=303
    ),
    "GET /v1/track/{link}": Door("resident link", behind=LINK),
    "POST /v1/track/{link}/{verb}": Door("resident link", behind=LINK, verbs=RESIDENT_VERBS, proof="write"),
    "POST /v1/track/{link}/photos": Door("resident link", behind=LINK, sends=PHOTO, answers=201),
    "POST /v1/track/{link}/photos/{id}/done": Door(
        "resident link", behind={**LINK, "id": "photo"}, sends={}, answers=422
    ),
    # Staff
    "GET /staff/queue": Door("staff", page=True),
    "POST /staff/search": Door("staff", sends={"typed": "{case}"}, answers=303),
    "GET /staff/stuck": Door("staff", page=True),
    "GET /staff/call-backs": Door("staff", CALLING, page=True),
    "GET /v1/staff/call-backs": Door("staff", CALLING),
    "GET /staff/figures": Door("staff", EVERYBODY, page=True),
    "GET /staff/start": Door("staff", EVERYBODY, page=True),
    "GET /v1/staff/figures": Door("staff", EVERYBODY),
    "GET /staff/cases/{number}": Door("staff", behind=CASE, page=True, notes=True),
    "POST /staff/cases/{number}/{verb}": Door(
        "staff", behind=CASE, verbs=STAFF_VERBS, proof="note", answers=303
    ),
    "GET /v1/staff/queue": Door("staff"),
    "GET /v1/staff/queue/counts": Door("staff"),
    "POST /v1/staff/search": Door("staff", sends={"typed": "{case}"}),
    "GET /v1/staff/stuck": Door("staff"),
    "GET /v1/staff/cases/{number}": Door("staff", behind=CASE, notes=True),
    "POST /v1/staff/cases/{number}/{verb}": Door("staff", behind=CASE, verbs=STAFF_VERBS, proof="note"),
    "POST /v1/staff/cases/{number}/photos": Door("staff", behind=CASE, sends=PHOTO, answers=201),
    "POST /v1/staff/cases/{number}/photos/{id}/done": Door(
        "staff", behind={**CASE, "id": "photo"}, sends={"stage": "after"}, answers=422
    ),
    # Residents who have signed in
    "GET /my": Door("resident", page=True),
    "GET /my/history": Door("resident", page=True),
    "GET /my/messages": Door("resident", page=True),
    "GET /my/cases/{number}": Door("resident", behind=CASE, page=True),
    "POST /my/cases/{number}/{verb}": Door(
        "resident", behind=CASE, verbs=RESIDENT_VERBS, proof="write", answers=303
    ),
    "GET /my/file/{form}": Door("resident", behind={"form": "form"}, page=True),
    "POST /my/file/{form}": Door("resident", behind={"form": "form"}, sends=MY_FILING, answers=303),
    "GET /v1/my": Door("resident"),
    "GET /v1/my/history": Door("resident"),
    "GET /v1/my/messages": Door("resident"),
    "GET /v1/my/cases/{number}": Door("resident", behind=CASE),
    "POST /v1/my/cases/{number}/{verb}": Door("resident", behind=CASE, verbs=RESIDENT_VERBS, proof="write"),
    "POST /v1/my/cases": Door("resident", sends=MY_FILING, answers=201),
    "GET /my/data": Door("resident", page=True),
    "GET /my/data/export": Door("resident"),
    "POST /my/data": Door("resident", sends={"name": "改过的名字", "spoken": "zh"}, answers=303),
    "GET /v1/my/data": Door("resident"),
    "GET /my/data/deletion": Door("resident", page=True),
    "POST /my/data/deletion": Door("resident", sends={}, answers=422),
    "GET /v1/my/data/deletion": Door("resident"),
    # Not said to be understood: nothing is deleted. That it is, when it is, has tests of its own.
    "POST /v1/my/data/deletion": Door("resident", sends={"understood": False}, answers=422),
    # Who read whose data
    "GET /staff/readings": Door("staff", ("manager", "general_manager"), page=True),
    "GET /v1/staff/readings": Door("staff", ("manager", "general_manager"), asks="who=gui-technician-1"),
    # How one comes in. What a code opens, and to whom, is tried in tests of its own.
    "POST /my/code": Door(sends={"phone": "000-0000-0797"}, answers=303),
    "GET /my/session": Door(page=True),
    "POST /my/session": Door(sends={"code": "000000"}, answers=422),
    "POST /my/session/end": Door(sends={}, answers=303),
    "POST /v1/my/code": Door(sends={"phone": "000-0000-0798"}, answers=202),
    "POST /v1/my/session": Door(sends={"phone": "000-0000-0799", "code": "000000"}, answers=422),
    "POST /v1/my/session/end": Door(sends={}),
    "POST /staff/code": Door(sends={"phone": "000-0000-0797"}, answers=303),
    "GET /staff/session": Door(page=True),
    "POST /v1/staff/code": Door(sends={"phone": "000-0000-0798"}, answers=202),
    "GET /staff/proof": Door(answers=401),
    "POST /staff/proof": Door(sends={"code": "000000"}, answers=401),
    "POST /v1/staff/proof": Door(sends={"code": "000000"}, answers=401),
    "GET /staff/communities": Door("staff", EVERYBODY, page=True),
    "POST /staff/communities": Door("staff", EVERYBODY, sends={"community": "{community}"}, answers=303),
    # The info board
    "GET /board": Door(page=True, asks="community={community}"),
    "GET /board/{post}": Door(behind={"post": "public post"}, page=True),
    "GET /v1/board": Door(asks="community={community}"),
    "GET /v1/board/{post}": Door(behind={"post": "public post"}),
    "POST /board/{post}/report": Door("resident", behind={"post": "public post"}, sends={}, answers=303),
    "POST /v1/board/{post}/report": Door("resident", behind={"post": "public post"}, sends={}),
    "GET /my/posts": Door("resident", page=True),
    "GET /my/posts/new": Door("resident", page=True),
    "POST /my/posts/new": Door("resident", sends=POST, answers=303),
    "GET /my/posts/{post}": Door("resident", behind={"post": "own post"}, page=True),
    "GET /my/posts/{post}/edit": Door("resident", behind={"post": "own post"}, page=True),
    "POST /my/posts/{post}/edit": Door("resident", behind={"post": "own post"}, sends=POST, answers=303),
    "POST /my/posts/{post}/{verb}": Door(
        "resident", behind={"post": "own post"}, verbs=AUTHOR_VERBS, proof="renew", answers=303
    ),
    "GET /v1/my/posts": Door("resident"),
    "POST /v1/my/posts": Door("resident", sends=POST, answers=201),
    "GET /v1/my/posts/{post}": Door("resident", behind={"post": "own post"}),
    "POST /v1/my/posts/{post}/{verb}": Door(
        "resident", behind={"post": "own post"}, verbs={**AUTHOR_VERBS, "edit": POST}, proof="renew"
    ),
    "POST /v1/my/posts/{post}/photos": Door(
        "resident", behind={"post": "own post"}, sends=PHOTO, answers=201
    ),
    "POST /v1/my/posts/{post}/photos/{id}/done": Door(
        "resident", behind={"post": "own post", "id": "photo"}, sends={}, answers=422
    ),
    "GET /staff/board": Door("staff", BOARD_ROLES, page=True),
    "GET /staff/board/{post}": Door("staff", BOARD_ROLES, behind={"post": "post"}, page=True, notes=True),
    "POST /staff/board/{post}/{verb}": Door(
        "staff", BOARD_ROLES, behind={"post": "post"}, verbs=DESK_POST_VERBS, proof="approve", answers=303
    ),
    "GET /v1/staff/board": Door("staff", BOARD_ROLES),
    "GET /v1/staff/board/{post}": Door("staff", BOARD_ROLES, behind={"post": "post"}, notes=True),
    "POST /v1/staff/board/{post}/{verb}": Door(
        "staff", BOARD_ROLES, behind={"post": "own post"}, verbs=DESK_POST_VERBS, proof="take_down", last=1
    ),
    # Open days: which one stands in the address; what is one's own of it is found by the home
    "GET /open-days": Door(page=True),
    "GET /v1/open-days": Door(),
    "GET /my/open-days": Door("resident", page=True),
    "POST /my/open-days/{day}/{verb}": Door(
        "resident", behind={"day": "open day"}, verbs=VISITOR_VERBS, proof="cancel", answers=409
    ),
    "GET /v1/my/open-days": Door("resident"),
    "POST /v1/my/open-days/{day}/{verb}": Door(
        "resident", behind={"day": "open day"}, verbs=VISITOR_VERBS, proof="cancel", answers=409
    ),
    "GET /staff/open-days": Door("staff", OPEN_DAY_ROLES, page=True),
    "POST /staff/open-days/{day}/{verb}": Door(
        "staff", OPEN_DAY_ROLES, behind={"day": "open day"}, verbs=QUESTION_VERBS, proof="answer", answers=303
    ),
    "GET /v1/staff/open-days": Door("staff", OPEN_DAY_ROLES),
    "POST /v1/staff/open-days/{day}/{verb}": Door(
        "staff", OPEN_DAY_ROLES, behind={"day": "open day"}, verbs=QUESTION_VERBS, proof="answer"
    ),
    # Who is there
    "GET /staff/duty": Door("staff", WORKING, page=True),
    "POST /staff/duty/{verb}": Door("staff", WORKING, verbs=DUTY_VERBS, proof="away", answers=303),
    "GET /v1/staff/duty": Door("staff", WORKING),
    "POST /v1/staff/duty/{verb}": Door("staff", WORKING, verbs=DUTY_VERBS, proof="drop", last=1),
    # Filing by staff
    "GET /staff/file": Door("staff", WORKING, page=True),
    "POST /staff/file": Door("staff", WORKING, sends={"step": "home:{home}/{member}"}),
    "POST /v1/staff/file/homes": Door("staff", WORKING, sends={"typed": "{telephone}"}),
    "POST /v1/staff/file/about": Door("staff", WORKING, sends={"chosen": "{home}/{member}"}),
    "GET /staff/report/{form}": Door("staff", WORKING, behind={"form": "plan"}, page=True),
    "POST /staff/report/{form}": Door("staff", WORKING, behind={"form": "plan"}, sends=REPORT, answers=303),
    "POST /v1/staff/report/{form}": Door(
        "staff", WORKING, behind={"form": "plan"}, sends=REPORT, answers=201
    ),
    "GET /v1/staff/cases/{number}/changes": Door("staff", behind=CASE, asks="seen=1"),
    # The register of homes
    "GET /staff/homes": Door("staff", KEEPERS, page=True),
    "POST /staff/homes": Door("staff", KEEPERS, sends={"typed": "{telephone}"}),
    "POST /v1/staff/homes": Door("staff", KEEPERS, sends={"building": "1", "room": "1601"}, answers=201),
    "POST /v1/staff/homes/find": Door("staff", KEEPERS, sends={"typed": "{telephone}"}),
    "GET /staff/homes/{home}": Door("staff", KEEPERS, behind=TOKEN, page=True, notes=True),
    "POST /staff/homes/{home}/{verb}": Door(
        "staff", KEEPERS, behind=TOKEN, verbs=HOME_VERBS, proof="need", by="desk", answers=303
    ),
    "GET /v1/staff/homes/{home}": Door("staff", KEEPERS, behind=TOKEN, by="desk", notes=True),
    "POST /v1/staff/homes/{home}/{verb}": Door(
        "staff", KEEPERS, behind=TOKEN, verbs=HOME_VERBS, proof="drop"
    ),
    # Lists that are imported. They come as files; what is sent here is none.
    "GET /staff/imports": Door("staff", KEEPERS, page=True),
    "POST /staff/imports": Door("staff", KEEPERS, sends={"sort": "homes"}, answers=415),
    "GET /staff/imports/{id}": Door("staff", KEEPERS, behind=LIST, page=True),
    "POST /staff/imports/{id}/{verb}": Door(
        "staff", KEEPERS, behind=LIST, verbs=LIST_VERBS, proof="continue", by="desk", answers=303
    ),
    "GET /v1/staff/imports": Door("staff", KEEPERS),
    "POST /v1/staff/imports": Door("staff", KEEPERS, sends={"sort": "homes"}, answers=415),
    "GET /v1/staff/imports/{id}": Door("staff", KEEPERS, behind=LIST),
    "POST /v1/staff/imports/{id}/{verb}": Door(
        "staff", KEEPERS, behind=LIST, verbs=LIST_VERBS, proof="discard", last=1
    ),
    # Incidents: who works sees them, the desk and those above publish (guards while the service is closed)
    "GET /staff/incidents": Door("staff", WORKING, page=True),
    "GET /v1/staff/incidents": Door("staff", WORKING),
    "POST /staff/incidents": Door("staff", PUBLISHING, sends=OUTAGE, by="desk", answers=303),
    "POST /v1/staff/incidents": Door("staff", PUBLISHING, sends={"kind": "water"}, by="desk", answers=201),
    "GET /staff/incidents/{id}": Door("staff", WORKING, behind=INCIDENT, page=True),
    "GET /v1/staff/incidents/{id}": Door("staff", WORKING, behind=INCIDENT),
    "POST /staff/incidents/{id}/{verb}": Door(
        "staff",
        PUBLISHING,
        behind=INCIDENT,
        verbs=INCIDENT_VERBS,
        proof="update",
        by="desk",
        answers=303,
    ),
    "POST /v1/staff/incidents/{id}/{verb}": Door(
        "staff", PUBLISHING, behind=INCIDENT, verbs=INCIDENT_VERBS, proof="update", by="desk", last=1
    ),
    # The records of missed limits: those who judge, and those whom they concern
    "GET /staff/accountability": Door("staff", WORKING, page=True),
    "GET /staff/accountability/{record}": Door(
        "staff", WORKING, behind=RECORD, page=True, nothing_for=NOT_JUDGES
    ),
    "POST /staff/accountability/{record}/{verb}": Door(
        "staff",
        WORKING,
        behind=RECORD,
        verbs=LAPSE_VERBS,
        proof="decide",
        answers=303,
        nothing_for=NOT_JUDGES,
    ),
    "GET /v1/staff/accountability": Door("staff", WORKING),
    "GET /v1/staff/accountability/{record}": Door("staff", WORKING, behind=RECORD, nothing_for=NOT_JUDGES),
    "POST /v1/staff/accountability/{record}/{verb}": Door(
        "staff", WORKING, behind=RECORD, verbs=LAPSE_VERBS, proof="decide", nothing_for=NOT_JUDGES
    ),
}
