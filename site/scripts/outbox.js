"use strict";
// What staff did without a signal: kept on this phone (IndexedDB), sent later in its order, each with its own key, so that the
// portal counts it once even when the answer to it was lost. kept.js shows it. Whatever was delivered is deleted at once.
window.shounuoOutbox = (() => {
  const PATIENCE_MS = 25000;
  const FORGET_AFTER_MS = 3 * 24 * 60 * 60 * 1000;

  const newKey = () =>
    crypto.randomUUID
      ? crypto.randomUUID()
      : Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

  // ---- the phone's store

  let opened;
  const database = () => {
    opened ??= new Promise((done, failed) => {
      const asked = indexedDB.open("shounuo.staff", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("actions", { keyPath: "order", autoIncrement: true });
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
    return opened;
  };

  // Runs `use` on the store within one transaction; what it returns may be a request, whose result is given when all is written.
  const within = async (mode, use) => {
    const transaction = (await database()).transaction("actions", mode);
    return new Promise((done, failed) => {
      const asked = use(transaction.objectStore("actions"));
      transaction.oncomplete = () => done(asked?.result);
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  };

  const all = () => within("readonly", (store) => store.getAll());
  const add = (items) => within("readwrite", (store) => items.forEach((item) => store.add(item)));
  const drop = (order) => within("readwrite", (store) => void store.delete(order));
  const clear = () => within("readwrite", (store) => void store.clear());
  const put = (item) => within("readwrite", (store) => void store.put(item));

  // One transaction: the action is gone, and those after it that saw the same case know what it looks like after ours.
  const delivered = (item, version) =>
    within("readwrite", (store) => {
      store.delete(item.order);
      store.getAll().onsuccess = (event) => {
        for (const other of event.target.result) {
          const ours = version === item.seen + 1; // nobody else did anything meanwhile
          if (ours && other.number === item.number && other.state === "waiting" && other.seen === item.seen) {
            store.put({ ...other, seen: version });
          }
        }
      };
    });

  // What somebody wrote is not kept for ever: after three days the words and the photograph go, the line that says so stays.
  const forgetOld = async (say) => {
    for (const item of await all()) {
      if (Date.now() - item.at < FORGET_AFTER_MS || item.state === "forgotten") continue;
      const { order, account, number, label, at } = item;
      await put({ order, account, number, label, at, state: "forgotten", told: say("三天没能发出去，内容已从手机上删除。", "It could not be sent for three days; its content was deleted from this phone.") });
    }
  };

  // ---- sending

  // Nothing came back, or "later": it may or may not have arrived, and the same key makes asking again safe.
  class Later extends Error {
    constructor(seconds) {
      super("later");
      this.seconds = seconds;
    }
  }

  class Refused extends Error {
    constructor(status, problem) {
      super("refused");
      this.status = status;
      this.problem = problem;
    }
  }

  const judged = async (answer) => {
    if (answer.ok) return answer;
    const problem = await answer.json().catch(() => ({}));
    if (answer.status >= 500 || [408, 425, 429].includes(answer.status)) throw new Later(Number(answer.headers.get("Retry-After")) || 0);
    throw new Refused(answer.status, problem);
  };

  const withPatience = async (send) => {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
    try {
      return await send(patience.signal);
    } catch (error) {
      throw error instanceof Refused || error instanceof Later ? error : new Later(0);
    } finally {
      clearTimeout(timer);
    }
  };

  const sendVerb = (item) =>
    withPatience(async (signal) => {
      const body = new URLSearchParams(item.body);
      body.set("seen", item.seen);
      const headers = { Accept: "application/json", "Idempotency-Key": item.key };
      return (await judged(await fetch(item.address, { method: "POST", body, headers, signal }))).json();
    });

  const sayDone = (item) =>
    withPatience(async (signal) => {
      const headers = { Accept: "application/json", "Content-Type": "application/json" };
      const body = JSON.stringify({ stage: item.stage, account: item.account });
      return (await judged(await fetch(item.done, { method: "POST", headers, body, signal }))).json();
    });

  // The photograph goes to its store first. Where it lies is written down before it is said, so that a lost answer is asked for
  // again instead of sending a second one.
  const sendPhoto = async (item) => {
    if (item.done) {
      try {
        return await sayDone(item);
      } catch (error) {
        if (error.status !== 422) throw error; // 422: it did not arrive there after all
      }
    }
    item.done = await withPatience(async (signal) => {
      const { asked, done } = await shounuoPictures.toStore(item.address, item.photo, signal);
      await judged(asked);
      return done;
    });
    await put(item);
    return sayDone(item);
  };

  // Sends one action. Gives "delivered", "refused" (kept, with the portal's sentence), "later" or "signed out" (kept as it is).
  const sendOne = async (item) => {
    try {
      const told = await (item.photo ? sendPhoto(item) : sendVerb(item));
      await delivered(item, told.version);
      return { outcome: "delivered", version: told.version };
    } catch (error) {
      if (error instanceof Later) return { outcome: "later", seconds: error.seconds };
      if (!(error instanceof Refused)) throw error;
      if (error.status === 401) return { outcome: "signed out" };
      const { problem } = error;
      const foreign = problem.type?.endsWith(":other-account");
      const told = [problem.detail, ...(problem.errors || []).map((one) => one.message)].filter(Boolean).join(" ");
      await put({ ...item, state: foreign ? "foreign" : "refused", told });
      return { outcome: "refused", status: error.status, problem };
    }
  };

  // Everything that waits, in its order, until one has to wait longer. `tell(item, result)` hears of each. One page at a time.
  const sendAll = async (tell) => {
    const work = async (lock) => {
      if (lock === null) return { outcome: "busy" };
      for (;;) {
        const item = (await all()).find((one) => one.state === "waiting");
        if (!item) return { outcome: "empty" };
        const result = await sendOne(item);
        await tell(item, result);
        if (result.outcome === "later" || result.outcome === "signed out") return result;
      }
    };
    return navigator.locks ? navigator.locks.request("shounuo.staff", { ifAvailable: true }, work) : work();
  };

  return { newKey, all, add, drop, clear, put, forgetOld, sendAll };
})();
