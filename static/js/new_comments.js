// New comments: while the page is looked at it asks for those after the newest that it knows, and offers them. They come when they are asked for.
const newButton = find("#new-comments");
let newPause = 30; // seconds
let newText = "";
const idsIn = (text) => [...parsed(text).querySelectorAll(".comment")].map(({ id }) => id);
const askForNew = async () => {
  if (!document.hidden && !isSavingData()) {
    newPause = Math.min(newPause * 1.5, 300);
    try {
      const { ok, text } = await requestPart(newButton.dataset.from + newButton.value);
      if (ok && newText !== text) {
        const { length } = idsIn(text).filter((id) => !byId(id));
        newText = text;
        newPause = 30;
        newButton.hidden = !length;
        if (length) newButton.textContent = (length > 1 ? newButton.dataset.words : newButton.dataset.wordsOne).replace("{}", length);
      }
    } catch {
      // Without a line there is nothing new.
    }
  }
  setTimeout(askForNew, newPause * 1e3);
};
if (newButton) {
  setTimeout(askForNew, newPause * 1e3);
  newButton.addEventListener("click", async () => {
    newButton.hidden = true;
    const ids = idsIn(newText);
    const first = ids.find((id) => !byId(id));
    await insertParts(newText, { keepsKnown: true });
    newButton.value = ids.at(-1).slice(8);
    const comment = byId(first);
    if (comment) lookAt(comment, "instant");
  });
}
