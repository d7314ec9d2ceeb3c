"use strict";
// Finds pages by what residents type. The index (site/generator/search_index.py) is fetched when the first search begins and
// only in the parts that a search needs. What is typed arrives as `input`, whether by keys, paste, voice or an input method.
(() => {
  const form = document.querySelector("form.search");
  if (!form || !window.fetch) return;
  const zh = document.documentElement.lang !== "en";
  const say = (chinese, english) => (zh ? chinese : english);
  const field = form.elements.q;
  const list = document.getElementById("found");
  const news = document.getElementById("found-news");
  const more = document.getElementById("found-more");
  const topics = document.getElementById("topics");
  const root = `/find/${zh ? "zh" : "en"}/`;
  const AT_ONCE = 8;
  const OF_ONE_PAGE = 3;
  const MOST_SIGNS = 30; // a sentence that was pasted must not fetch the whole index

  // ---- the same terms as site/generator/search_terms.py

  const SIGN = "\u3400-\u9fff";
  const isSign = (token) => token > "\u33ff";
  const digits = { 零: 0, 〇: 0, 一: 1, 二: 2, 两: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9 };

  const number = (numerals) => {
    if (!/[十百]/.test(numerals)) return [...numerals].map((sign) => digits[sign]).join("");
    let total = 0;
    let digit = 0;
    for (const sign of numerals) {
      if (sign === "十" || sign === "百") {
        total += (digit || 1) * (sign === "十" ? 10 : 100);
        digit = 0;
      } else digit = digits[sign];
    }
    return String(total + digit);
  };

  const normal = (text, variants) =>
    [...text.normalize("NFKC").toLowerCase()]
      .map((sign) => variants.get(sign) ?? sign)
      .join("")
      .replace(/[零〇一二两三四五六七八九十百]+/g, number);

  const stem = (word) => {
    if (word.endsWith("ies") && word.length > 4) word = word.slice(0, -3) + "y";
    else if (word.endsWith("ing") && word.length > 5) word = word.slice(0, -3);
    else if (word.endsWith("ed") && word.length > 4) word = word.slice(0, -2);
    else if (word.endsWith("s") && !word.endsWith("ss") && word.length > 3) word = word.slice(0, -1);
    return word.endsWith("e") && word.length > 3 ? word.slice(0, -1) : word;
  };

  // The parts of what was typed that mean something by themselves, each with its terms. Text of one sign, and the Latin word that
  // is being typed, are beginnings of terms.
  const segmenter = window.Intl?.Segmenter && new Intl.Segmenter("zh", { granularity: "word" });
  const UNSAID = new Set(zh ? "的 了 吗 呢 吧 啊 我 我家 我们 你们 请问 怎么 怎么办 怎样 如何 什么 可以 有 在 是 要 想 被 个 和 到 去 哪里 哪儿 哪".split(" ") : "a an the my i is are was do does of to in on at for and or it we you what where when how who can".split(" "));

  const pieces = (text) => {
    const found = [];
    for (const part of text.match(new RegExp(`[a-z0-9${SIGN}\\s]+`, "g")) ?? []) {
      const tokens = part.match(new RegExp(`[a-z0-9]+|[${SIGN}]`, "g")) ?? [];
      const words = segmenter ? [...segmenter.segment(tokens.join(/[a-z0-9]\s+[a-z0-9]/.test(part) ? " " : ""))].map((one) => one.segment.trim()).filter(Boolean) : [part.trim()];
      // Single signs only, as names are taken apart: they mean something together.
      const said = words.length > 1 && words.every((word) => word.length === 1) ? [words.join("")] : words.filter((word) => words.length === 1 || !UNSAID.has(word));
      for (const word of said) {
        const inside = word.match(new RegExp(`[a-z0-9]+|[${SIGN}]`, "g")) ?? [];
        const terms = inside.filter((one) => !isSign(one)).map((one) => ({ term: stem(one), begins: false }));
        for (let at = 1; at < inside.length; at += 1) if (isSign(inside[at - 1]) || isSign(inside[at])) terms.push({ term: inside[at - 1] + inside[at], begins: false });
        // One sign beside words has its meaning from them, and the pairs below have it.
        if (inside.length === 1 && isSign(inside[0]) && said.length === 1) terms.push({ term: inside[0], begins: true });
        if (terms.length) found.push({ word, terms });
      }
      // What the words are beside each other counts too, as a hint: 号楼 of 3号楼, where the words are 3, 号 and 楼.
      const pairs = [];
      for (let at = 1; at < tokens.length; at += 1) if (isSign(tokens[at - 1]) || isSign(tokens[at])) pairs.push({ term: tokens[at - 1] + tokens[at], begins: false });
      if (pairs.length) found.push({ word: tokens.join(""), terms: pairs, hint: true });
    }
    const last = found.findLast?.((one) => !one.hint)?.terms.at(-1);
    if (last && /[a-z]$/.test(text) && !isSign(last.term)) last.begins = true;
    return found;
  };

  // ---- the files of the index

  let start; // the promise of index.json
  const files = new Map();

  const fetched = async (address, how) => {
    const reply = await fetch(address, how);
    if (!reply.ok) throw new Error(String(reply.status));
    return reply.json();
  };

  const index = () =>
    (start ??= fetched(`${root}index.json`, { cache: "no-cache" })
      .then((held) => ({ ...held, variants: new Map([...held.variants.matchAll(/(.)(.)/gu)].map((pair) => [pair[1], pair[2]])) }))
      .catch((error) => {
        start = undefined;
        throw error;
      }));

  const file = (build, name) => {
    const address = `${root}${build}/${name}.json`;
    if (!files.has(address)) {
      const asked = fetched(address);
      asked.catch(() => files.delete(address));
      files.set(address, asked);
    }
    return files.get(address);
  };

  const unpacked = (numbers) => {
    const found = new Map();
    let at = -1;
    for (let n = 0; n < numbers.length; n += 2) found.set((at += numbers[n] + 1), numbers[n + 1]);
    return found;
  };

  // Document -> weight for a term, or for all terms that begin with it.
  const postings = async (held, { term, begins }) => {
    const first = Math.max(0, held.begins.findLastIndex((one) => one <= term));
    const last = begins ? Math.max(first, held.begins.findLastIndex((one) => one <= `${term}\uffff`)) : first;
    const found = new Map();
    for (let at = first; at <= last; at += 1) {
      const terms = await file(held.build, `t${at}`);
      if (!begins) return Object.hasOwn(terms, term) ? unpacked(terms[term]) : found;
      for (const [one, numbers] of Object.entries(terms)) {
        if (one.startsWith(term)) for (const [number, weight] of unpacked(numbers)) found.set(number, Math.max(weight, found.get(number) ?? 0));
      }
    }
    return found;
  };

  // ---- finding

  const named = (text, topic) => topic[2].find((name) => (isSign(name) || isSign(name.at(-1)) ? text.includes(name) : new RegExp(`(^|[^a-z0-9])${name.replace(/\W/g, "\\$&")}($|[^a-z0-9])`).test(text)));

  // The documents for what was typed, best first: [number, score].
  const ranked = async (typed) => {
    const held = await index();
    const text = normal(typed, held.variants).trim();
    const meant = held.topics.map((topic) => ({ topic, name: named(text, topic) })).filter((one) => one.name);
    const longest = Math.max(0, ...meant.map((one) => one.name.length));
    const parts = pieces(text.slice(0, MOST_SIGNS)).map((one) => ({ ...one, covered: meant.some(({ name }) => name.includes(one.word)) }));
    const asked = [...parts.flatMap((one) => one.terms), ...meant.map(({ topic }) => ({ term: `#${topic[0]}`, begins: false }))];
    const lists = new Map(await Promise.all(asked.map(async (one) => [one, await postings(held, one)])));
    const rarity = (one) => Math.log(1 + held.documents / (1 + lists.get(one).size));
    const scores = new Map();
    const add = (number, score) => scores.set(number, (scores.get(number) ?? 0) + score);
    const wanted = parts.filter((one) => !one.hint);
    const whole = new Map(); // document -> how much of what was typed it has
    let all = 0;
    for (const part of parts) {
      const most = part.terms.reduce((sum, one) => sum + rarity(one), 0);
      if (!part.hint) all += most;
      const has = new Map();
      for (const one of part.terms) {
        for (const [number, weight] of lists.get(one)) {
          add(number, rarity(one) * Math.sqrt(weight) * (part.hint ? 0.5 : 1));
          has.set(number, (has.get(number) ?? 0) + rarity(one));
        }
      }
      if (part.covered) for (const { topic } of meant) for (const number of lists.get(asked.find((one) => one.term === `#${topic[0]}`)).keys()) has.set(number, most);
      if (!part.hint) for (const [number, part_of] of has) whole.set(number, (whole.get(number) ?? 0) + part_of);
    }
    for (const { topic, name } of meant) {
      const one = asked.find((asking) => asking.term === `#${topic[0]}`);
      for (const [number, weight] of lists.get(one)) add(number, rarity(one) * Math.sqrt(weight) * (name.length / longest));
    }
    const rows = [...scores].map(([number, score]) => {
      const share = all ? Math.min(1, (whole.get(number) ?? 0) / all) : 1;
      return [number, score * (0.15 + share * share)];
    });
    for (const { topic, name } of meant) {
      // The page that a name leads to comes first; the longest of the names that were typed says most.
      const row = rows.find(([number]) => number === topic[1]);
      if (row) row[1] += name.length === longest ? 40 + row[1] : row[1];
    }
    const best = Math.max(0, ...rows.map((row) => row[1]));
    rows.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    return { held, text, words: [...meant.map((one) => one.name), ...wanted.map((one) => one.word)], rows: rows.filter((row) => row[1] > best * 0.04) };
  };

  // Results in order, a few of one page at most: {address, title, page, text, published}.
  const find = async (typed, most = AT_ONCE) => {
    const { held, rows, words } = await ranked(typed);
    const found = [];
    const ofPage = new Map();
    let at = 0;
    for (; at < rows.length && found.length < most; at += 1) {
      const number = rows[at][0];
      const some = await file(held.build, `d${Math.floor(number / held.each)}`);
      const [address, title, page, text, published] = some[number % held.each];
      const name = address.split("#")[0];
      if ((ofPage.get(name) ?? 0) >= OF_ONE_PAGE) continue;
      ofPage.set(name, (ofPage.get(name) ?? 0) + 1);
      found.push({ address, title, page, text, published });
    }
    return { found, words, left: rows.length - at };
  };

  // ---- showing

  const marked = (text, words, variants) => {
    const made = document.createDocumentFragment();
    // Sign by sign, so that places in the one are places in the other: what would become longer (… or ㎡) stays as it is.
    const plain = [...text].map((sign) => [normal(sign, variants), sign].find((one) => one.length === sign.length)).join("");
    const places = plain.length === text.length ? words.flatMap((word) => [...plain.matchAll(new RegExp(word.replace(/\W/g, "\\$&"), "g"))].map((one) => [one.index, one.index + word.length])) : [];
    places.sort((a, b) => a[0] - b[0]);
    let at = 0;
    for (const [from, to] of places) {
      if (from < at) continue;
      made.append(text.slice(at, from));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(from, to);
      made.append(mark);
      at = to;
    }
    made.append(text.slice(at));
    return made;
  };

  const make = (tag, className, ...children) => {
    const made = document.createElement(tag);
    made.className = className;
    made.append(...children);
    return made;
  };

  const item = (one, words, variants) => {
    const link = make("a", "found__title", marked(one.title, words, variants));
    link.href = one.address;
    const line = make("li", "found__one", link);
    const day = one.published && new Date(`${one.published}T12:00`).toLocaleDateString(zh ? "zh-CN" : "en-GB", { dateStyle: "long" });
    const above = [one.page, day].filter(Boolean).join(" · ");
    if (above) line.append(make("span", "found__page", above));
    if (one.text) line.append(make("span", "found__text", marked(one.text, words, variants)));
    return line;
  };

  const tell = (state, ...words) => {
    news.className = `found-news found-news--${state}`;
    news.replaceChildren(...words);
  };

  const phone = () => {
    const link = make("a", "", say("打值班电话", "call the duty desk"));
    link.href = zh ? "/communities/" : "/en/communities/";
    return link;
  };

  let turn = 0;
  let shown = AT_ONCE;

  const search = async () => {
    const mine = (turn += 1);
    const typed = field.value.trim();
    history.replaceState(null, "", typed ? `?q=${encodeURIComponent(typed)}` : location.pathname);
    topics.hidden = Boolean(typed);
    if (!typed) {
      list.replaceChildren();
      more.hidden = true;
      return tell("idle", "");
    }
    const slow = setTimeout(() => mine === turn && tell("loading", say("正在找……", "Searching …")), 300);
    try {
      const { found, words, left } = await find(typed, shown);
      if (mine !== turn) return undefined;
      const { variants } = await index();
      list.replaceChildren(...found.map((one) => item(one, words, variants)));
      more.hidden = left <= 0 || !found.length;
      if (found.length) tell("found", left > 0 ? say(`最相关的 ${found.length} 条`, `The ${found.length} best results`) : say(`找到 ${found.length} 条`, found.length === 1 ? "1 result" : `${found.length} results`));
      else {
        topics.hidden = false;
        tell("empty", say(`没有找到“${typed}”。换个说法试试，从下面常找的里挑，或者`, `Nothing found for “${typed}”. Try other words, choose from the list below, or `), phone(), say("。", "."));
      }
    } catch {
      if (mine !== turn) return undefined;
      files.clear();
      start = undefined;
      list.replaceChildren();
      more.hidden = true;
      topics.hidden = false;
      const again = make("button", "link-button", say("再试一次", "Try again"));
      again.type = "button";
      again.addEventListener("click", search);
      const why = navigator.onLine === false ? say("现在没有网络，找不了。", "There is no network, so nothing can be looked up. ") : say("没有连上，找不了。", "The search could not be reached. ");
      tell("error", why, again, say("，从下面常找的里挑，或者", ", choose from the list below, or "), phone(), say("。", "."));
    } finally {
      clearTimeout(slow);
    }
    return undefined;
  };

  let pause;
  field.addEventListener("input", (event) => {
    clearTimeout(pause);
    if (event.isComposing) return; // pinyin on its way to signs
    shown = AT_ONCE;
    pause = setTimeout(search, 120);
  });
  field.addEventListener("compositionend", () => {
    clearTimeout(pause);
    pause = setTimeout(search, 0);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(pause);
    search();
  });
  more.addEventListener("click", async () => {
    const before = list.childElementCount;
    shown += AT_ONCE;
    await search();
    list.children[before]?.querySelector("a").focus();
  });

  const asked = new URLSearchParams(location.search).get("q");
  if (asked) {
    field.value = asked;
    search();
  }
  window.shounuoSearch = { find };
})();
