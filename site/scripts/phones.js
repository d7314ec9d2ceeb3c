"use strict";
// Puts the telephone that is answered now before the other one, by the clock of the community. Without scripts both stand
// there with their hours.
(() => {
  const word = document.documentElement.lang.startsWith("en") ? "now" : "现在打";
  for (const place of document.querySelectorAll("[data-zone][data-opens]")) {
    const { zone, opens, closes } = place.dataset;
    let time;
    try {
      time = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format();
    } catch {
      continue; // a zone that this browser does not know: the order stays as it was written
    }
    const when = time >= opens && time < closes ? "day" : "night";
    const now = place.querySelector(`[data-when="${when}"]`);
    const first = place.querySelector("[data-when]");
    if (!now) continue;
    if (now !== first) first.before(now);
    const badge = document.createElement("span");
    badge.className = "badge badge--kept badge--now";
    badge.textContent = word;
    (now.querySelector("dt, .call__when") || now.querySelector("span") || now).append(" ", badge);
  }
})();
