"""Why something cannot be done now, as a sentence in both languages: one for each reason of chalicelib.domain.refusals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chalicelib.domain.refusals import Refused
from chalicelib.domain.rules import RULES
from chalicelib.domain.standards import Text

from .problems import Problem
from .words import CLOCK, ROLE, STATE, moment_words

SENTENCES: Mapping[str, Text] = {
    "no_such_member": Text(
        "这个人不住这一户了，或者资料刚被改过。请看现在的情况再改。",
        "They do not live here any more. Please look at the home as it is now.",
    ),
    "home_full": Text("一户最多记 {most} 人。", "At most {most} people are kept of one home."),
    "need_without_consent": Text(
        "健康和孩子的情况，要本人同意才能记。先问过本人，同意了勾上“本人同意”。",
        "Health and children are kept only with the person's own consent. Ask them, and tick it when they agree.",
    ),
    "need_day": Text(
        "最后一天要在今天和 {last} 之间，最长一年。",
        "The last day lies between today and {last}: a year at most.",
    ),
    "needs_full": Text("一个人最多记 {most} 件。", "At most {most} are kept about one person."),
    "incident_not_yours": Text(
        "突发情况由值班台、主管和经理发布；下班以后秩序员也能发。现在请告诉值班台。",
        "The desk, supervisors and managers publish incidents, and guards while the service is closed. Please tell the desk.",
    ),
    "incident_over": Text(
        "这件事已经结束了。又发生的话，请重新发布一条。",
        "This incident is over. If it happens again, publish a new one.",
    ),
    "incident_end_past": Text(
        "预计结束的时间已经过去了，请改成以后的时间，或者空着。",
        "The expected end lies in the past. Name a later moment, or leave it empty.",
    ),
    "list_being_imported": Text(
        "这份名单正在导入，没有删掉。请打开它点“继续”，导入完再删。",
        "This list is being imported and was not removed. Open it and go on with it; remove it once it is done.",
    ),
    "list_not_looked_through": Text(
        "名单还没有查看完，先点“继续”，看完报告再确认。",
        "The list has not been looked through yet. Go on first, and accept it when you have seen the report.",
    ),
    "no_such_slot": Text("没有这个时段，请重新选一个。", "There is no such time. Please choose again."),
    "slot_over": Text(
        "这个时段已经开始了，不能再改。", "This time has begun: it cannot be changed any more."
    ),
    "slot_taken": Text(
        "这个时段刚刚被约走了，请换一个。", "Somebody has just taken this time. Please choose another."
    ),
    "one_slot": Text(
        "您家已经约了一个时段。想换的话，先取消原来的。",
        "Your home has a time already. To change it, cancel that one first.",
    ),
    "not_booked": Text("您家没有约时段。", "Your home has no time booked."),
    "day_over": Text(
        "这一天已经过去了，请在下一次开放日提问。", "This day is over. Please ask for the next one."
    ),
    "asked_enough": Text(
        "每户每次开放日可以提 3 个问题，您家已经提满了。",
        "Each home can ask three questions for an open day, and yours has.",
    ),
    "questions_full": Text(
        "这次的问题已经收满了，请当天来问，或者直接咨询。",
        "No more questions can be taken for this day. Come and ask, or send an enquiry.",
    ),
    "no_such_question": Text("没有这个问题，可能刚被处理过。", "There is no such question."),
    "not_now": Text(
        "这张工单现在是“{state}”，不能再“{verb}”。",
        "The case is “{state}” now: “{verb}” is not possible any more.",
    ),
    "not_yours": Text("“{role}”不能做“{verb}”这一步。", "“{verb}” is not for the role “{role}”."),
    "no_such_clock": Text("这张工单上没有正在走的这个时限。", "No such clock is running on this case."),
    "clock_has_no_appointment": Text(
        "这一类事按固定时限办，不能另约时间。",
        "This promise has a fixed limit: no appointment can replace it.",
    ),
    "moment_not_later": Text(
        "延期的时间要晚于现在的期限（{limit}）。",
        "An extension must lie after the present deadline ({limit}).",
    ),
    "moment_past": Text("约定的时间已经过去了。", "The appointment lies in the past."),
    "moment_over_limit": Text(
        "约定的时间不能晚于承诺的期限（{limit}）。",
        "The appointment may not lie after the promised limit ({limit}).",
    ),
    "moment_too_far": Text("时间太远了，最多一年之内。", "That is too far away: a year at most."),
    "answer_first": Text(
        "请先答复住户，再暂停计时。", "Answer the resident first: only then can the clocks rest."
    ),
    "arrive_first": Text(
        "急修要先到场，看过才知道要等什么。请先记“我到了”，再暂停计时。",
        "This is urgent: be there first, then you know what has to be waited for. Note that you are there, then pause.",
    ),
    "pause_too_late": Text(
        "{limit} 的时限已经过了，不能再暂停。请申请延期，或者上报。",
        "The limit of {limit} has passed, so the clocks cannot rest. Ask for an extension or pass it upward.",
    ),
    "already_asked": Text(
        "已经有一个延期申请在等经理批。", "An extension is waiting for the manager already."
    ),
    "nothing_asked": Text("现在没有等待批准的延期申请。", "No extension is waiting to be decided."),
    "already_paused": Text("计时已经暂停了。", "The clocks rest already."),
    "not_paused": Text("计时没有暂停，不用恢复。", "The clocks do not rest."),
    "urged_lately": Text(
        "{last} 已经催过，负责人已收到。{again} 以后可以再催。",
        "You urged at {last} and whoever is in charge was told. You can urge again after {again}.",
    ),
    "already_rated": Text("您已经评过分了，谢谢。", "You have rated this already. Thank you."),
    "own_case": Text(
        "这件事您自己经手过，请别的主管或者经理来回访。",
        "You dealt with this yourself. Another supervisor or the manager calls.",
    ),
    "called_lately": Text(
        "{last} 刚打过。{again} 以后再打，换个时间更容易接通。",
        "Somebody called at {last}. Try again after {again}: another hour is more likely to find them.",
    ),
    "say_with_what": Text(
        "请写下来：哪里不满意，或者为什么没问成。没问成的会另抽一件补上。",
        "Please write it down: with what they are not satisfied, or why they could not be asked. Another one is drawn for them.",
    ),
    "reopen_too_late": Text(
        "这件事结束超过 30 天了，请重新提交一张。", "This ended more than 30 days ago. Please file it anew."
    ),
    "join_itself": Text("不能并入它自己。", "A case cannot be joined to itself."),
    "join_no_such_case": Text(
        "没有找到要并入的那张工单，请核对单号。", "There is no case with that number. Please check it."
    ),
    "join_other_community": Text(
        "两张工单不在同一个小区，不能合并。", "The two cases belong to different communities."
    ),
    "join_closed": Text("要并入的那张工单已经结束了。", "The other case is not open any more."),
    "join_later": Text(
        "那张工单的时限更晚，并过去会耽误这一位住户。可以反过来，把那张并到这张。",
        "The other case has a later limit, so this resident would wait longer. Join that one to this instead.",
    ),
    "join_full": Text(
        "那张工单并入的已经够多了，请另选一张。", "That case has been joined by as many as it can hold."
    ),
    "nobody_above": Text("上面没有人了，无法再上报。", "There is nobody further up."),
    "no_such_person": Text("这个小区没有这位同事。", "This community has no such colleague."),
    "already_in_charge": Text("现在就是这位同事负责。", "That colleague is in charge already."),
    "visit_not_offered": Text(
        "这一类事没有上门核价，或者已经约过了。",
        "This promise has no visit to agree on, or it was agreed already.",
    ),
    "too_many_photos": Text("最多 {most} 张照片。", "At most {most} photographs."),
    "not_your_record": Text("只有当事人自己可以写说明。", "Only the person concerned can explain."),
    "not_your_judgement": Text(
        "这条记录不由您判断：谁也不判自己的事，也不判别的部门的事。",
        "This record is not yours to judge: nobody judges their own, nor another department's.",
    ),
    "record_closed": Text("这条记录已经有决定了。", "This record has been decided already."),
    "cause_first": Text("请先写原因，再作决定。", "The cause comes first, then the decision."),
    "no_fault": Text(
        "原因是“都不是”，不能给处理。请选“不处理”，或先把原因改对。",
        "The cause is “none of these”, so nothing can follow. Choose “nothing”, or correct the cause first.",
    ),
    "substitute_is_self": Text("代班的人不能是本人。", "Nobody can stand in for themselves."),
    "substitute_not_there": Text(
        "代班的人那时候也不在，也没有人替他。请另选一位。",
        "The substitute is not there either, and has nobody. Please choose somebody else.",
    ),
    "absence_backwards": Text(
        "结束时间要晚于开始时间，也要晚于现在，最长一年。",
        "The end must lie after the beginning and after now, a year ahead at most.",
    ),
    "not_your_staff": Text(
        "只能安排自己和本部门的人；其他人请物业经理安排。",
        "You can arrange this for yourself and your department; the manager does for all others.",
    ),
    "nothing_noted": Text(
        "这条安排已经不在了，请刷新页面。", "This is not there any more. Please reload the page."
    ),
    "rota_full": Text(
        "班表最多 {most} 行，请先删掉不用的。",
        "The rota holds {most} lines at most. Please take some out first.",
    ),
    "no_such_step": Text("没有这一步，或者已经勾过了。", "There is no such step, or it is ticked already."),
    "steps_open": Text(
        "还有 {count} 步没有勾。不适用的也请勾上，并写明原因。",
        "{count} steps are not ticked yet. Tick those that do not apply too, and say why.",
    ),
    "post_over": Text(
        "这条信息已经结束，不能再改了。可以重新发布一条。", "This post is over. You can put up a new one."
    ),
    "post_not_waiting": Text(
        "这条信息现在不等审核：可能同事刚刚处理过，或者住户刚撤下。",
        "Nothing waits to be looked at: a colleague may have done it, or its author withdrew it.",
    ),
    "post_not_public": Text("这条信息现在没有公开。", "This post is not public now."),
    "post_not_reported": Text("这条信息没有待处理的举报。", "Nobody's report of this post is waiting."),
    "post_too_often_changed": Text(
        "这条信息改得太多次了。请撤下，重新发布一条。",
        "This post has been changed too often. Please withdraw it and put up a new one.",
    ),
    "post_until_past": Text(
        "这个日期已经过去了，请选今天或以后。", "This day has passed. Please choose today or later."
    ),
    "post_until_too_far": Text(
        "太久了，这一类最多保留 {most} 天，也就是到 {last}。",
        "That is too long: this category keeps a post {most} days at most, until {last}.",
    ),
    "too_long_history": Text(
        "这张工单的记录太长了，请打电话，或另提交一张。",
        "The history of this case is full. Please telephone or file a new one.",
    ),
}

# Reasons that waiting cures answer 429, so that a program knows to come back; all others are a conflict with how things stand.
_RETRY_LATER = frozenset({"urged_lately"})
_NOT_ALLOWED = frozenset({"not_yours"})


def sentence(refused: Refused, now: datetime, zone: str) -> Text:
    """The sentence for a refusal; moments in it are told in `zone`, seen from `now`."""
    facts = {name: _words(name, value, now, zone) for name, value in refused.facts.items()}
    model = SENTENCES[refused.reason]
    try:
        return Text(
            model.zh.format_map({name: text.zh for name, text in facts.items()}),
            model.en.format_map({name: text.en for name, text in facts.items()}),
        )
    except KeyError:
        # A fact the sentence wants was not given: say the part before it rather than nothing.
        return Text(model.zh.partition("{")[0] + "…", model.en.partition("{")[0] + "…")


def problem_of(refused: Refused, now: datetime, zone: str) -> Problem:
    """The answer to a request that the rules refuse: 409, 403 for the wrong role, 429 when waiting helps."""
    headers: dict[str, str] = {}
    status = 409
    if refused.reason in _NOT_ALLOWED:
        status = 403
    elif refused.reason in _RETRY_LATER:
        status = 429
        again = refused.facts.get("again")
        if isinstance(again, datetime):
            headers["Retry-After"] = str(max(1, int((again - now).total_seconds()) + 1))
    title = Text("现在不能这样做", "Not possible now")
    return Problem(
        status, refused.reason.replace("_", "-"), title, sentence(refused, now, zone), headers=headers
    )


def _words(name: str, value: object, now: datetime, zone: str) -> Text:
    if isinstance(value, datetime):
        return moment_words(value, now, zone)
    known: Mapping[str, Text]
    match name:
        case "state":
            known = STATE
        case "role":
            known = ROLE
        case "clock":
            known = CLOCK
        case "verb" if str(value) in RULES:
            return Text(RULES[str(value)].zh, RULES[str(value)].en)
        case _:
            known = {}
    return known.get(str(value), Text(str(value), str(value)))
