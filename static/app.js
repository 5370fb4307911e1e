// What the page does beyond htmx: the ticker, and a comment form that loses nothing and is sent once.
"use strict";
(() => {
  const find = (selector, root = document) => root.querySelector(selector);
  const PERSON = ["name", "email", "website"];
  const DRAFT = ["body", "nonce", ...PERSON];
  const valuesOf = (form, names) => Object.fromEntries(names.map((name) => [name, form.elements[name].value]));
  const memory = {};
  const store = {
    // A browser may forbid its storage; then things are remembered as long as the page is open.
    get: (key) => { try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return memory[key] || {}; } },
    set: (key, value) => { memory[key] = value; try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* memory has it */ } },
    drop: (key) => { delete memory[key]; try { localStorage.removeItem(key); } catch { /* it was in memory alone */ } },
  };

  // The ticker: a headline every six seconds, unless it is paused, read, or motion is unwanted.
  const turnTicker = (ticker) => {
    const headlines = [...ticker.querySelectorAll("li")];
    const pause = find("button", ticker);
    if (!pause || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    let shown = 0;
    pause.hidden = false;
    find("ul", ticker).dataset.turning = "";
    headlines[0].dataset.shown = "";
    pause.addEventListener("click", () => {
      pause.setAttribute("aria-pressed", pause.getAttribute("aria-pressed") === "false");
    });
    setInterval(() => {
      if (pause.getAttribute("aria-pressed") === "true" || ticker.matches(":hover, :focus-within")) return;
      delete headlines[shown].dataset.shown;
      shown = (shown + 1) % headlines.length;
      headlines[shown].dataset.shown = "";
    }, 6000);
  };

  // The draft, with its nonce: after a crash or a dead line the same comment is sent again, and stands once.
  const draftOf = (form) => "draft " + form.getAttribute("action");
  const keepDraft = (form) => {
    if (form.elements.body.value.trim()) store.set(draftOf(form), valuesOf(form, DRAFT));
    else store.drop(draftOf(form));
  };
  const newNonce = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

  const count = (form) => {
    const counter = find("#form-counter");
    const left = counter.dataset.longest - [...form.elements.body.value].length;
    counter.hidden = left > counter.dataset.longest / 10;
    counter.toggleAttribute("data-over", left < 0);
    counter.textContent = (left < 0 ? counter.dataset.wordsOver : counter.dataset.words).replace("{}", Math.abs(left).toLocaleString(document.documentElement.lang));
  };

  const insert = (area, code) => {
    const { selectionStart: start, selectionEnd: end, value } = area;
    const before = /(^|\s)$/.test(value.slice(0, start)) ? "" : " ";
    const after = /^\s/.test(value.slice(end)) ? "" : " ";
    area.setRangeText(before + code + after, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  };

  // A toolbar is one stop of the Tab key; arrows go along it (WAI-ARIA's pattern).
  const walk = (row, event) => {
    const buttons = [...row.children];
    const here = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = buttons.at(to % buttons.length);
    buttons.forEach((button) => { button.tabIndex = button === next ? 0 : -1; });
    next.focus();
  };

  let sent = ""; // the text of the last comment that went out
  let typing = false; // whether its reader was writing on when the answer came
  let isLeaving = false; // whether the page with their comment is on its way
  let arrived = ""; // the id of their comment, once it is published

  const prepare = (form) => {
    if ("ready" in form.dataset) return;
    form.dataset.ready = "";
    const { elements } = form;
    const draft = window.htmx ? store.get(draftOf(form)) : {};
    const person = store.get("person");
    const restored = !elements.body.value && draft.body;
    if (restored) for (const name of DRAFT) elements[name].value = draft[name] || "";
    elements.nonce.value ||= newNonce();
    if (!find("#form-errors")) for (const name of PERSON) elements[name].value ||= person[name] || "";
    const row = find(".emoticons", form);
    [...row.children].forEach((button, index) => { button.tabIndex = index ? -1 : 0; });
    row.addEventListener("keydown", (event) => walk(row, event));
    row.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) insert(elements.body, button.dataset.emoticon);
    });
    form.addEventListener("input", () => { keepDraft(form); count(form); });
    form.addEventListener("submit", () => {
      // How long a restored draft was being written, this page does not know.
      elements.seconds.value = restored ? "" : Math.floor(performance.now() / 1000);
      sent = elements.body.value;
    }, true);
    count(form);
    if (elements.body.value) keepDraft(form);
  };

  const say = (words, failed) => {
    const status = find("#status");
    if (!status) return;
    status.textContent = words ? status.dataset[words] : "";
    status.toggleAttribute("data-failed", failed);
    status.toggleAttribute("data-sending", words === "wordsSending"); // heard here, and seen on the button
    if (failed) status.scrollIntoView({ block: "nearest" });
  };

  // While a comment is on its way its button says so, where the reader looks. It is not disabled, or the focus would be lost.
  const work = (isBusy) => {
    const form = find("#comment-form");
    const button = find("[type=submit]", form);
    const { words, wordsSending } = button.dataset;
    button.dataset.words = words || button.textContent;
    button.textContent = isBusy ? wordsSending : button.dataset.words;
    for (const [element, name] of [[form, "aria-busy"], [button, "aria-disabled"]]) {
      if (isBusy) element.setAttribute(name, "true");
      else element.removeAttribute(name);
    }
  };

  const lookAt = (comment, behavior) => {
    comment.tabIndex = -1;
    comment.focus({ preventScroll: true });
    comment.scrollIntoView({ behavior, block: "start" });
  };

  document.addEventListener("DOMContentLoaded", () => {
    const form = find("#comment-form");
    const comment = document.getElementById(location.hash.slice(1));
    if (find("#ticker")) turnTicker(find("#ticker"));
    if (form) prepare(form);
    if (comment?.matches(".comment")) lookAt(comment, "instant");
  });
  addEventListener("pageshow", ({ persisted }) => {
    isLeaving = false;
    if (persisted && find("#comment-form")) work(false);
  });
  // What is sent now says by itself what is wrong with it: what was wrong before is said no more.
  const forget = (form) => {
    form.querySelectorAll(".form__errors, .field__error").forEach((old) => old.remove());
    form.querySelectorAll("[aria-invalid]").forEach((field) => {
      field.removeAttribute("aria-invalid");
      const ids = (field.getAttribute("aria-describedby") || "").split(" ").filter((id) => document.getElementById(id));
      if (ids.length) field.setAttribute("aria-describedby", ids.join(" "));
      else field.removeAttribute("aria-describedby");
    });
  };
  const REFUSED = [400, 409, 422, 429]; // with the errors in the form
  const isForm = ({ detail }) => detail.ctx.sourceElement.id === "comment-form";
  document.addEventListener("htmx:before:request", (event) => {
    say(isForm(event) ? "wordsSending" : "", false);
    if (!isForm(event)) return;
    work(true);
    forget(find("#comment-form"));
  });
  document.addEventListener("htmx:finally:request", (event) => {
    if (isForm(event) && !isLeaving) work(false);
  });
  document.addEventListener("htmx:error", (event) => {
    const words = event.detail.error === "timeout" ? "wordsSlow" : "wordsOffline";
    say(isForm(event) ? words : "wordsFailed", true);
  });
  document.addEventListener("htmx:response:error", ({ detail }) => {
    // The server says more if it can: its words come with the swap.
    const refused = REFUSED.includes(detail.ctx.response.status);
    say(refused ? "" : "wordsFailed", !refused);
  });

  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx, tasks } = event.detail;
    const { status } = ctx.response;
    if (isForm(event) && status === 200) {
      // No answer of ours: a wifi's sign-in page, say. The form must not give way to it.
      event.preventDefault();
      say("wordsFailed", true);
    }
    if (status !== 201) return;
    const form = find("#comment-form");
    const arriving = (selector) => tasks.map((task) => find(selector, task.fragment)).find(Boolean);
    const comment = arriving(".comment");
    store.set("person", valuesOf(form, PERSON));
    store.drop(draftOf(form));
    // What was typed while the comment was on its way is another one.
    const { body } = form.elements;
    typing = body.value !== sent && document.activeElement === body;
    if (body.value !== sent) arriving("#body").textContent = body.value;
    arrived = comment?.id;
    if (comment && find(".comments__later")) {
      // It belongs at the end of the thread, and this is not the end.
      event.preventDefault();
      isLeaving = true;
      if (body.value !== sent) store.set(draftOf(form), { ...valuesOf(form, DRAFT), nonce: newNonce() });
      location.assign(form.getAttribute("action") + "#" + comment.id);
    } else if (comment) document.getElementById(comment.id)?.remove(); // sent again, it stands here already
  });

  document.addEventListener("htmx:after:swap", (event) => {
    const form = find("#comment-form");
    const { status } = event.detail.ctx.response;
    if (form) prepare(form);
    if (status === 201) find("#status").toggleAttribute("data-sending", false);
    if (status === 201 && !typing) {
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (arrived) lookAt(document.getElementById(arrived), still ? "instant" : "smooth");
      else find("#status").focus();
    }
    if (status === 200 && !isForm(event)) {
      // Earlier comments unfolded, and the link that had the focus is gone: go on where they begin.
      const first = find("#comment-list").firstElementChild;
      first.tabIndex = first.matches("a") ? 0 : -1;
      first.focus({ preventScroll: true });
      say("", false);
    }
  });
})();
