// The outbox: a comment that was sent stays in the browser's storage until its answer came. After a failure it goes out again by itself,
// in the order in which they were sent: with growing pauses, when the line is back, on another page, another day.
const RETRIED = [0, 200, 502, 503, 504]; // no answer; somebody else's page; a server in trouble
let isSending = false;
let failures = 0;
let retryTimer;
const outbox = () => store.keys("outbox ");
const entryOf = (form) => outbox().find((key) => key.endsWith(form.elements.nonce?.value));

const enqueue = (form) => {
  const { elements } = form;
  let key = entryOf(form);
  if (key && store.get(key).body !== elements.body.value) {
    // The one before may have arrived: with another text it is another comment.
    elements.nonce.value = newNonce();
    keepDraft(form);
    key = "";
  }
  key ||= "outbox " + Date.now() + " " + elements.nonce.value;
  if (elements.body.value.trim()) store.set(key, { ...fieldsOf(form), action: form.getAttribute("action") });
};

// What became of an entry: `status` is that of the answer, 0 where there was none.
const settle = (key, status) => {
  isSending = false;
  clearTimeout(retryTimer);
  if (RETRIED.includes(status)) retryTimer = setTimeout(send, Math.min(2 ** failures++ * (1 + Math.random()), 300) * 1e3);
  else {
    failures = 0;
    store.drop(key);
    send();
  }
};
const sayFailure = (status, isSlow) => {
  const { length } = outbox();
  say(!length ? "wordsFailed" : isSlow ? "wordsSlow" : status ? "wordsAgain" : "wordsOffline", true);
  if (length > 1) find("#status").append(" " + find("#status").dataset.wordsQueue.replace("{}", length));
};

// Send the first of those that wait. Its form may be on this page, and show it still; else the line of status says what became of it.
const send = async () => {
  const key = outbox()[0];
  if (!key || isSending) return;
  isSending = true;
  const { action, ...values } = store.get(key);
  const form = find("#comment-form");
  const isHere = form && entryOf(form) === key && form.elements.body.value === values.body;
  let status = 0;
  let text, isSlow;
  // Who reads on is left there.
  const isWatched = () => {
    const { type } = document.activeElement;
    const { top, bottom } = document.activeElement.getBoundingClientRect();
    return isHere && type === "submit" && bottom > 0 && top < innerHeight;
  };
  isReadingOn = !isWatched();
  say("wordsSending");
  if (isHere) work(true);
  try {
    ({ status, text } = await requestPart(action, { method: "POST", body: new URLSearchParams(values) }));
  } catch ({ name }) {
    isSlow = name === "TimeoutError";
  }
  const answer = parsed(text || "");
  const token = find("[name=token]", answer)?.value;
  if (status === 400 && token) {
    // The form grew old while it waited.
    store.set(key, { action, ...values, token });
    status = 0;
  }
  const hasForm = isHere && find("#comment-form", answer);
  if (RETRIED.includes(status)) sayFailure(status, isSlow);
  else if (hasForm || (status === 201 && window.htmx && form?.getAttribute("action") === action)) {
    sent = values.body;
    isReadingOn = !isWatched();
    await insertParts(text, hasForm ? { sourceElement: form, target: form, swap: "outerHTML", response: { status } } : {});
  } else {
    const draft = draftFor(action, values.parent);
    const { body } = store.get(draft);
    if (status === 201) {
      if (body === values.body) store.drop(draft);
    } else if (!isHere) putDraft(draft, { ...values, body: body && body !== values.body ? body + "\n\n" + values.body : values.body });
    const words = find("[data-hx-target='#status']", answer) || find("#form-errors", answer);
    say("wordsFailed", status !== 201);
    if (words) find("#status").replaceChildren(...words.childNodes);
    for (const link of find("#status").querySelectorAll("a[href^='#']")) link.href = action + link.getAttribute("href");
  }
  if (isHere) work(false);
  settle(key, status);
};

addEventListener("online", () => {
  failures = 0;
  send();
});
// Another tab has sent it, or thrown it away.
addEventListener("storage", ({ key, newValue }) => {
  const nonce = find("[name=nonce]");
  if (nonce && !newValue && key?.endsWith(nonce.value)) say("");
});
setTimeout(send, 1e3 * (1 + Math.random()));
