"use strict";
// The staff pages: the queue looks again by itself each minute, unless someone is writing or has opened a form.
(() => {
  const queue = document.querySelector("[data-refresh]");
  if (!queue) return;
  setInterval(() => {
    const writing = document.activeElement?.matches("input, select, textarea");
    if (!document.hidden && !writing) location.reload();
  }, Number(queue.dataset.refresh) * 1000);
})();
