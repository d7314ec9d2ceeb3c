"use strict";
// Filing for a caller, by keyboard: a few signs find the home, a few the category, similar open cases of the place come first, and
// the promise stands there to be read out. Without scripts the same form goes step by step.
(() => {
  const form = document.getElementById("caller");
  if (!form) return;
  const zh = document.documentElement.lang !== "en";
  const say = (chinese, english) => (zh ? chinese : english);
  const at = (id) => document.getElementById(id);
  const made = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const ask = async (path, said) => {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(said),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  // ---- a field that offers what begins with what is typed (WAI-ARIA combobox with a list)

  const combobox = (input, list, source, choose, said) => {
    let options = [];
    let active = -1;
    let asked = 0;
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels?.[0]?.textContent || "");

    const close = () => {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const point = (to) => {
      active = to;
      [...list.children].forEach((item, n) => item.setAttribute("aria-selected", String(n === to)));
      const item = list.children[to];
      if (!item) return;
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    };
    const show = (found) => {
      options = found;
      list.replaceChildren(
        ...found.map((one, n) => {
          const item = made("li", { role: "option", id: `${list.id}-${n}`, "aria-selected": "false" }, made("strong", {}, one.label));
          if (one.detail) item.append(made("span", {}, one.detail));
          if (one.urgent) item.classList.add("combo__urgent");
          item.addEventListener("mousedown", (event) => event.preventDefault());
          item.addEventListener("click", () => take(n));
          return item;
        }),
      );
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(Boolean(found.length)));
      if (found.length) point(0);
      else close();
      if (said) said(found.length);
    };
    const take = (n) => {
      const one = options[n];
      if (!one) return;
      close();
      choose(one);
    };
    const look = async () => {
      const mine = ++asked;
      try {
        const found = await source(input.value.trim());
        if (mine === asked && document.activeElement === input) show(found);
      } catch {
        if (said) said(-1);
      }
    };
    let waiting;
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(look, 120);
    });
    input.addEventListener("blur", () => setTimeout(close, 100));
    input.addEventListener("keydown", async (event) => {
      if (event.isComposing || event.ctrlKey) return;
      const open = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!open) look();
        else point((active + (event.key === "ArrowDown" ? 1 : options.length - 1)) % options.length);
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (open) take(active);
        else {
          // Enter came before the list did: what is found first is meant.
          clearTimeout(waiting);
          await look();
        }
      } else if (event.key === "Escape" && open) {
        event.stopPropagation();
        close();
      }
    });
    return { close };
  };

  // ---- the home

  const typed = at("typed");
  const homesSaid = at("homes-said");
  const homeId = at("home_id");
  const fields = Object.fromEntries(["building", "home", "name", "phone", "english", "category", "what", "place"].map((id) => [id, at(id)]));
  document.querySelector('button[name=step][value=find]').hidden = true;

  const homes = async (text) => {
    if (!text) return [];
    const { items } = await ask("/api/v1/staff/file/homes", { typed: text });
    return items.map((one) => ({ value: one.chosen, label: one.label, detail: one.people }));
  };
  const foundHomes = (count) => {
    if (count < 0) homesSaid.textContent = say("查不到名册（没有连上），直接填楼栋和房号", "The register cannot be reached: fill in building and home");
    else if (!count && typed.value.trim()) homesSaid.textContent = say("名册里没有，直接填下面的楼栋和房号", "Not in the register: fill in building and home below");
    else homesSaid.textContent = count ? say(`找到 ${count} 户，↑↓ 选，Enter 确定`, `${count} found: ↑↓ and Enter`) : "";
  };
  const takeHome = async (one) => {
    typed.value = one.label;
    homesSaid.textContent = "";
    picker?.focus();
    try {
      const known = await ask("/api/v1/staff/file/about", { chosen: one.value, ...about(["category", "what"]) });
      homeId.value = known.home_id;
      for (const [name, value] of Object.entries(known.values)) {
        if (name === "english") fields.english.checked = Boolean(value);
        else fields[name].value = value;
      }
      at("chosen").hidden = !known.label;
      at("chosen").querySelector("strong").textContent = known.label;
      showNear(known.near);
    } catch {
      foundHomes(-1);
    }
  };
  combobox(typed, at("homes"), homes, takeHome, foundHomes);

  // ---- the category: the same list of choices, found by typing

  const select = fields.category;
  const choices = [...select.options].filter((one) => one.value);
  const picker = made("input", { class: "input", id: "category-typed", autocomplete: "off", spellcheck: "false", placeholder: say("输入几个字，例如：漏水、灯、吵", "A few letters, for example: leak, light, noise") });
  select.before(picker);
  select.hidden = true;
  select.labels[0]?.setAttribute("for", picker.id);
  if (select.getAttribute("aria-invalid")) {
    picker.setAttribute("aria-invalid", "true");
    picker.setAttribute("aria-describedby", "category-error");
  }
  const labelOf = (one) => one.textContent.trim();
  const categories = async (text) => {
    const parts = text.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = select.selectedOptions[0];
    const all = !parts.length || (chosen?.value && labelOf(chosen) === text);
    const ranked = choices
      .map((one) => {
        const title = `${one.value} ${labelOf(one)}`.toLowerCase();
        const rest = `${one.dataset.hint} ${one.parentElement.label}`.toLowerCase();
        const fits = all || parts.every((part) => title.includes(part) || rest.includes(part));
        return fits ? { one, rank: parts.some((part) => title.includes(part)) ? 0 : 1 } : null;
      })
      .filter(Boolean)
      .sort((a, b) => a.rank - b.rank);
    return ranked.map(({ one }) => ({ value: one.value, label: labelOf(one), detail: `${one.parentElement.label} · ${one.dataset.hint}`, urgent: one.dataset.urgent }));
  };
  const shared = at("place-when-shared");
  const placeNeeded = () => {
    shared.hidden = !select.value || !shared.dataset.onlyFor.split(" ").includes(select.value);
  };
  const takeCategory = (one) => {
    select.value = one.value;
    picker.value = one.label;
    placeNeeded();
    (shared.hidden ? fields.what : fields.place).focus();
    promise();
    lookNear();
  };
  if (select.value) picker.value = labelOf(select.selectedOptions[0]);
  combobox(picker, at("categories"), categories, takeCategory);
  picker.addEventListener("focus", () => picker.select());
  placeNeeded();

  // ---- what is promised, to be read out to the caller

  const promise = async () => {
    const place = at("promise");
    if (!select.value) {
      place.hidden = true;
      return;
    }
    try {
      const query = new URLSearchParams({ category: select.value, community: form.dataset.community });
      const answer = await fetch(`/api/v1/preview?${query}`, { headers: { Accept: "application/json" } });
      const told = await answer.json();
      const due = (one) => made("li", {}, made("span", {}, one.clock_words[zh ? "zh" : "en"]), made("span", { class: "preview__due" }, one.due_words[zh ? "zh" : "en"]));
      place.replaceChildren(made("h2", {}, say("可以告诉来电的人：最晚", "Tell the caller: at the latest")), told.clocks.length ? made("ul", {}, ...told.clocks.map(due)) : made("p", {}, told.words[zh ? "zh" : "en"]));
      place.hidden = false;
    } catch {
      place.hidden = true;
    }
  };
  promise();

  // ---- open cases of the place

  const about = (names) => Object.fromEntries(names.map((name) => [name, fields[name].value.trim()]).filter(([, value]) => value));
  const key = () => (crypto.randomUUID ? crypto.randomUUID() : Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join(""));
  const hidden = (name, value) => made("input", { type: "hidden", name, value });
  const showNear = (found) => {
    const near = at("near");
    const seen = new Set(at("offered").value.split(",").filter(Boolean));
    near.querySelector("ul").replaceChildren(
      ...found.map((one) => {
        seen.add(one.number);
        const again = made("form", { method: "post", action: `${one.address}/note` }, hidden("language", zh ? "zh" : "en"), hidden("idempotency_key", key()), hidden("words", ""), made("button", { class: "button button--quiet", type: "submit" }, say("是这件：记下又来电", "This one: note the call")));
        again.addEventListener("submit", () => {
          again.elements.words.value = say("住户又来电话问进度。", "The resident telephoned again about this.") + fields.what.value.trim().slice(0, 500);
        });
        const left = made("span", { class: `caller-near__left${one.late ? " caller-near__left--late" : ""}` }, one.left);
        const more = made("span", { class: "promise__more" }, [one.place, one.excerpt, one.state, one.in_charge].filter(Boolean).join(" · "));
        return made("li", {}, made("a", { href: one.address, target: "_blank", rel: "noopener" }, one.title), " ", left, more, again);
      }),
    );
    at("offered").value = [...seen].slice(-20).join(",");
    near.hidden = !found.length;
  };
  let nearAsked = 0;
  const lookNear = async () => {
    if (!fields.building.value) return;
    const mine = ++nearAsked;
    const said = about(["category", "what"]);
    if (homeId.value) said.chosen = `${homeId.value}/`;
    else Object.assign(said, about(["building", "home"]));
    try {
      const known = await ask("/api/v1/staff/file/about", said);
      if (mine === nearAsked) showNear(known.near);
    } catch {
      // The server looks again when the case is filed.
    }
  };
  for (const name of ["building", "home"]) {
    fields[name].addEventListener("change", () => {
      homeId.value = "";
      at("chosen").hidden = true;
      lookNear();
    });
  }
  fields.what.addEventListener("change", lookNear);

  // ---- Enter goes on to the next field, Ctrl+Enter files

  const order = ["building", "home", "phone", "name", "category-typed", "place", "what"];
  addEventListener("keydown", (event) => {
    if (event.isComposing || event.key !== "Enter") return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      form.requestSubmit(at("send"));
    } else if (event.target.matches("input:not([type=checkbox])") && event.target.form === form && !["typed", "category-typed"].includes(event.target.id)) {
      event.preventDefault();
      const next = order.slice(order.indexOf(event.target.id) + 1).map(at).find((field) => field?.offsetParent);
      next?.focus();
    }
  });
  at("wrong")?.focus();
})();
