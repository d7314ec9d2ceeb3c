"use strict";
// A list that is worked on in steps: the next step is asked for by itself. Without scripts a button does it.
(() => {
  const form = document.querySelector("form[data-go-on]");
  if (form) setTimeout(() => form.requestSubmit(), 300);
})();
