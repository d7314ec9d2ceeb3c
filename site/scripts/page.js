"use strict";
// The menu is a <details> and needs no script; this one closes it as people are used to: Escape, a tap beside it, or going on by Tab.
(() => {
  const menu = document.querySelector(".site-menu");
  if (!menu) return;
  const outside = (event) => {
    if (menu.open && event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  };
  document.addEventListener("click", outside);
  document.addEventListener("focusin", outside);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
