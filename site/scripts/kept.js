"use strict";
// The staff's pages on a weak signal. An action is kept on this phone before it is sent, so that nothing is lost; what waits, and
// what the portal refused, stands at the top of every page until it is delivered or put away by whoever wrote it. Without this
// script, or where the browser keeps nothing, the forms post by themselves.
(() => {
  const box = window.shounuoOutbox;
  if (!box || !window.indexedDB || !window.fetch || window.shounuoKept) return;
  window.shounuoKept = true;

  const zh = document.documentElement.lang !== "en";
  const say = (chinese, english) => (zh ? chinese : english);
  const { make, picker } = shounuoPictures;
  const CASE = /^\/api\/staff\/cases\/(\d{6}-\d{6})\/(\w+)$/;
  const here = location.pathname.match(/^\/api\/staff\/cases\/(\d{6}-\d{6})/)?.[1];
  const RETRY_SECONDS = [3, 6, 12, 25, 50];
  const NEARLY_MS = 4000;

  const hidden = (name) => document.querySelector(`form.action input[name=${name}]`);
  const account = hidden("account")?.value; // known on a case's page only; elsewhere the portal decides whose an action is
  const clock = (moment) => new Date(moment).toLocaleTimeString(zh ? "zh-CN" : "en-GB", { hour: "2-digit", minute: "2-digit" });
  const nameOf = (item) => say(`“${item.label}”（${item.number}，${clock(item.at)}）`, `“${item.label}” (${item.number}, ${clock(item.at)})`);

  // ---- what waits, at the top of the page

  const list = make("ul", { className: "kept__list" });
  const news = make("p", { className: "kept__news" });
  news.setAttribute("role", "status");
  const panel = make("section", { className: "kept", hidden: true }, news, list);
  panel.setAttribute("aria-label", say("保存在这部手机上的操作", "Actions kept on this phone"));
  (document.querySelector(".staff-bar") ?? document.querySelector("h1")).after(panel);

  const tell = (sentence) => {
    news.textContent = sentence;
    panel.hidden = !sentence && !list.childElementCount;
  };

  const button = (words, act, quiet = true) => {
    const made = make("button", { type: "button", className: quiet ? "link-button" : "button", textContent: words });
    made.addEventListener("click", act);
    return made;
  };

  const STATES = {
    waiting: () => say("还没有送到。已保存在这部手机上，有信号就自动发送，不会重复。", "Not delivered yet. Kept on this phone and sent by itself when there is a signal, once."),
    foreign: () => say("是另一个账号做的，不会用您的名义发送。", "Another account did this; it is not sent in your name."),
    "signed out": () => say("登录已结束。重新登录后自动发送。", "You are signed out. It is sent once you are in again."),
  };
  let signedOut = false;

  const lineOf = (item) => {
    const state = item.state === "waiting" && account && item.account !== account ? "foreign" : item.state === "waiting" && signedOut ? "signed out" : item.state;
    const words = item.account === account && item.body ? new URLSearchParams(item.body).get("words") : "";
    const line = make("li", { className: `kept__item kept__item--${state === "waiting" ? "waiting" : "stuck"}` });
    line.append(make("p", { className: "kept__what", textContent: nameOf(item) }));
    line.append(make("p", { className: "kept__told", textContent: STATES[state]?.() ?? say(`没有办成：${item.told}`, `Not done: ${item.told}`) }));
    if (state === "refused" && words) line.append(make("p", { className: "kept__words", textContent: words }));
    const ways = make("p", { className: "kept__ways" });
    if (state === "signed out") ways.append(make("a", { href: say("/staff/", "/en/staff/"), textContent: say("去登录", "Sign in") }));
    if (state === "waiting") ways.append(button(say("现在发送", "Send now"), () => sendNow()));
    if (state === "refused" && here !== item.number) ways.append(make("a", { href: `/api/staff/cases/${item.number}`, textContent: say("看这张工单", "See the case") }));
    if (state === "refused" && here === item.number && hidden("seen")) ways.append(button(say("看过了，照原样再发", "I have looked: send it as it is"), () => again(item)));
    ways.append(button(say("不要了", "Put it away"), async () => {
      await box.drop(item.order);
      await show();
    }));
    line.append(ways);
    return line;
  };

  const show = async () => {
    const items = await box.all();
    list.replaceChildren(...items.map(lineOf));
    panel.hidden = !items.length && !news.textContent;
    for (const { state, address } of items) {
      // A mere button that waits to be delivered is not pressed again.
      const form = state === "waiting" && [...document.querySelectorAll("form.action")].find((one) => one.getAttribute("action") === address);
      if (form && !form.querySelector("textarea")) {
        form.dataset.sent = "yes";
        form.querySelector("button[type=submit]")?.setAttribute("aria-disabled", "true");
      }
    }
    return items;
  };

  // The page shows the case as it is now: whoever sends it again has seen that.
  const again = async (item) => {
    const body = item.body && new URLSearchParams(item.body);
    const key = box.newKey();
    body?.set("idempotency_key", key);
    await box.put({ ...item, key, body: body?.toString(), seen: Number(hidden("seen").value), state: "waiting", told: "", at: Date.now() });
    await sendNow();
  };

  // ---- sending

  let attempt = 0;
  let timer = 0;
  let outdated = false;
  const heard = new Map(); // what is to be done when an action of this page has its answer, by key

  const done = (number, verb) => location.assign(`/api/staff/cases/${number}?done=${verb || "note"}&lang=${zh ? "zh" : "en"}`);

  const later = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(sendNow, 1000 * Math.max(seconds || 0, RETRY_SECONDS[Math.min(attempt, RETRY_SECONDS.length - 1)]));
    attempt += 1;
  };

  const typing = () => [...document.querySelectorAll("form.action textarea, form.action input:not([type=hidden])")].some((field) => field.value && field.type !== "radio");

  const afterOne = async (item, result) => {
    if (result.outcome === "delivered") {
      attempt = 0;
      signedOut = false;
      for (const field of document.querySelectorAll("form.action input[name=seen]")) {
        if (item.number === here && Number(field.value) === item.seen && result.version === item.seen + 1) field.value = result.version;
      }
      tell(say(`${nameOf(item)}已送到。`, `${nameOf(item)} was delivered.`));
    }
    signedOut = result.outcome === "signed out";
    await show();
    if (heard.has(item.key)) await heard.get(item.key)(result);
    else if (result.outcome === "delivered" && item.number === here) outdated = true;
  };

  const sendNow = async () => {
    clearTimeout(timer);
    const result = await box.sendAll(afterOne);
    if (result.outcome === "later" || result.outcome === "busy") later(result.seconds);
    await show();
    // What was done earlier has arrived: the page shows the case as it is now, unless somebody is writing on it.
    if (outdated && result.outcome === "empty" && !typing()) done(here);
    return result;
  };

  // ---- doing something

  const free = (form) => {
    delete form.dataset.sent;
    form.querySelector("button[type=submit]")?.removeAttribute("aria-disabled");
  };

  const complain = (form, problem) => {
    const note = form.querySelector(".notice") ?? make("p", { className: "notice notice--bad" });
    note.setAttribute("role", "alert");
    note.textContent = problem.detail || problem.title || say("没有办成，请再试一次。", "It was not done. Please try again.");
    form.prepend(note);
    for (const { field, message } of problem.errors || []) {
      const input = form.querySelector(`[name="${CSS.escape(field)}"]`);
      const sentence = input && document.getElementById(`${input.id}-error`);
      if (sentence) {
        sentence.textContent = message;
        sentence.hidden = false;
        input.setAttribute("aria-invalid", "true");
        input.setAttribute("aria-describedby", sentence.id);
      } else note.textContent += ` ${message}`;
    }
  };

  const seenOn = (form) => Number(form.elements.seen?.value ?? hidden("seen")?.value ?? 0);
  const photosOf = (form) => form.shounuoPhotos?.chosen ?? [];

  const itemsOf = (form, number, verb) => {
    const common = { account: form.elements.account?.value ?? account, number, at: Date.now(), state: "waiting", seen: seenOn(form) };
    const label = form.querySelector("button[type=submit]").textContent.trim();
    const items = [];
    if (verb) {
      const body = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
      items.push({ ...common, key: form.elements.idempotency_key?.value || box.newKey(), label, address: form.getAttribute("action"), body: body.toString() });
    }
    const stage = form.elements.stage?.value || "after";
    const named = stage === "before" ? say("处理前的照片", "Photograph from before") : say("处理后的照片", "Photograph from after");
    for (const { blob } of photosOf(form)) {
      items.push({ ...common, key: box.newKey(), label: named, address: `/api/v1/staff/cases/${number}/photos`, photo: blob, stage });
    }
    return items;
  };

  // Kept first, then sent. Where it is delivered, the page goes on as it does without this script.
  const take = async (form, number, verb) => {
    const items = itemsOf(form, number, verb);
    await box.add(items);
    const nearly = setTimeout(() => tell(say("信号弱，还在发送。已保存在这部手机上，可以放心离开这一页。", "The signal is weak; still sending. It is kept on this phone: you may leave this page.")), NEARLY_MS);
    let refused = false;
    for (const item of items) {
      heard.set(item.key, async (result) => {
        if (result.outcome !== "refused") return;
        refused = true;
        complain(form, result.problem);
        free(form);
        if (form.elements.idempotency_key) form.elements.idempotency_key.value = box.newKey();
        if (result.status === 422 || result.status === 400) {
          // All of it still stands in the form, with what has to be changed: nothing is to be kept twice.
          const mine = (await box.all()).filter((one) => items.some((other) => other.key === one.key));
          for (const one of mine) await box.drop(one.order);
          await show();
        }
      });
    }
    const result = await sendNow();
    clearTimeout(nearly);
    if (refused) return;
    if (result.outcome === "empty") done(number, verb);
    else {
      // From here on it waits like any other; what stands in the form was taken over.
      for (const item of items) heard.delete(item.key);
      form.reset();
      form.shounuoPhotos?.empty();
      if (form.elements.idempotency_key) form.elements.idempotency_key.value = box.newKey();
      if (form.querySelector("textarea") || !verb) free(form);
      form.closest("details")?.removeAttribute("open");
      tell(say("没有信号，已保存在这部手机上，有信号就自动发送，只算一次。时间以送到时为准；着急请打值班电话。", "No signal: kept on this phone, sent by itself later, counted once. What counts is when it arrives; if it is urgent, telephone."));
      panel.scrollIntoView({ block: "start" });
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const known = form.matches("form.action") && form.getAttribute("action")?.match(CASE);
    if (!known || event.defaultPrevented) return;
    event.preventDefault();
    // Where the browser keeps nothing (a private window), the form posts as it does without this script.
    take(form, known[1], known[2]).catch(() => form.submit());
  });

  // ---- photographs of the work

  const place = document.querySelector("[data-work-photos]");
  const room = Number(place?.dataset.workPhotos || 0);
  if (room && window.createImageBitmap) {
    const hint = say(`最多 ${room} 张，业主会看到。请不要拍到人。`, `Up to ${room}; the resident sees them. Please leave people out.`);
    const resolve = document.querySelector("#do-resolve form.action");
    if (resolve) {
      resolve.shounuoPhotos = picker({ id: "resolve-photos", most: room, label: say("处理后的照片（可以不传）", "Photographs from after the work (optional)"), hint, say });
      resolve.querySelector("button[type=submit]").before(resolve.shounuoPhotos.box);
    }
    const own = place.querySelector("form");
    own.shounuoPhotos = picker({ id: "work-photos", most: room, label: say("照片", "Photographs"), hint, say });
    own.querySelector("button[type=submit]").before(own.shounuoPhotos.box);
    own.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!own.shounuoPhotos.chosen.length) own.shounuoPhotos.complain(say("请先拍一张或选一张照片。", "Please take or choose a photograph first."));
      else take(own, here, "").catch(() => own.shounuoPhotos.complain(say("这个浏览器存不了照片，请换一个浏览器。", "This browser cannot keep photographs; please use another one.")));
    });
    place.hidden = false;
  }

  // ---- signing out takes everything off this phone

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.getAttribute("action")?.endsWith("/session/end") || form.dataset.cleared) return;
    event.preventDefault();
    const leave = async () => {
      await box.clear().catch(() => {});
      form.dataset.cleared = "yes";
      form.submit();
    };
    const items = await box.all().catch(() => []);
    if (!items.length) return leave();
    tell(say(`还有 ${items.length} 件没有办成。退出会把它们从这部手机上删掉。`, `${items.length} not done yet. Signing out deletes them from this phone.`));
    news.append(
      " ",
      button(say("先发送", "Send first"), async () => {
        if ((await sendNow()).outcome === "empty" && !(await box.all()).length) await leave();
      }),
      " ",
      button(say("删掉并退出", "Delete and sign out"), leave),
    );
    panel.scrollIntoView({ block: "start" });
  });

  // ---- beginning

  const wake = () => {
    attempt = 0;
    sendNow().catch(() => {});
  };
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", () => document.hidden || wake());
  box
    .forgetOld(say)
    .then(show)
    .then((items) => items.some((item) => item.state === "waiting") && wake())
    .catch(() => {});
})();
