"use strict";
// The receipt and the tracking page: what is left of each clock counts down, the link can be shared or copied, and no button is
// pressed twice. All of it is on the page without scripts too, as it stood when the page was made.
(() => {
  const zh = document.documentElement.lang !== "en";
  const say = (chinese, english) => (zh ? chinese : english);

  // The page says when it was made, so that a phone whose clock is wrong still shows what the server sees.
  const made = document.querySelector("[data-now]");
  let ahead = made ? Date.parse(made.dataset.now) - Date.now() : 0;

  const many = (amount, noun) => `${amount} ${noun}${amount === 1 ? "" : "s"}`;
  const span = (seconds) => {
    const minutes = Math.floor(Math.abs(seconds) / 60);
    if (minutes < 1) return say("不到 1 分钟", "less than a minute");
    if (minutes < 60) return say(`${minutes} 分钟`, many(minutes, "minute"));
    const hours = Math.floor(minutes / 60);
    const rest = minutes % 60;
    if (hours < 24) return rest ? say(`${hours} 小时 ${rest} 分`, `${hours} h ${rest} min`) : say(`${hours} 小时`, many(hours, "hour"));
    const days = Math.floor(hours / 24);
    const over = hours % 24;
    return over ? say(`${days} 天 ${over} 小时`, `${many(days, "day")} ${over} h`) : say(`${days} 天`, many(days, "day"));
  };

  const refresh = () => {
    for (const line of document.querySelectorAll("[data-due]")) {
      const left = (Date.parse(line.dataset.due) - Date.now() - ahead) / 1000;
      const late = left < 0;
      const words = late ? say(`已超时 ${span(left)}`, `${span(left)} late`) : say(`还剩 ${span(left)}`, `${span(left)} left`);
      // Written only when it changes, or a screen reader would read it out every time.
      if (line.textContent.trim() !== words) line.textContent = words;
      line.closest(".clock")?.classList.toggle("clock--late", late);
    }
  };

  if (document.querySelector("[data-due]")) {
    refresh();
    setInterval(refresh, 15000);
    document.addEventListener("visibilitychange", refresh);
    // The queue exchanges its rows and says anew what time the server has.
    addEventListener("shounuo:now", () => {
      ahead = Date.parse(made.dataset.now) - Date.now();
      refresh();
    });
  }

  for (const button of document.querySelectorAll("[data-share]")) {
    button.hidden = false;
    const told = button.parentElement.querySelector("[role=status]");
    button.addEventListener("click", async () => {
      const url = button.dataset.share;
      try {
        if (navigator.share) {
          await navigator.share({ title: document.title, url });
          return;
        }
        await navigator.clipboard.writeText(url);
        told.textContent = say("已复制", "Copied");
      } catch (error) {
        if (error.name === "AbortError") return;
        const shown = document.getElementById("tracking-link");
        if (shown) {
          getSelection().selectAllChildren(shown);
          told.textContent = say("请长按选中的链接复制", "Press the selected link to copy it");
        }
      }
    });
  }

  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
      form.querySelector("button[type=submit]")?.setAttribute("aria-disabled", "true");
    });
  }
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
