// Drafts: what is in a form and was not sent, for each article and each comment that is answered, for thirty days.
const PERSON = ["name", "email", "website"];
const DRAFT = ["body", "nonce", "follow", ...PERSON]; // what comes back of it; `follow` is there where the site sends mail
const DRAFT_LASTS = 2592e6; // milliseconds
const fieldsOf = (form) => Object.fromEntries(new FormData(form));
const newNonce = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const draftFor = (action, parent) => "draft " + action + (parent ? " " + parent : "");
const draftOf = (form) => draftFor(form.getAttribute("action"), form.elements.parent.value);
const putDraft = (key, values) => store.set(key, { ...values, at: Date.now() });
// With its nonce: after a crash or a dead line the same comment is sent again, and stands once.
const keepDraft = (form) => {
  if (form.elements.body.value.trim()) putDraft(draftOf(form), fieldsOf(form));
  else store.drop(draftOf(form));
};
for (const key of store.keys("draft ")) if (store.get(key).at < Date.now() - DRAFT_LASTS) store.drop(key);
