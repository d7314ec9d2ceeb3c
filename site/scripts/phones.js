"use strict";
// Puts the telephone that is answered now before the other one, by the clock of the community. Without scripts both stand
// there with their hours.
(() => {
  const word = document.documentElement.lang.startsWith("en") ? "now" : "现在打";
  // The communities mostly share one clock: it is asked once.
  const clocks = new Map();
  const timeIn = (timeZone) => {
    if (!clocks.has(timeZone)) {
      let time = "";
      try {
        time = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format();
      } catch {
        // A zone that this browser does not know: the order stays as it was written.
      }
      clocks.set(timeZone, time);
    }
    return clocks.get(timeZone);
  };
  for (const place of document.querySelectorAll("[data-zone][data-opens]")) {
    const { zone, opens, closes } = place.dataset;
    const time = timeIn(zone);
    if (!time) continue;
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
