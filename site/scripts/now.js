"use strict";
// What goes on now (water, power, hazards): asked for on every page, shown on top, and beside the question for the building.
// Without an answer nothing is shown: the page "/api/now" works without this script.
(() => {
  const place = document.getElementById("now");
  if (!place || !window.fetch || location.pathname === "/api/now") return;
  const zh = document.documentElement.lang !== "en";
  const language = zh ? "zh" : "en";
  const KEY = "shounuo.community";
  const STATES = zh
    ? { announced: "已发布", working: "正在处理" }
    : { announced: "Announced", working: "Being dealt with" };
  const MOST = 3;

  const kept = () => {
    try {
      return localStorage.getItem(KEY) || "";
    } catch {
      return "";
    }
  };
  const keep = (community) => {
    try {
      localStorage.setItem(KEY, community);
    } catch {
      // A browser that keeps nothing shows everything.
    }
  };
  const element = (name, properties, ...inside) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...inside);
    return made;
  };
  // By the clock of the community; a zone that this browser does not know gives way to the browser's own.
  const moment = (iso, timeZone) => {
    const say = (one, options) => {
      try {
        return new Intl.DateTimeFormat(zh ? "zh-CN" : "en-GB", { timeZone, ...options }).format(one);
      } catch {
        return new Intl.DateTimeFormat(zh ? "zh-CN" : "en-GB", options).format(one);
      }
    };
    const at = new Date(iso);
    const time = say(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const date = (one) => say(one, { month: "numeric", day: "numeric" });
    return date(at) === date(new Date()) ? time : `${date(at)} ${time}`;
  };
  const line = (one) => {
    let about = STATES[one.state] || "";
    if (one.expects) {
      const at = moment(one.expects, one.zone);
      about += zh ? ` · 预计 ${at} 恢复` : ` · until about ${at}`;
    }
    const link = element(
      "a",
      { href: `/api/incidents/${one.id}?lang=${language}` },
      element("strong", { textContent: one.title[language] }),
      " ",
      element("span", { textContent: about }),
    );
    return element("li", { className: one.hazard ? "now--hazard" : "" }, link);
  };

  const show = (items) => {
    const mine = kept();
    const here = mine && items.some((one) => one.community === mine) ? items.filter((one) => one.community === mine) : [];
    const shown = [...items.filter((one) => one.hazard || !mine), ...here.filter((one) => !one.hazard)].slice(0, MOST);
    const list = element("ul", {}, ...shown.map(line));
    const more = items.length - shown.length;
    if (more > 0) {
      const text = zh ? `${shown.length ? "还有" : "别的小区有"} ${more} 件` : `${more} more`;
      list.append(element("li", {}, element("a", { href: `/api/now?lang=${language}`, textContent: text })));
    }
    const label = zh ? "现在的突发情况" : "What goes on now";
    const bar = element("aside", { className: "now" }, list);
    bar.setAttribute("aria-label", label);
    place.replaceChildren(...(items.length ? [bar] : []));
  };

  const besideForm = (items) => {
    const building = document.querySelector('select[name="building"]');
    if (!building) return;
    const told = element("div", { className: "now-here" });
    told.setAttribute("role", "status");
    building.after(told);
    const tell = () => {
      const [community, id] = building.value.split("/");
      if (community) keep(community);
      const hits = items.filter(
        (one) => one.community === community && (!one.buildings.length || one.buildings.includes(id)),
      );
      told.replaceChildren(
        ...hits.map((one) =>
          element(
            "p",
            {},
            element("strong", { textContent: one.title[language] }),
            zh ? "：" : ": ",
            one.news[language],
            zh ? " 还是要报也行，会归到一起办。" : " If you report it all the same, it is handled together with the others.",
          ),
        ),
      );
      show(items);
    };
    building.addEventListener("change", tell);
    tell();
  };

  const ask = async (first) => {
    try {
      // A copy that the browser kept is asked about: mostly it is unchanged, and what is over must not stay.
      const answer = await fetch("/api/v1/now", { cache: "no-cache" });
      if (!answer.ok) return;
      const { items } = await answer.json();
      show(items);
      if (first) besideForm(items);
    } catch {
      // No signal: what the page already says stays.
    }
  };
  ask(true);
  setInterval(() => document.hidden || ask(false), 60_000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) ask(false);
  });
})();
