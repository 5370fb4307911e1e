// Light or dark: as the reader chose it in the footer, or as the system has it. It is a script of its own, which runs before anything is drawn, so
// that no page flashes in the other; and it is on each page, the office's, too. Without it there is no choice to be seen.
const KEY = "color scheme";
const bars = document.querySelectorAll("[name=theme-color]"); // the browser's own: the first where the system is light, the second where it is dark
const colors = [...bars].map(({ content }) => content);
let scheme = "";
const apply = () => {
  try { scheme = localStorage[KEY] || ""; } catch { /* it is forbidden: the choice counts for this page */ }
  document.documentElement.dataset.colorScheme = scheme;
  bars.forEach((bar, index) => { bar.content = colors[scheme ? +(scheme === "dark") : index]; });
  const choice = document.getElementById("color-scheme");
  if (choice) choice.value = scheme;
};
// The second is for a page that comes back by the Back button, the third for another tab's choice.
for (const name of ["DOMContentLoaded", "pageshow", "storage"]) addEventListener(name, apply);
addEventListener("change", ({ target }) => {
  if (target.id !== "color-scheme") return;
  scheme = target.value;
  try { localStorage[KEY] = scheme; } catch { /* forbidden, or full */ }
  apply();
});
apply();
