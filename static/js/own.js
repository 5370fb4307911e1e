// A reader's own comments, for a quarter of an hour: those that wait stand in their place for their author alone, and each can be changed.
const OWN_LASTS = 9e5; // milliseconds
const showOwn = async () => {
  const { own } = find("#form-home").dataset;
  try {
    const { ok, text } = await requestPart(own);
    if (ok) insertParts(text);
  } catch {
    // Without a line the page is as everybody sees it.
  }
};
if (find("#form-home") && window.htmx && store.get("own").until > Date.now()) showOwn();
