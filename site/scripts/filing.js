"use strict";
// The filing form with scripts: shows what is promised before it is sent, keeps a draft on this phone (never the telephone nor
// the name), sends again after a lost connection with the same key, so that nothing is filed twice. Without scripts the form
// posts by itself.
(() => {
  const form = document.getElementById("filing");
  if (!form) return;

  const zh = form.dataset.language !== "en";
  const say = (chinese, english) => (zh ? chinese : english);
  const preview = document.getElementById("preview");
  const status = document.getElementById("sending");
  const button = form.querySelector("button[type=submit]");
  const summary = form.querySelector(".error-summary");
  const key = form.elements.idempotency_key;
  const draftName = `shounuo.draft.${form.dataset.kind}`;
  const NEVER_KEPT = new Set(["phone", "name", "contact", "home_of", "website", "idempotency_key", "language", "seen", "drop_1", "drop_2", "drop_3"]);
  const RETRY_SECONDS = [2, 5, 10, 20, 30];

  // ---- a key for this one filing

  const newKey = () =>
    crypto.randomUUID
      ? crypto.randomUUID()
      : Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

  // ---- draft

  const storage = {
    read() {
      try {
        return JSON.parse(localStorage.getItem(draftName)) || {};
      } catch {
        return {};
      }
    },
    write(values) {
      try {
        localStorage.setItem(draftName, JSON.stringify(values));
      } catch {
        // A full or forbidden store costs the draft, nothing else.
      }
    },
    clear() {
      try {
        localStorage.removeItem(draftName);
      } catch {
        // See above.
      }
    },
  };

  const keepDraft = () => {
    if (form.dataset.kind === "post-change") return; // what it begins with stands in the portal
    const kept = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && value && !NEVER_KEPT.has(name)) kept[name] = value;
    }
    storage.write(kept);
  };

  const restoreDraft = () => {
    for (const [name, value] of Object.entries(storage.read())) {
      const field = form.elements[name];
      if (!field || NEVER_KEPT.has(name)) continue;
      if (field instanceof RadioNodeList) {
        if (!field.value) field.value = value;
      } else if (field.type === "checkbox") {
        field.checked = true;
      } else if (!field.value) {
        field.value = value;
      }
    }
  };

  // ---- questions that only some categories need

  const chosen = (name) => {
    const field = form.elements[name];
    return field ? field.value : "";
  };

  const showQuestions = () => {
    const category = chosen("category");
    for (const question of form.querySelectorAll("[data-only-for]")) {
      question.hidden = !question.dataset.onlyFor.split(" ").includes(category);
    }
  };

  const communityOf = () => (chosen("home_of") || chosen("building")).split("/")[0];

  const showTelephones = () => {
    const community = communityOf();
    const numbers = [...form.querySelectorAll("[data-community]")];
    const known = numbers.some((line) => line.dataset.community === community);
    for (const line of numbers) line.hidden = known && line.dataset.community !== community;
  };

  // ---- what is promised if it is sent now

  let asked = 0;

  const element = (name, text, className) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const showPreview = (promise) => {
    preview.replaceChildren();
    const language = zh ? "zh" : "en";
    if (promise.clocks.length) {
      preview.append(element("h2", say("现在提交，我们最晚：", "Sent now, at the latest:")));
      const list = element("ul");
      for (const clock of promise.clocks) {
        const line = element("li");
        line.append(element("span", clock.clock_words[language]));
        line.append(element("span", clock.due_words[language], "preview__due"));
        list.append(line);
      }
      preview.append(list);
      if (promise.clocks.some((clock) => clock.provisional)) {
        preview.append(
          element("p", say("涉及的年份还没有公布放假安排，公布后会重算并告诉您。", "The holidays of that year are not announced yet. We recompute it and tell you once they are.")),
        );
      }
    } else {
      preview.append(element("p", promise.words[language]));
    }
    preview.hidden = false;
  };

  // The question whose answer stands on the page. It is not asked again because somebody leaves a field that has no part in it: were
  // the answer to go at that moment, the button would move away from under the finger that sends.
  let answered = "";

  const hidePreview = () => {
    preview.hidden = true;
    answered = "";
  };

  const askPreview = async (again = false) => {
    if (!preview) return;
    const category = chosen("category");
    if (!category) {
      hidePreview();
      return;
    }
    const query = new URLSearchParams({ kind: form.dataset.kind, category, community: communityOf() });
    if (form.elements.visit_agreed?.checked) query.set("visit_agreed", "yes");
    if (!again && String(query) === answered) return;
    const turn = ++asked;
    try {
      const answer = await fetch(`/api/v1/preview?${query}`, { headers: { Accept: "application/json" } });
      const told = answer.ok ? await answer.json() : null;
      if (turn !== asked) return;
      if (!told) {
        hidePreview();
        return;
      }
      showPreview(told);
      answered = String(query);
    } catch {
      // No connection: an old promise must not stay on the page.
      if (turn === asked) hidePreview();
    }
  };

  // ---- mistakes

  const showErrors = (errors) => {
    const list = summary.querySelector("ul");
    list.replaceChildren();
    for (const box of form.querySelectorAll(".field")) {
      box.classList.remove("field--wrong");
      const sentence = box.querySelector(".field-error");
      if (sentence) {
        sentence.hidden = true;
        sentence.textContent = "";
      }
    }
    for (const broken of form.querySelectorAll("[aria-invalid]")) broken.removeAttribute("aria-invalid");
    for (const { field, message } of errors) {
      const box = field && document.getElementById(`field-${field}`);
      const line = element("li");
      if (box) {
        const link = element("a", message);
        link.href = `#${field}`;
        line.append(link);
        box.classList.add("field--wrong");
        box.hidden = false;
        const sentence = box.querySelector(".field-error");
        if (sentence) {
          sentence.textContent = message;
          sentence.hidden = false;
        }
        const input = document.getElementById(field);
        const described = box.matches("fieldset") ? box : input;
        described?.setAttribute("aria-invalid", "true");
        const names = [document.getElementById(`${field}-hint`) && `${field}-hint`, `${field}-error`].filter(Boolean);
        described?.setAttribute("aria-describedby", names.join(" "));
      } else {
        line.textContent = message;
      }
      list.append(line);
    }
    summary.hidden = errors.length === 0;
    if (errors.length) summary.focus();
  };

  // ---- sending

  let sending = false;

  const busy = (now, sentence, waiting) => {
    sending = now;
    button.setAttribute("aria-disabled", String(now));
    status.textContent = sentence || "";
    status.classList.toggle("sending--waiting", Boolean(waiting));
  };

  const pause = (seconds) =>
    new Promise((go) => {
      const timer = setTimeout(done, seconds * 1000);
      function done() {
        clearTimeout(timer);
        removeEventListener("online", done);
        go();
      }
      addEventListener("online", done);
    });

  const post = async () => {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), 25000);
    try {
      const answer = await fetch(form.getAttribute("action"), {
        method: "POST",
        body,
        headers: { Accept: "application/json", "Idempotency-Key": key.value },
        signal: patience.signal,
      });
      return { status: answer.status, answer, told: await answer.json().catch(() => ({})) };
    } finally {
      clearTimeout(timer);
    }
  };

  const askToCall = () =>
    say("现在没能送到。内容还在这一页上，请再点一次提交；着急请打值班电话。", "It did not get through. Everything is still on this page: send it again, or call the duty desk.");

  const send = async () => {
    keepDraft();
    for (let attempt = 0; ; attempt += 1) {
      busy(true, attempt ? undefined : say("正在提交…", "Sending…"));
      let result = null;
      try {
        result = await post();
      } catch {
        // Nothing came back: it may or may not have arrived. The same key makes sending again safe.
      }
      if (result && result.status >= 200 && result.status < 300 && result.told.receipt) {
        busy(true, say("已收到，正在打开回执…", "Received. Opening the receipt…"));
        storage.clear();
        if (window.shounuoPhotos) {
          const announce = result.told.photos || `/api/v1/track/${encodeURIComponent(result.told.link)}/photos`;
          await window.shounuoPhotos.upload(announce, (words) => {
            status.textContent = words;
          });
        }
        location.assign(result.told.receipt);
        return;
      }
      if (result && (result.status === 422 || result.status === 400)) {
        busy(false);
        key.value = newKey();
        showErrors(result.told.errors?.length ? result.told.errors : [{ field: "", message: result.told.detail || result.told.title || askToCall() }]);
        return;
      }
      if (result && result.status < 500 && ![408, 409, 425, 429].includes(result.status)) {
        busy(false, result.told.detail || result.told.title || askToCall(), true);
        return;
      }
      if (attempt >= RETRY_SECONDS.length) {
        busy(false, askToCall(), true);
        return;
      }
      busy(true, say("网络断了一下。内容已保存在这部手机上，正在重试，不会重复提交。", "The connection was lost. Your words are kept on this phone; trying again. It will not be filed twice."), true);
      await pause(Math.max(RETRY_SECONDS[attempt], Number(result?.answer.headers.get("Retry-After")) || 0));
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!sending) send();
  });

  // ---- beginning

  if (!key.value) key.value = newKey();
  if (summary.hidden && form.dataset.kind !== "post-change") restoreDraft();
  else summary.focus();
  showQuestions();
  showTelephones();
  askPreview();
  form.addEventListener("change", () => {
    showQuestions();
    showTelephones();
    askPreview();
  });
  let waiting;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(keepDraft, 400);
  });
  setInterval(() => {
    if (!document.hidden && !sending) askPreview(true);
  }, 60000);
  // Back from the receipt, the browser may show this page as it was left: still "sending".
  addEventListener("pageshow", (event) => {
    if (event.persisted) {
      busy(false);
      key.value = newKey();
    }
  });
})();
