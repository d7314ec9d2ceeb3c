"use strict";
// A case's page at the desk: a ready answer is filled in with one tap, and whoever looks is told when somebody else changes the
// case meanwhile, before anything is typed in vain. Without scripts a ready answer is a link, and the portal says it on sending.
(() => {
  const desk = document.querySelector(".desk-case[data-case]");
  if (!desk) return;
  const zh = document.documentElement.lang !== "en";
  const say = (chinese, english) => (zh ? chinese : english);

  for (const answer of document.querySelectorAll("[data-answer]")) {
    answer.setAttribute("role", "button");
    const fill = (event) => {
      event.preventDefault();
      const field = document.getElementById(answer.dataset.into);
      if (!field) return;
      // What somebody has typed stays: the answer comes behind it, and once only.
      const typed = field.value.trim();
      if (!typed.includes(answer.dataset.answer)) field.value = typed ? `${typed}\n${answer.dataset.answer}` : answer.dataset.answer;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
      field.setSelectionRange(field.value.length, field.value.length);
    };
    answer.addEventListener("click", fill);
    answer.addEventListener("keydown", (event) => {
      if (event.key === " ") fill(event);
    });
  }

  const told = document.createElement("div");
  told.className = "notice notice--major desk-changed";
  told.setAttribute("role", "status");
  told.hidden = true;
  desk.querySelector(".staff-bar").after(told);
  // An own action that is delivered in the background moves the version on: that is no news.
  const seen = () => Number(desk.querySelector("form.action input[name=seen]")?.value || desk.dataset.version);
  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(`/api/v1/staff/cases/${desk.dataset.case}/changes?seen=${seen()}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { version, words } = await answer.json();
      if (version <= seen()) {
        told.hidden = true;
        return;
      }
      const sentence = say(`刚才有变化：${words}。`, `It has changed: ${words}. `);
      if (told.dataset.said === sentence) return;
      told.dataset.said = sentence;
      const fresh = document.createElement("a");
      fresh.href = `${location.pathname}${zh ? "" : "?lang=en"}`;
      fresh.textContent = say("看最新情况", "See how it stands");
      told.replaceChildren(sentence, fresh);
      told.hidden = false;
    } catch {
      // Without a connection nothing is known; the portal says it when something is sent.
    }
  };
  setInterval(look, 20000);
  document.addEventListener("visibilitychange", look);
  addEventListener("focus", look);
})();
