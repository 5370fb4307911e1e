// "Balas": the one form of the page goes under the comment that it answers, and back again. Without this it is a page of its own.
const putForm = (form, parent, name, place) => {
  const { elements } = form;
  keepDraft(form);
  elements.parent.value = parent;
  const line = find("#form-answering");
  line.hidden = !parent;
  line.firstElementChild.textContent = line.dataset.words.replace("{}", name);
  const draft = store.get(draftOf(form));
  elements.body.value = draft.body || "";
  elements.nonce.value = draft.nonce || newNonce();
  place.after(form);
  count(form);
};
const sendHome = (form) => putForm(form, "", "", find("#form-home"));

on("click", (event) => {
  const form = find("#comment-form");
  const link = event.target.closest(".comment__reply, #form-answering a, .comments__heading a");
  if (!link || !form || !find("#form-home") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const comment = link.closest(".comment");
  if (comment) putForm(form, comment.id.slice(8), find(".comment__author", comment).textContent, comment);
  else sendHome(form);
  event.preventDefault();
  form.elements.body.focus();
});
