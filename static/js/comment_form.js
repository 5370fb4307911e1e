// The comment form: it loses nothing and is sent once. All files of this folder are one script, in one scope.
const count = (form) => {
  const counter = find("#form-counter");
  const left = counter.dataset.longest - [...form.elements.body.value].length;
  counter.hidden = left > counter.dataset.longest / 10;
  counter.toggleAttribute("data-over", left < 0);
  const clear = find("#form-clear");
  if (clear) clear.hidden = !form.elements.body.value;
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
let isReadingOn = false; // whether its reader was elsewhere when the answer came
let isLeaving = false; // whether the page with their comment is on its way
let arrived = ""; // the id of their comment, once it is published
let arrivedAt = -1e4; // when, in milliseconds of this page
let sentKey = ""; // what has it in the outbox

const prepare = (form) => {
  if ("ready" in form.dataset) return;
  form.dataset.ready = "";
  const { elements } = form;
  form.addEventListener("input", () => {
    if (elements.nonce) keepDraft(form);
    count(form);
  });
  if (!elements.nonce) return count(form); // of one that stands already, and is changed
  const draft = window.htmx ? store.get(draftOf(form)) : {};
  const person = store.get("person");
  const restored = !elements.body.value && draft.body;
  if (restored) for (const name of DRAFT) if (elements[name]) elements[name].value = draft[name] || "";
  elements.nonce.value ||= newNonce();
  if (!find("#form-errors")) for (const name of PERSON) elements[name].value ||= person[name] || "";
  const row = find(".emoticons", form);
  row.addEventListener("keydown", (event) => walk(row, event));
  row.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) insert(elements.body, button.dataset.emoticon);
  });
  const codes = find("#emoticon-codes");
  codes.checked = store.get("emoticon codes").on;
  codes.addEventListener("change", () => store.set("emoticon codes", { on: codes.checked }));
  find("#form-clear").addEventListener("click", () => {
    store.drop(entryOf(form));
    elements.nonce.value = newNonce();
    elements.body.value = "";
    elements.body.dispatchEvent(new Event("input", { bubbles: true }));
    elements.body.focus();
    say("");
  });
  form.addEventListener("submit", (event) => {
    if (!elements.body.value && performance.now() - arrivedAt < 3e3) {
      // It went out by itself a moment before the finger came.
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    // How long a restored draft was being written, this page does not know.
    elements.seconds.value = restored ? "" : Math.floor(performance.now() / 1000);
    if (window.htmx) enqueue(form);
  }, true);
  count(form);
  if (elements.body.value) keepDraft(form);
};

const say = (words, failed) => {
  const status = find("#status");
  if (!status) return;
  status.textContent = words ? status.dataset[words] : "";
  status.toggleAttribute("data-failed", !!failed);
  status.toggleAttribute("data-sending", words === "wordsSending"); // heard here, and seen on the button
  if (failed && !isReadingOn) status.scrollIntoView({ block: "nearest" });
};

// While a comment is on its way its button says so, where the reader looks. It is not disabled, or the focus would be lost.
const work = (isBusy) => {
  const form = find("#comment-form");
  const button = find("[type=submit]", form);
  const { words, wordsSending } = button.dataset;
  button.dataset.words = words || button.textContent;
  button.textContent = isBusy ? wordsSending : button.dataset.words;
  // null takes the attribute away
  form.ariaBusy = button.ariaDisabled = isBusy || null;
};

const lookAt = (comment, behavior) => {
  comment.tabIndex = -1;
  comment.focus({ preventScroll: true });
  comment.scrollIntoView({ behavior, block: "start" });
};

on("DOMContentLoaded", () => {
  const form = find("#comment-form");
  const comment = byId(location.hash.slice(1));
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
  form.querySelectorAll("[aria-invalid]").forEach((field) => { field.ariaInvalid = null; });
};
const REFUSED = [400, 409, 422, 429]; // with the errors in the form
const isForm = ({ detail }) => detail.ctx.sourceElement.id === "comment-form";
on("htmx:before:request", (event) => {
  if (!isForm(event)) return say("");
  const form = find("#comment-form");
  const [first] = outbox();
  sentKey = form.elements.nonce && entryOf(form);
  if (sentKey && (isSending || first !== sentKey)) {
    // Another is on its way, or was sent before it: this one follows by itself.
    event.preventDefault();
    return send();
  }
  isSending = true;
  sent = form.elements.body.value;
  isReadingOn = false;
  say("wordsSending");
  work(true);
  forget(form);
});
on("htmx:finally:request", (event) => {
  const { text, response } = event.detail.ctx;
  if (!isForm(event) || event.detail.ctx.status === "issuing") return;
  if (!isLeaving) work(false);
  settle(sentKey, text === undefined ? 0 : response.status);
});
on("htmx:error", (event) => {
  if (sentKey && isForm(event)) sayFailure(0, event.detail.error === "timeout");
  else say("wordsFailed", true);
});
on("htmx:response:error", (event) => {
  // The server says more if it can: its words come with the swap.
  const { status } = event.detail.ctx.response;
  if (REFUSED.includes(status)) say("");
  else if (sentKey && isForm(event) && RETRIED.includes(status)) sayFailure(status);
  else say("wordsFailed", true);
});

on("htmx:before:swap", (event) => {
  const { ctx, tasks } = event.detail;
  const { status } = ctx.response;
  if (isForm(event) && status === 200) {
    // No answer of ours: a wifi's sign-in page, say. The form must not give way to it.
    event.preventDefault();
    sayFailure(status);
  }
  // Sent again, or told of twice, it may stand here already.
  for (const { fragment, swapSpec, target } of tasks) {
    if (swapSpec.style === "beforeend" && target?.matches("[data-newest-first]")) swapSpec.style = "afterbegin";
    for (const one of fragment.querySelectorAll(".comment, .comment__own")) {
      const known = byId(one.id);
      if (known) (ctx.keepsKnown ? one : known).remove();
    }
  }
  if (status !== 201) return;
  const form = find("#comment-form");
  const arriving = (selector) => tasks.map((task) => find(selector, task.fragment)).find(Boolean);
  const comment = arriving(".comment");
  store.set("person", Object.fromEntries(PERSON.map((name) => [name, form.elements[name].value])));
  store.set("own", { until: Date.now() + OWN_LASTS });
  store.drop(draftOf(form));
  // What was typed while the comment was on its way is another one.
  const { body } = form.elements;
  isReadingOn ||= body.value !== sent && document.activeElement === body;
  if (body.value !== sent) {
    arriving("#body").textContent = body.value;
    arriving("[name=parent]").value = form.elements.parent.value;
    arriving("#form-answering").replaceWith(find("#form-answering").cloneNode(true));
  }
  arrived = comment?.id;
  arrivedAt = performance.now();
  // On a page of its own, and where this is not the end of the thread, its place is elsewhere.
  const place = comment && (find("#comment-list")
    ? !form.elements.parent.value && find(".comments__later") && form.getAttribute("action") + "#" + comment.id
    : find(".comment__date", comment).href);
  if (place) {
    event.preventDefault();
    isLeaving = true;
    if (body.value !== sent) putDraft(draftOf(form), { ...fieldsOf(form), nonce: newNonce() });
    location.assign(place);
  }
});

on("htmx:after:swap", (event) => {
  const form = find("#comment-form");
  const { status } = event.detail.ctx.response;
  if (form) prepare(form);
  if (status === 201) {
    if (find("#form-home") && !form.elements.parent.value && form.previousElementSibling?.id !== "form-home") sendHome(form);
    find("#status").toggleAttribute("data-sending", false);
    if (find("#comment-waiting")) showOwn();
    if (!isReadingOn) {
      if (arrived) lookAt(byId(arrived), isMotionUnwanted() ? "instant" : "smooth");
      else find("#status").focus();
    }
  }
  if (status === 200 && !isForm(event)) {
    // Earlier comments unfolded, and the link that had the focus is gone: go on where they begin.
    const first = find("#comment-list").firstElementChild;
    first.tabIndex = first.matches("a") ? 0 : -1;
    first.focus({ preventScroll: true });
    say("");
  }
});
