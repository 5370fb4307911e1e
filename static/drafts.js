// What is being written is kept in this browser, for the officer who writes it, until the site has saved exactly that.
// window.drafts(form, {read, load, isRich}): read() gives the text as it stands, load(text) puts one in its place.
"use strict";
window.drafts = (form, { read, load, isRich }) => {
  const OURS = ["csrf_token", "format", "status", "body", "href", "asked"]; // not the writer's words
  const ASKED = /^(alt|decoration)-/; // before it is published: what is answered there is put into the text
  const BEGAN = ["token", "edition", "stood"]; // what the words began from: the site tells by it whether somebody else saved since
  const SENT = "writing sent";
  const OLDEST = 90 * 24 * 3600 * 1000; // milliseconds
  const { officer } = document.getElementById("writing-words").dataset;
  const place = `writing ${officer} ${form.dataset.article || "new"} `;
  const newKey = () => place + Math.random().toString(36).slice(2); // each tab has its own
  let key = newKey();
  let last = null; // what is kept now
  let began = null; // what was there when the page was opened; null when that was not saved
  let hasFailed = false;

  const get = (storage, name) => { try { return JSON.parse(storage().getItem(name)); } catch { return null; } };
  const set = (storage, name, value) => { try { storage().setItem(name, JSON.stringify(value)); return true; } catch { return false; } };
  const drop = (storage, name) => { try { storage().removeItem(name); } catch { /* forbidden: it was not there */ } };
  const local = () => localStorage;
  const session = () => sessionStorage;

  const fields = () => [...form.elements].filter(({ name, type }) => name && type !== "submit" && !OURS.includes(name) && !ASKED.test(name));
  const words = () => {
    const values = fields().map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]);
    return { values: Object.fromEntries(values), body: read() };
  };
  const spelled = ({ values, body }) => JSON.stringify([Object.entries(values).filter(([name]) => !BEGAN.includes(name)), body]);

  const keep = () => {
    const now = words();
    const text = spelled(now);
    if (text === last && (text === began || get(local, key))) return;
    last = text;
    if (text === began) {
      drop(local, key);
      hasFailed = false;
    } else hasFailed = !set(local, key, { at: Date.now(), isRich, ...now });
  };

  const withoutStyles = (html) => html.replace(/<span style="[^"]*">/g, "<span>"); // the selection, while a link was typed

  const put = ({ values, body }) => {
    for (const field of fields()) {
      if (!(field.name in values)) continue;
      if (field.type === "checkbox") field.checked = values[field.name];
      else field.value = values[field.name];
    }
    load(withoutStyles(body));
  };

  const others = () => {
    let names = [];
    try { names = Object.keys(localStorage).filter((name) => name.startsWith("writing ")); } catch { /* forbidden: there are none */ }
    const found = [];
    for (const name of names) {
      const draft = get(local, name);
      if (!draft?.values || Date.now() - draft.at > OLDEST) drop(local, name);
      else if (name.startsWith(place) && name !== key && draft.isRich === isRich) {
        if (spelled(draft) === began) drop(local, name); // it came to be saved after all
        else found.push({ name, ...draft });
      }
    }
    return found.sort((one, other) => other.at - one.at).slice(0, 3);
  };

  const offer = () => {
    document.querySelectorAll(".draft").forEach((old) => old.remove());
    for (const draft of others()) {
      const line = document.getElementById("draft-template").content.firstElementChild.cloneNode(true);
      const said = line.querySelector(".draft__words").firstChild;
      const moment = { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" };
      said.data = said.data.replace("{}", new Date(draft.at).toLocaleString(document.documentElement.lang, moment));
      const shown = new DOMParser().parseFromString(withoutStyles(draft.body), "text/html").body.textContent;
      const start = [draft.values.title, shown].filter(Boolean).join(": ");
      line.querySelector(".draft__start").textContent = start.length > 80 ? `${start.slice(0, 79)} …` : start;
      line.querySelector("[data-take]").addEventListener("click", () => {
        keep(); // what stands here now is not lost either: it is offered in its turn
        key = newKey();
        put(draft);
        keep();
        if (!hasFailed) drop(local, draft.name);
        offer();
        form.elements.title.focus();
      });
      line.querySelector("[data-drop]").addEventListener("click", () => {
        drop(local, draft.name);
        offer();
        form.elements.title.focus();
      });
      form.before(line);
    }
  };

  // What came of the last one that was sent from this tab.
  const sent = get(session, SENT);
  drop(session, SENT);
  const isRefused = Boolean(document.querySelector("#form-errors, #conflict, #undescribed"));
  if (sent && "saved" in form.dataset && get(local, sent.key)?.at === sent.at) drop(local, sent.key);
  if (sent && isRefused) key = sent.key;
  if (!isRefused) began = spelled(words());
  keep();
  offer();

  let timer;
  const soon = () => { timer ||= setTimeout(() => { timer = 0; keep(); }, 1000); }; // while one types on, too
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", keep);
  return {
    soon,
    // The text as it stands is what the page was opened with: the editor writes some of it in its own way.
    settle: () => { if (began !== null) { began = spelled(words()); last = began; } },
    isUnsaved: () => spelled(words()) !== began,
    isLost: () => { keep(); return hasFailed && spelled(words()) !== began; },
    send: () => { keep(); set(session, SENT, { key, at: get(local, key)?.at }); },
  };
};
