// The search box of the theme listens for keys only. Text that arrives without keys (voice, paste, some input methods) is
// passed on as if a key had been released.
document.addEventListener("input", (event) => {
  if (event.target.matches(".md-search__input")) {
    event.target.dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
  }
});
