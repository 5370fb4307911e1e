// New comments: while the page is looked at it asks for those after the newest that it knows, and offers them. They come when they are asked for.
const newButton = find("#new-comments");
let newPause = 30; // seconds
let newText = "";
const askForNew = async () => {
  if (!document.hidden && !isSavingData()) {
    newPause = Math.min(newPause * 1.5, 300);
    try {
      const response = await requestPart(newButton.dataset.from + newButton.value);
      const text = await response.text();
      const { length } = response.ok && [...parsed(text).querySelectorAll(".comment")].filter(({ id }) => !byId(id));
      if (response.ok && newText !== text) {
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
    const ids = [...parsed(newText).querySelectorAll(".comment")].map(({ id }) => id);
    const first = ids.find((id) => !byId(id));
    await insertParts(newText, { keepsKnown: true });
    newButton.value = ids.at(-1).slice(8);
    const comment = byId(first);
    if (comment) lookAt(comment, "instant");
  });
}
