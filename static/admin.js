// The office beyond htmx: keys, the focus that goes on, ticks for all, the number of those that wait in the tab's title and the bar.
"use strict";
(() => {
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const EVERY = 30000; // milliseconds between two looks at what waits

  const say = (words) => {
    const status = find("#status");
    status.textContent = words;
  };

  // Rows: the one that has the focus, or was last in hand.
  let current = null;
  const rows = () => all("#desk > .row");
  const go = (row) => {
    if (!row) return;
    current = row.id;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const here = () => rows().find((row) => row.contains(document.activeElement)) || document.getElementById(current);
  const step = (by) => {
    const list = rows();
    const row = here();
    go(row ? list[list.indexOf(row) + by] : list[by > 0 ? 0 : list.length - 1]);
  };
  const press = (key) => {
    const row = here();
    const button = (row && find(`[data-key="${key}"]`, row)) || (key === "u" && (all("[data-key=u]").at(-1)));
    if (button) button.click();
  };

  document.addEventListener("focusin", ({ target }) => {
    const row = target.closest("#desk > .row");
    if (row) current = row.id;
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("textarea, select, input:not([type=checkbox])");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !find("#desk")) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "?") {
      const keys = find("#keys");
      keys.open = !keys.open;
      find("summary", keys).focus();
    } else if ("asdu".includes(event.key)) press(event.key);
    else return;
    event.preventDefault();
  });

  // After a tap the focus goes to the next row that still waits for one, or back to the one that was brought back.
  document.addEventListener("htmx:after:swap", ({ detail }) => {
    const { ctx } = detail;
    const id = ctx.sourceElement.closest(".row")?.id || current;
    const row = document.getElementById(id);
    if (!row) return;
    if (find("#form-errors", row)) return;
    if (!("done" in row.dataset)) { go(row); return; }
    const list = rows();
    const next = list.slice(list.indexOf(row) + 1).find((one) => !("done" in one.dataset));
    if (next) go(next);
    else {
      current = row.id;
      find("#status").focus({ preventScroll: true });
      const desk = find("#desk");
      if (desk && list.every((one) => "done" in one.dataset)) find("#status").append(" " + desk.dataset.wordsNone);
    }
  });
  // What was wrong with an earlier form is not said above what becomes of this one.
  document.addEventListener("htmx:before:request", () => all(".form__errors").forEach((old) => old.remove()));
  document.addEventListener("htmx:error", () => say(find("#status").dataset.wordsOffline));
  document.addEventListener("htmx:response:error", ({ detail }) => {
    if (![400, 409, 422].includes(detail.ctx.response.status)) say(find("#status").dataset.wordsFailed);
  });

  // Ticks.
  const shown = find("#many-shown");
  if (shown) {
    shown.closest("p").hidden = false;
    const ticks = () => all("input[name=comment]");
    shown.addEventListener("change", () => ticks().forEach((tick) => { tick.checked = shown.checked; }));
    document.addEventListener("change", ({ target }) => {
      if (target.name === "comment") shown.checked = ticks().every((tick) => tick.checked);
    });
  }

  // An answer being typed survives a session that ran out: kept in this tab alone, until its form was taken.
  const key = (area) => `${location.pathname} ${area.id}`;
  const keep = (area) => { try { sessionStorage.setItem(key(area), JSON.stringify([area.defaultValue, area.value])); } catch { /* forbidden: then it is not kept */ } };
  const areas = all("#reply, #body");
  try {
    for (const area of areas) {
      const [before, typed] = JSON.parse(sessionStorage.getItem(key(area))) || [];
      if (find("#done")) sessionStorage.removeItem(key(area));
      else if (before === area.defaultValue && !find("#form-errors")) area.value = typed;
    }
  } catch { /* nothing was kept */ }
  document.addEventListener("input", ({ target }) => { if (areas.includes(target)) keep(target); });

  // What waits: asked for while somebody looks, and mostly answered with 304.
  const title = document.title;
  const { waiting } = document.body.querySelector("[data-waiting]")?.dataset || {};
  let etag = "";
  let seen = null;
  const badge = () => find("[data-count=pending]");
  const written = (count) => count.toLocaleString(document.documentElement.lang);
  const retitle = (count) => {
    document.title = count ? `(${count}) ${title}` : title;
    all("[data-waits]").forEach((place) => {
      place.textContent = written(count);
      place.hidden = !count;
    });
  };
  const tell = (count, newest) => {
    const isNew = seen !== null && newest > seen;
    seen = newest;
    retitle(count);
    if (badge()) badge().textContent = written(count);
    if (isNew) say(find("[data-words-new]").dataset.wordsNew.replace("{}", written(count)));
  };
  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(waiting, { headers: etag ? { "If-None-Match": etag } : {} });
      if (answer.status !== 200 || answer.redirected) return;
      etag = answer.headers.get("ETag");
      const { waiting: count, newest } = await answer.json();
      tell(count, newest);
    } catch { /* a bad line: the next look may do better */ }
  };
  // An answer brings the new number with it: the title says the same at once.
  const follow = () => { if (badge()) retitle(Number(badge().textContent.replace(/\D/g, ""))); };
  document.addEventListener("htmx:after:swap", follow);
  follow();
  if (waiting) {
    look();
    setInterval(look, EVERY);
    document.addEventListener("visibilitychange", look);
  }
  find(".office__out")?.addEventListener("click", () => { try { sessionStorage.clear(); } catch { /* nothing was kept */ } });
  find("#done")?.focus({ preventScroll: true });
})();
