// New comments: while the page is looked at it asks for those after the newest that it knows, and offers them. They come when they are asked for.
const news = find("#news");
let newsPause = 30; // seconds
let newsText = "";
const askForNews = async () => {
  if (!document.hidden && !isThrifty()) {
    newsPause = Math.min(newsPause * 1.5, 300);
    try {
      const response = await askFor(news.dataset.from + news.value);
      const text = await response.text();
      const { length } = response.ok && [...parsed(text).querySelectorAll(".comment")].filter(({ id }) => !byId(id));
      if (response.ok && newsText !== text) {
        newsText = text;
        newsPause = 30;
        news.hidden = !length;
        if (length) news.textContent = (length > 1 ? news.dataset.words : news.dataset.wordsOne).replace("{}", length);
      }
    } catch {
      // Without a line there is nothing new.
    }
  }
  setTimeout(askForNews, newsPause * 1e3);
};
if (news) {
  setTimeout(askForNews, newsPause * 1e3);
  news.addEventListener("click", async () => {
    news.hidden = true;
    const ids = [...parsed(newsText).querySelectorAll(".comment")].map(({ id }) => id);
    const first = ids.find((id) => !byId(id));
    await putParts(newsText, { isNews: true });
    news.value = ids.at(-1).slice(8);
    const comment = byId(first);
    if (comment) lookAt(comment, "instant");
  });
}
