"use strict";
// The desk's queue: it looks again by itself without losing the place, shows how many cases each list holds, and goes by
// keyboard. Without scripts it is the same page, looked at again by hand.
(() => {
  const desk = document.querySelector(".desk[data-now]");
  if (!desk) return;
  const zh = document.documentElement.lang !== "en";
  const say = (chinese, english) => (zh ? chinese : english);
  const fresh = document.getElementById("fresh");
  const rows = () => [...document.querySelectorAll("#queue tr[data-number]")];
  const opener = (row) => row?.querySelector(".queue__open");
  const clock = () => new Date().toLocaleTimeString(zh ? "zh-CN" : "en-GB", { hour: "2-digit", minute: "2-digit" });
  const tell = (words, lost = false) => {
    if (!fresh) return;
    if (fresh.textContent !== words) fresh.textContent = words;
    fresh.parentElement.classList.toggle("desk-fresh--lost", lost);
  };

  // ---- how many cases each list holds: asked for after the page is there, so that the first answer waits for nothing, and then every
  // two minutes with the rows, or when a row came or went. Counting is the dearest question of a page that stands open all day.

  const COUNTS_ANEW = 115; // seconds
  let counted = 0;

  const count = async () => {
    counted = Date.now();
    try {
      const answer = await fetch("/api/v1/staff/queue/counts", { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { counts, most } = await answer.json();
      for (const place of document.querySelectorAll("[data-count]")) {
        const found = counts[place.dataset.count];
        if (found !== undefined) place.textContent = found < most ? String(found) : `${most - 1}+`;
      }
    } catch {
      // Without a connection the lists have no figures; nothing else depends on them.
    }
  };

  // ---- looking again: the rows are exchanged, the row under the eye and the one with the focus stay where they are

  const lookAgain = async () => {
    if (document.hidden) return;
    looked = Date.now();
    const withCounts = since(counted) >= COUNTS_ANEW;
    try {
      const address = new URL(location.href);
      if (withCounts) {
        address.searchParams.set("counts", "yes");
        counted = looked;
      }
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      if (answer.status === 401) {
        location.reload();
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const queue = page.getElementById("queue");
      await released();
      const moved = queue && exchange(queue, page.querySelector("[data-now]")?.dataset.now);
      if (!withCounts) {
        if (moved) count();
        return;
      }
      for (const place of document.querySelectorAll("[data-count]")) {
        const found = page.querySelector(`[data-count="${place.dataset.count}"]`);
        if (found) place.textContent = found.textContent;
      }
    } catch {
      tell(say(`${clock()} 没有连上，现在看到的是之前的情况，会自动再试`, `${clock()}: no connection. This is how it stood before; it tries again by itself`), true);
    }
  };

  const exchange = (queue, now) => {
    const before = new Set(rows().map((row) => row.dataset.number));
    const focused = document.activeElement?.closest?.("#queue tr[data-number]")?.dataset.number;
    const anchor = rows().find((row) => row.getBoundingClientRect().bottom > 0);
    const offset = anchor?.getBoundingClientRect().top;
    document.getElementById("queue").replaceWith(document.adoptNode(queue));
    const again = (number) => number && rows().find((row) => row.dataset.number === number);
    const kept = again(anchor?.dataset.number);
    if (kept) scrollBy(0, kept.getBoundingClientRect().top - offset);
    opener(again(focused))?.focus({ preventScroll: true });
    const arrived = rows().filter((row) => !before.has(row.dataset.number));
    for (const row of arrived) row.classList.add("queue__row--new");
    if (now) {
      desk.dataset.now = now;
      dispatchEvent(new CustomEvent("shounuo:now"));
    }
    const news = arrived.length ? say(`，新到 ${arrived.length} 张`, `, ${arrived.length} new`) : "";
    tell(say(`${clock()} 已更新${news}`, `As of ${clock()}${news}`));
    return arrived.length > 0 || rows().length < before.size;
  };

  // ---- when it looks again: often while somebody is at it, seldom where it only stands open, and at once when they come back to it.
  // A row never changes under a finger: what has come meanwhile waits until it is lifted.

  const often = Number(desk.dataset.refresh || 0);
  const seldom = Number(desk.dataset.refreshAlone || 0);
  const LEFT_ALONE = 5 * 60; // seconds without a touch
  let looked = Date.now();
  let touched = looked;
  let calm = 0; // the moment from which rows may be exchanged
  const since = (moment) => (Date.now() - moment) / 1000;
  const released = async () => {
    while (Date.now() < calm) await new Promise((go) => setTimeout(go, 100));
  };
  const comeBack = () => {
    const away = since(touched) >= LEFT_ALONE;
    touched = Date.now();
    if (away && since(looked) >= often) lookAgain();
  };
  if (often) {
    tell(
      say(
        `有人用时每 ${often} 秒更新，没人动时每 ${seldom / 60} 分钟`,
        `Refreshes itself every ${often} seconds, or every ${seldom / 60} minutes where nobody touches it`,
      ),
    );
    setInterval(() => {
      if (since(looked) >= (since(touched) < LEFT_ALONE ? often : seldom)) lookAgain();
    }, 5000);
    document.addEventListener("visibilitychange", lookAgain);
    // What is let go outside the window is not told; and what was tapped is known a moment after the finger is lifted.
    addEventListener("pointerdown", () => (calm = Date.now() + 10_000), true);
    for (const lifted of ["pointerup", "pointercancel"]) addEventListener(lifted, () => (calm = Date.now() + 300), true);
    for (const touch of ["pointermove", "pointerdown", "keydown", "wheel"]) addEventListener(touch, comeBack, { passive: true });
  }
  count();
  document.querySelector(".list-tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

  // ---- a whole row opens its case, for a finger as for a mouse

  desk.addEventListener("click", (event) => {
    const row = event.target.closest("#queue tr[data-number]");
    if (!row || event.target.closest("a, button, input") || String(getSelection())) return;
    opener(row)?.click();
  });

  // ---- keyboard: single keys, which can be switched off (WCAG 2.1.4) and never work while somebody writes

  const keys = document.getElementById("keys");
  const switchedOn = document.getElementById("keys-on");
  if (!keys || !switchedOn) return;
  keys.hidden = false;
  const KEPT = "shounuo.keys";
  try {
    switchedOn.checked = localStorage.getItem(KEPT) !== "off";
  } catch {
    // A forbidden store: the keys stay on.
  }
  switchedOn.addEventListener("change", () => {
    try {
      localStorage.setItem(KEPT, switchedOn.checked ? "on" : "off");
    } catch {
      // See above.
    }
  });

  const step = (by) => {
    const all = rows();
    const at = all.indexOf(document.activeElement?.closest?.("tr[data-number]"));
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
    opener(next)?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };

  addEventListener("keydown", (event) => {
    if (!switchedOn.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const inRow = Boolean(document.activeElement?.closest?.("#queue tr"));
    if (event.target.closest?.("input, select, textarea, [contenteditable]")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const tabs = [...document.querySelectorAll(".list-tabs a")];
    const acts = {
      j: () => step(1),
      k: () => step(-1),
      "/": () => document.getElementById("typed")?.focus(),
      n: () => document.querySelector('.staff-nav a[href="/api/staff/file"]')?.click(),
      r: () => (often ? lookAgain() : count()),
    };
    if (inRow) Object.assign(acts, { ArrowDown: () => step(1), ArrowUp: () => step(-1) });
    const act = acts[event.key] || (/^[1-9]$/.test(event.key) && tabs[event.key - 1] ? () => tabs[event.key - 1].click() : null);
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
