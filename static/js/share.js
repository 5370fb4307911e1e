// "Bagikan": the device's own choice of applications where it has one, and the link to be copied.
const copyButton = find("#copy-link");
const shareButton = find("#share");
if (shareButton) {
  const link = { title: find("h1").textContent, url: find("[rel=canonical]").href };
  const copied = find("#copied");
  copyButton.hidden = !navigator.clipboard;
  shareButton.hidden = !navigator.share;
  copyButton.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(link.url);
      copied.textContent = copied.dataset.words;
    } catch {
      copied.textContent = link.url; // it is forbidden: the link can be marked
    }
  });
  shareButton.addEventListener("click", () => navigator.share(link).catch(() => {})); // it was closed
}
